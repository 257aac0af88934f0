import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../errors/aws-error.js';
import { SluiceError } from '../errors/sluice-error.js';
import type { AwsMeter } from './aws-call.js';
import { classifyError, errorCode, type Classified } from './classify-error.js';
import type { BoundClients, AwsClients } from './clients.js';
import type { CredentialSource } from './credential-source.js';
import type { QuotaApi, QuotaPriority, Quotas } from './quota.js';
import { backoffMs, DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry-policy.js';

/** Who calls what, where. */
export interface CallTarget {
  readonly accountId: string;
  readonly region: string;
  readonly credentials: CredentialSource;
  /** API operation, for meters and messages, e.g. `ListResources`. */
  readonly operation: string;
  /** Quota that the call counts against; absent for the few calls of discovery. */
  readonly api?: QuotaApi;
  readonly priority?: QuotaPriority;
  readonly signal?: AbortSignal;
}

/** Sends one request; called again for every try. */
export type Send<T> = (clients: BoundClients, options: SendOptions) => Promise<T>;

export interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

export interface AwsCallerOptions {
  readonly clients: AwsClients;
  readonly quotas: Quotas;
  readonly meter: AwsMeter;
  readonly retry?: Partial<RetryPolicy>;
  /** Waits for ms; rejects when aborted. Default: a timer. */
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Uniform in [0, 1). Default Math.random. */
  readonly random?: () => number;
}

/** Makes calls of AWS: quota, try, classify, wait, try again. Everything that asks AWS goes through here. */
export class AwsCaller {
  readonly #options: AwsCallerOptions;
  readonly #policy: RetryPolicy;
  readonly #wait: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly #random: () => number;

  constructor(options: AwsCallerOptions) {
    this.#options = options;
    this.#policy = { ...DEFAULT_RETRY_POLICY, ...options.retry };
    this.#wait = options.wait ?? pause;
    this.#random = options.random ?? Math.random;
  }

  /**
   * Resolves with the answer. Throws an AwsError when AWS refuses for good or retries are used up, and
   * the signal's reason when aborted.
   */
  async call<T>(target: CallTarget, send: Send<T>): Promise<T> {
    let throttled = 0;
    let transient = 0;
    let renewed = false;
    for (let attempts = 1; ; attempts++) {
      target.signal?.throwIfAborted();
      // Credentials come before the slot: assuming a role must not hold up the account's other calls.
      const credentials = await target.credentials.get();
      const outcome = await this.#try(target, send);
      if (outcome.ok) return outcome.value;
      const { failure } = outcome;
      if (failure.errorClass === 'throttled' && ++throttled < this.#policy.maxThrottled) {
        await this.#wait(backoffMs(this.#policy, throttled, this.#random), target.signal);
      } else if (failure.errorClass === 'transient' && ++transient < this.#policy.maxTransient) {
        throttled = 0;
        await this.#wait(backoffMs(this.#policy, transient, this.#random), target.signal);
      } else if (
        failure.errorClass === 'expired-credentials' &&
        !renewed &&
        (await target.credentials.renew(credentials))
      ) {
        renewed = true;
      } else {
        throw toAwsError(target, failure, attempts);
      }
    }
  }

  async #try<T>(
    target: CallTarget,
    send: Send<T>,
  ): Promise<
    { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Classified }
  > {
    const { quotas, meter, clients } = this.#options;
    const { accountId, region, operation, api, signal } = target;
    const key = api === undefined ? undefined : { accountId, region, api };
    const release =
      key === undefined ? undefined : await quotas.acquire(key, target.priority, signal);
    try {
      meter.call(accountId, region, operation);
      const value = await send(
        clients.bind(region, target.credentials),
        signal === undefined ? {} : { abortSignal: signal },
      );
      if (key !== undefined) quotas.clean(key);
      return { ok: true, value };
    } catch (error) {
      signal?.throwIfAborted();
      // An error of ours (a page that makes no sense, a role that can't be assumed) is final already.
      if (error instanceof SluiceError) throw error;
      const failure = classifyError(error);
      if (failure.errorClass === 'throttled') {
        meter.throttled(accountId, region, operation);
        if (key !== undefined) quotas.throttled(key);
      }
      return { ok: false, failure };
    } finally {
      release?.();
    }
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    // A timer rejects with an error of its own, not with the reason it was stopped for.
    signal?.throwIfAborted();
    throw error;
  }
}

function toAwsError(target: CallTarget, failure: Classified, attempts: number): AwsError {
  return new AwsError(
    `${target.operation} in ${target.accountId} ${target.region}: ${failure.message}`,
    {
      code: errorCode(failure.awsCode),
      errorClass: failure.errorClass,
      operation: target.operation,
      accountId: target.accountId,
      region: target.region,
      attempts,
      ...(failure.status === undefined ? {} : { status: failure.status }),
      ...(failure.requestId === undefined ? {} : { requestId: failure.requestId }),
    },
  );
}
