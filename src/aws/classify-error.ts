import type { AwsErrorClass } from '../errors/aws-error.js';

/**
 * From whatever an SDK client threw to what it means. The table follows the error lists of the
 * Cloud Control, STS, Organizations and Account API references, and the codes that the SDK itself
 * treats as throttling or clock skew.
 */

/** An error of AWS, understood. */
export interface Classified {
  readonly errorClass: AwsErrorClass;
  /** AWS's own code as sent, e.g. `ThrottlingException`; `Connection`, `Timeout`, `MalformedResponse` where none came. */
  readonly awsCode: string;
  readonly message: string;
  readonly status?: number;
  readonly requestId?: string;
}

const CODES: Readonly<Record<AwsErrorClass, readonly string[]>> = {
  throttled: [
    'Throttling',
    'Throttled',
    'ThrottledRequest',
    'RequestThrottled',
    'RequestLimitExceeded',
    'RequestThrottledException',
    'TooManyRequests',
    'BandwidthLimitExceeded',
    'EC2Throttled',
    'PriorRequestNotComplete',
    'ProvisionedThroughputExceeded',
    'KMSThrottling',
    'LimitExceeded',
    'SlowDown',
  ],
  transient: [
    'HandlerFailure',
    'HandlerInternalFailure',
    'ServiceInternalError',
    'NetworkFailure',
    'NotStabilized',
    'ServiceLimitExceeded',
    'ResourceConflict',
    'ConcurrentOperation',
    'ConcurrentModification',
    'InternalFailure',
    'InternalError',
    'InternalServer',
    'InternalServerError',
    'Service',
    'ServiceUnavailable',
    'RequestTimeout',
    'IDPCommunicationError',
    // The SDK corrects its clock from the answer's date, so the next try is signed right.
    'RequestTimeTooSkewed',
    'RequestExpired',
    'RequestInTheFuture',
    'AuthFailure.ClockSkew',
    'InvalidSignature',
  ],
  absent: ['ResourceNotFound', 'NoSuchBucket', 'NoSuchEntity', 'AccountNotFound'],
  unsupported: ['TypeNotFound', 'UnsupportedAction', 'PrivateType'],
  denied: [
    'AccessDenied',
    'AccessDeniedForDependency',
    'Unauthorized',
    'UnauthorizedOperation',
    'NotAuthorized',
    'AuthFailure',
    'SignatureDoesNotMatch',
  ],
  'expired-credentials': [
    'ExpiredToken',
    'UnrecognizedClient',
    'InvalidClientTokenId',
    'InvalidAccessKeyId',
    'InvalidToken',
    'InvalidCredentials',
    'TokenRefreshRequired',
  ],
  'not-opted-in': ['OptInRequired', 'RegionDisabled', 'SubscriptionRequired'],
  invalid: [
    'InvalidRequest',
    'Validation',
    'ValidationError',
    'InvalidParameter',
    'InvalidParameterValue',
    'InvalidInput',
    'MalformedPolicyDocument',
    'MissingParameter',
    'PackedPolicyTooLarge',
    'Serialization',
  ],
  failed: [],
};

const CLASS_OF_CODE = new Map<string, AwsErrorClass>(
  (Object.entries(CODES) as [AwsErrorClass, readonly string[]][]).flatMap(([errorClass, codes]) =>
    codes.map((code) => [code, errorClass] as const),
  ),
);

/**
 * Cloud Control hands on the words of the service behind a type as a GeneralServiceException; only
 * its text tells what happened. The first line that matches decides.
 */
const GENERAL_TEXTS: readonly (readonly [RegExp, AwsErrorClass])[] = [
  [
    /rate exceeded|throttl|too many requests|request limit exceeded|slow ?down|\b429\b/i,
    'throttled',
  ],
  [/expired ?token|token .{0,40}expired|security token .{0,40}invalid/i, 'expired-credentials'],
  [/access ?denied|not authorized|unauthorized|forbidden|explicit deny/i, 'denied'],
  [
    /not registered|opt-?in ?required|subscription ?required|needs a subscription|not opted.?in/i,
    'not-opted-in',
  ],
  [/not ?found|does ?n[o']t exist|do not exist|no ?such/i, 'absent'],
  [/internal (server )?(error|failure)|service ?unavailable|timed? ?out/i, 'transient'],
];

const CONNECTION_CODES = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EPROTO',
  'ERR_STREAM_PREMATURE_CLOSE',
  'UND_ERR_SOCKET',
]);

interface SdkErrorShape {
  readonly name?: string;
  readonly message?: string;
  readonly code?: unknown;
  readonly Code?: unknown;
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $retryable?: { readonly throttling?: boolean };
}

/** Says what an error of an SDK client means. Never throws. */
export function classifyError(error: unknown): Classified {
  const shape = (
    typeof error === 'object' && error !== null ? error : { message: String(error) }
  ) as SdkErrorShape;
  const status = shape.$metadata?.httpStatusCode;
  const requestId = shape.$metadata?.requestId;
  const rest = {
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId }),
  };
  const text =
    shape.message === undefined || shape.message === '' ? 'AWS gave no message' : shape.message;
  // The SDK marks every answer that it understood as an error with $fault; everything else is the way there or back.
  if (shape.$fault === undefined)
    return { ...classifyBroken(shape, status), message: safeMessage(text), ...rest };
  const awsCode = shape.name ?? 'Unknown';
  return {
    errorClass: classOf(awsCode, text, status, shape),
    awsCode,
    message: safeMessage(text),
    ...rest,
  };
}

function classOf(
  awsCode: string,
  text: string,
  status: number | undefined,
  shape: SdkErrorShape,
): AwsErrorClass {
  const bare = bareCode(awsCode);
  if (bare === 'GeneralService') {
    return GENERAL_TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? 'failed';
  }
  const known = CLASS_OF_CODE.get(bare);
  if (known !== undefined) return known;
  if (status === 429 || shape.$retryable?.throttling === true) return 'throttled';
  if (status !== undefined && status >= 500) return 'transient';
  if (status === 401) return 'expired-credentials';
  if (status === 403) return 'denied';
  if (status === 408) return 'transient';
  // A 404 with an unknown code is not "absent": it may be the endpoint that is not there.
  return 'failed';
}

function classifyBroken(
  shape: SdkErrorShape,
  status: number | undefined,
): { errorClass: AwsErrorClass; awsCode: string } {
  const code = typeof shape.code === 'string' ? shape.code : '';
  // The SDK calls a reset connection a TimeoutError too: its code tells them apart.
  if (
    CONNECTION_CODES.has(code) ||
    /socket hang up|aborted|premature close/i.test(shape.message ?? '')
  ) {
    return { errorClass: 'transient', awsCode: 'Connection' };
  }
  if (shape.name === 'TimeoutError' || code === 'ETIMEDOUT')
    return { errorClass: 'transient', awsCode: 'Timeout' };
  if (shape.name === 'CredentialsProviderError')
    return { errorClass: 'denied', awsCode: 'NoCredentials' };
  if (
    status !== undefined ||
    shape.name === 'SyntaxError' ||
    /deserializ|unexpected (end|token)|\$response/i.test(shape.message ?? '')
  ) {
    return { errorClass: 'transient', awsCode: 'MalformedResponse' };
  }
  return { errorClass: 'failed', awsCode: shape.name ?? 'Unknown' };
}

/** `ThrottlingException` and `Throttling` are one code; services differ in how they spell it. */
function bareCode(code: string): string {
  return code.replace(/Exception$/, '');
}

/** The code of a SluiceError for a code of AWS: `aws.AccessDenied`. */
export function errorCode(awsCode: string): string {
  return `aws.${bareCode(awsCode)}`;
}

const MAX_MESSAGE = 600;

/**
 * AWS's message, fit for logs. A refused signature quotes the signed request with its session
 * token, and the SDK quotes bodies that it could not parse: both may hold secrets.
 */
export function safeMessage(message: string): string {
  const firstPart =
    message.split(/The Canonical String|Deserialization error: to see the raw response/i)[0] ?? '';
  const oneLine = firstPart
    .replace(/\b(A3T|AKIA|ASIA|AIDA|AROA)[A-Z0-9]{12,}\b/g, '[key]')
    .replace(/[A-Za-z0-9+/=_-]{120,}/g, '[removed]')
    .replace(/\s+/g, ' ')
    .trim();
  return oneLine.length > MAX_MESSAGE ? `${oneLine.slice(0, MAX_MESSAGE)}…` : oneLine;
}
