import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { classifyError, errorCode, safeMessage } from '../../src/aws/classify-error.js';
import type { AwsErrorClass } from '../../src/errors/aws-error.js';

const test = suite('aws/classify-error');

/** An error as the SDK makes it of an answer. */
function answered(name: string, status: number, message = name): Error {
  const error = Object.assign(new Error(message), {
    $fault: 'client',
    $metadata: { httpStatusCode: status, requestId: 'r-1' },
  });
  error.name = name;
  return error;
}

const ROWS: readonly (readonly [code: string, status: number, errorClass: AwsErrorClass])[] = [
  ['ThrottlingException', 429, 'throttled'],
  ['Throttling', 400, 'throttled'],
  ['ThrottledException', 400, 'throttled'],
  ['TooManyRequestsException', 400, 'throttled'],
  ['RequestLimitExceeded', 503, 'throttled'],
  ['SlowDown', 503, 'throttled'],
  ['SomethingNew', 429, 'throttled'],
  ['HandlerFailureException', 502, 'transient'],
  ['HandlerInternalFailureException', 502, 'transient'],
  ['ServiceInternalErrorException', 502, 'transient'],
  ['NetworkFailureException', 502, 'transient'],
  ['NotStabilizedException', 400, 'transient'],
  ['ServiceLimitExceededException', 400, 'transient'],
  ['ResourceConflictException', 409, 'transient'],
  ['ServiceException', 500, 'transient'],
  ['InternalFailure', 500, 'transient'],
  ['ServiceUnavailable', 503, 'transient'],
  ['RequestTimeTooSkewed', 403, 'transient'],
  ['InvalidSignatureException', 400, 'transient'],
  ['SomethingNew', 504, 'transient'],
  ['ResourceNotFoundException', 404, 'absent'],
  ['AccountNotFoundException', 400, 'absent'],
  ['NoSuchBucket', 404, 'absent'],
  ['TypeNotFoundException', 404, 'unsupported'],
  ['UnsupportedActionException', 405, 'unsupported'],
  ['PrivateTypeException', 400, 'unsupported'],
  ['AccessDeniedException', 400, 'denied'],
  ['AccessDenied', 403, 'denied'],
  ['UnauthorizedOperation', 403, 'denied'],
  ['SomethingNew', 403, 'denied'],
  ['ExpiredToken', 403, 'expired-credentials'],
  ['ExpiredTokenException', 400, 'expired-credentials'],
  ['UnrecognizedClientException', 403, 'expired-credentials'],
  ['InvalidClientTokenId', 403, 'expired-credentials'],
  ['InvalidCredentialsException', 401, 'expired-credentials'],
  ['SomethingNew', 401, 'expired-credentials'],
  ['OptInRequired', 403, 'not-opted-in'],
  ['RegionDisabledException', 403, 'not-opted-in'],
  ['InvalidRequestException', 400, 'invalid'],
  ['ValidationException', 400, 'invalid'],
  // A 404 of an unknown code may be the endpoint's, and must never read as "the resource is gone".
  ['SomethingNew', 404, 'failed'],
  ['UnknownOperationException', 404, 'failed'],
  ['AWSOrganizationsNotInUseException', 400, 'failed'],
  ['SomethingNew', 400, 'failed'],
];

for (const [code, status, errorClass] of ROWS) {
  test(`${code} (${status}) is ${errorClass}`, () => {
    const found = classifyError(answered(code, status));
    assert.is(found.errorClass, errorClass);
    assert.is(found.awsCode, code);
    assert.is(found.status, status);
    assert.is(found.requestId, 'r-1');
  });
}

const TEXTS: readonly (readonly [text: string, errorClass: AwsErrorClass])[] = [
  ['Rate exceeded (Service: AmazonEC2; Status Code: 503)', 'throttled'],
  ['Too Many Requests', 'throttled'],
  ['User: arn:aws:sts::1:assumed-role/x is not authorized to perform: rds:ListTags', 'denied'],
  ['Access Denied (Service: S3, Status Code: 403)', 'denied'],
  ['The security token included in the request is expired: ExpiredToken', 'expired-credentials'],
  ['Your account is not registered for this service', 'not-opted-in'],
  ['The AWS Access Key Id needs a subscription for the service', 'not-opted-in'],
  ['Cluster not found.', 'absent'],
  ['The specified bucket does not exist', 'absent'],
  ['Internal Server Error', 'transient'],
  [
    'The bucket you are attempting to access must be addressed using the specified endpoint.',
    'failed',
  ],
  ['Something else', 'failed'],
];

for (const [text, errorClass] of TEXTS) {
  test(`GeneralServiceException "${text}" is ${errorClass}`, () => {
    assert.is(classifyError(answered('GeneralServiceException', 400, text)).errorClass, errorClass);
  });
}

const BROKEN: readonly (readonly [
  name: string,
  error: unknown,
  errorClass: AwsErrorClass,
  code: string,
])[] = [
  [
    'a reset connection',
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    'transient',
    'Connection',
  ],
  [
    'a refused connection',
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    'transient',
    'Connection',
  ],
  [
    'a name that does not resolve',
    Object.assign(new Error('dns'), { code: 'ENOTFOUND' }),
    'transient',
    'Connection',
  ],
  ['a hung up socket', new Error('socket hang up'), 'transient', 'Connection'],
  ['a timeout', Object.assign(new Error('late'), { name: 'TimeoutError' }), 'transient', 'Timeout'],
  [
    'a body that is no JSON',
    new SyntaxError('Unexpected token < in JSON'),
    'transient',
    'MalformedResponse',
  ],
  [
    'missing credentials',
    Object.assign(new Error('none'), { name: 'CredentialsProviderError' }),
    'denied',
    'NoCredentials',
  ],
  ['a fault of ours', new TypeError('x is not a function'), 'failed', 'TypeError'],
  ['a thrown string', 'oops', 'failed', 'Unknown'],
];

for (const [name, error, errorClass, code] of BROKEN) {
  test(`${name} is ${errorClass}`, () => {
    const found = classifyError(error);
    assert.is(found.errorClass, errorClass);
    assert.is(found.awsCode, code);
  });
}

test('codes lose their Exception', () => {
  assert.is(errorCode('AccessDeniedException'), 'aws.AccessDenied');
  assert.is(errorCode('Connection'), 'aws.Connection');
});

test('messages lose secrets and line breaks, and are cut', () => {
  const token = 'IQoJb3JpZ2luX2VjE'.repeat(20);
  const signature = `The request signature we calculated does not match.\n\nThe Canonical String for this request should have been\n'POST\nx-amz-security-token:${token}'`;
  assert.not.match(safeMessage(signature), /IQoJ/);
  assert.not.match(safeMessage(`bad token ${token}`), /IQoJ/);
  assert.not.match(safeMessage('key ASIAIOSFODNN7EXAMPLE is unknown'), /ASIAIOS/);
  assert.is(safeMessage('a\n  b'), 'a b');
  assert.ok(safeMessage('word '.repeat(1000)).length <= 601);
});

test.run();
