import { SluiceError } from './sluice-error.js';

/**
 * What an answer of AWS means for the engine; one of these, whatever service it came from.
 *
 * - `throttled`: slow down and ask again.
 * - `transient`: ask again a few times.
 * - `absent`: AWS says that the resource does not exist.
 * - `unsupported`: the type or the operation is not offered there; the scope is skipped.
 * - `denied`: the credentials may not do this.
 * - `expired-credentials`: AWS no longer knows the credentials; assume the role anew once.
 * - `not-opted-in`: the region or service is not enabled in the account; the scope is skipped.
 * - `invalid`: the request is wrong; asking again changes nothing.
 * - `failed`: anything else; proves nothing.
 */
export type AwsErrorClass =
  | 'throttled'
  | 'transient'
  | 'absent'
  | 'unsupported'
  | 'denied'
  | 'expired-credentials'
  | 'not-opted-in'
  | 'invalid'
  | 'failed';

/** The data of an {@link AwsError}. */
export interface AwsErrorData {
  /** `aws.` + AWS's own code without its `Exception`, e.g. `aws.AccessDenied`; `unreadable` where a kind has no read. */
  readonly code: string;
  readonly errorClass: AwsErrorClass;
  /** API operation, e.g. `ListResources`. */
  readonly operation: string;
  readonly accountId: string;
  readonly region: string;
  /** HTTP status; absent where no answer came. */
  readonly status?: number;
  /** AWS's request id, for their support. */
  readonly requestId?: string;
  /** Calls that were made before this error was final. */
  readonly attempts?: number;
  readonly hint?: string;
}

/** AWS refused, failed, or could not be reached. Its message is AWS's own, without anything secret. */
export class AwsError extends SluiceError {
  readonly errorClass: AwsErrorClass;
  readonly operation: string;
  readonly accountId: string;
  readonly region: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly attempts: number;

  constructor(message: string, data: AwsErrorData) {
    super(
      message,
      data.hint === undefined ? { code: data.code } : { code: data.code, hint: data.hint },
    );
    this.errorClass = data.errorClass;
    this.operation = data.operation;
    this.accountId = data.accountId;
    this.region = data.region;
    this.status = data.status;
    this.requestId = data.requestId;
    this.attempts = data.attempts ?? 1;
  }
}
