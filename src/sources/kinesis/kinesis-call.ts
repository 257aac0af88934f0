import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { classifyError, errorCode } from '../../aws/classify-error.js';
import type { Credentials, CredentialSource } from '../../aws/credential-source.js';
import { AwsError } from '../../errors/aws-error.js';
import type { AwsErrorClass } from '../../errors/aws-error.js';
import { SluiceError } from '../../errors/sluice-error.js';

/** Where a stream stands and who may read it. */
export interface StreamAccess {
  readonly streamArn: string;
  readonly accountId: string;
  readonly region: string;
  readonly credentials: CredentialSource;
  /** The client; `push` for SubscribeToShard. */
  readonly client: (push?: boolean) => Promise<KinesisClient>;
}

type Send<T> = (client: KinesisClient, options: { abortSignal: AbortSignal }) => Promise<T>;

/**
 * Sends requests about one stream. Whatever goes wrong becomes an AwsError that says what it means, so
 * that an outage of the stream, or of what hands out its credentials, is one thing to whoever reads.
 * Nothing is retried, but for credentials that have run out.
 */
export class KinesisCaller {
  readonly #access: StreamAccess;

  constructor(access: StreamAccess) {
    this.#access = access;
  }

  get streamArn(): string {
    return this.#access.streamArn;
  }

  async send<T>(
    operation: string,
    signal: AbortSignal,
    send: Send<T>,
    push = false,
  ): Promise<Awaited<T>> {
    const { client, credentials } = this.#access;
    const attempt = async (): Promise<Awaited<T>> => {
      try {
        return await send(await client(push), { abortSignal: signal });
      } catch (error) {
        signal.throwIfAborted();
        throw this.understood(operation, error);
      }
    };
    const used = await this.#signing(operation, () => credentials.get());
    try {
      return await attempt();
    } catch (error) {
      const expired = error instanceof AwsError && error.errorClass === 'expired-credentials';
      if (!expired || !(await this.#renew(operation, used))) throw error;
    }
    return attempt();
  }

  /** What an error means; one that is understood already is left as it is. */
  understood(operation: string, error: unknown): AwsError {
    if (error instanceof AwsError) return error;
    const { errorClass, awsCode, message, status, requestId } = classifyError(error);
    const [meant, code] = isBrokenSession(error)
      ? (['transient', 'Connection'] as const)
      : [errorClass, awsCode];
    return this.fault(operation, errorCode(code), message, meant, {
      ...(status !== undefined && { status }),
      ...(requestId !== undefined && { requestId }),
    });
  }

  /** An error that the stream did not tell, but that its answers show. */
  fault(
    operation: string,
    code: string,
    message: string,
    errorClass: AwsErrorClass = 'failed',
    answer: { readonly status?: number; readonly requestId?: string } = {},
  ): AwsError {
    const { streamArn, accountId, region } = this.#access;
    const data = { code, errorClass, operation, accountId, region, ...answer };
    return new AwsError(`${operation} of ${streamArn}: ${message}`, data);
  }

  #renew(operation: string, refused: Credentials): Promise<boolean> {
    return this.#signing(operation, () => this.#access.credentials.renew(refused));
  }

  /** Whatever hands out credentials may be out for a while, as the stream may. */
  async #signing<T>(operation: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof SluiceError) || error instanceof AwsError) {
        throw this.understood(operation, error);
      }
      throw this.fault(operation, error.code, error.message, 'transient');
    }
  }
}

/** Node names what ends an HTTP/2 session or stream otherwise than what ends a socket. */
function isBrokenSession(error: unknown): boolean {
  const { code, message, $fault } = (error ?? {}) as Record<string, unknown>;
  if ($fault !== undefined) return false;
  return /^ERR_HTTP2_/.test(String(code)) || /\bhttp2\b/i.test(String(message));
}
