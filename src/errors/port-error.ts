import { EnvironmentError } from './environment-error.js';

/** What a failed call to Port carries besides its message. */
export interface PortErrorOptions {
  /** `port.unreachable`, `port.unauthorized`, `port.forbidden`, `port.not-found`, `port.too-large`, `port.rate-limited`, `port.failing`, `port.invalid`. */
  readonly code: string;
  /** HTTP status; 0 where no (whole) answer came. */
  readonly status: number;
  readonly method: string;
  /** Path of the request below the base URL, without its query. */
  readonly path: string;
  /** Port's own `error` field, e.g. `not_found`. */
  readonly portCode?: string;
  /** Port's own `message` field. */
  readonly portMessage?: string;
  /** Port's own `details` field, as it came. */
  readonly details?: unknown;
  /** How long Port asks to wait, in ms. */
  readonly retryAfterMs?: number;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A call to Port that failed: no answer, or an answer other than success. Holds no header and no body that was sent. */
export class PortError extends EnvironmentError {
  readonly status: number;
  readonly method: string;
  readonly path: string;
  readonly portCode: string | undefined;
  readonly portMessage: string | undefined;
  readonly details: unknown;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: PortErrorOptions) {
    super(message, {
      code: options.code,
      ...(options.hint === undefined ? {} : { hint: options.hint }),
      ...(options.cause === undefined ? {} : { cause: options.cause }),
    });
    this.status = options.status;
    this.method = options.method;
    this.path = options.path;
    this.portCode = options.portCode;
    this.portMessage = options.portMessage;
    this.details = options.details;
    this.retryAfterMs = options.retryAfterMs;
  }
}
