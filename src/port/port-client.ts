import { setMaxListeners } from 'node:events';
import type { Dispatcher } from 'undici';
import { PortError } from '../errors/port-error.js';
import { abortable } from './abortable.js';
import { AccessTokens, type AccessToken } from './access-tokens.js';
import { parseBaseUrl, type BaseUrl } from './base-url.js';
import { systemClock, type Clock } from './clock.js';
import { createDispatcher, type ProxyEnv } from './dispatcher.js';
import { exchange } from './exchange.js';
import { asRecord, badAnswer, readAnswer, unauthorized, unreachable } from './port-answer.js';
import type { CallName, PortAnswer } from './port-answer.js';
import { silentLog, type PortLog } from './port-log.js';
import { readRateLimitHeaders, type RateLimitHeaders } from './rate-limit-headers.js';
import { RateLimiter, rateFamilyOf } from './rate-limiter.js';
import { backoff, isTransient, PATIENT, retryWait, type RetryPolicy } from './retry-policy.js';

export interface PortClientOptions {
  /** With or without `/v1` and a trailing slash. Default https://api.getport.io. */
  readonly baseUrl?: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The integration's identifier: with `version` it makes the datasource that Port attributes entities to. */
  readonly integration: string;
  readonly version: string;
  readonly log?: PortLog;
  readonly clock?: Clock;
  /** Where HTTPS_PROXY, HTTP_PROXY and NO_PROXY are read. Default: the process's environment. */
  readonly env?: ProxyEnv;
  /** Most connections kept at a time. Default 64. */
  readonly connections?: number;
  /** Bound on the wait for an answer's head, and between parts of its body. Ms; default 60,000. */
  readonly requestTimeoutMs?: number;
}

/** One call of Port's API. */
export interface PortCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /v1, starting with `/`; its parts already percent-encoded. */
  readonly path: string;
  /** Another origin of Port's that Port itself named; `path` is then the whole path. Default: the base's. */
  readonly origin?: string;
  /** Without the `?`. */
  readonly query?: string;
  /** JSON text, sent as it is. */
  readonly body?: string;
  /** Default PATIENT. */
  readonly retry?: RetryPolicy;
  readonly signal?: AbortSignal;
  readonly observer?: CallObserver;
}

/** Told what happens inside a call. */
export interface CallObserver {
  /** A try begins (the first, or another). */
  onAttempt?(attempt: number): void;
  /** A whole answer came after so long, whatever it says. */
  onAnswer?(status: number, latencyMs: number): void;
  /** A try failed in a way that trying again may mend. */
  onTrouble?(error: PortError): void;
}

/**
 * Port's API: one access token for all callers, kept-alive connections, limits obeyed as Port's headers
 * say, retries as each call's policy says (every call that Sluice makes is idempotent). Rejects with a
 * PortError, or with the signal's reason once it is aborted. No token and no secret is in any error.
 */
export class PortClient {
  readonly integration: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: PortLog;
  readonly stats = { requests: 0, retries: 0 };
  /** `port-ocean/aws/{version}/{integration}/exporter`: the form by which Port tells datasources. */
  readonly userAgent: string;
  readonly #base: BaseUrl;
  readonly #dispatcher: Dispatcher;
  readonly #limiter: RateLimiter;
  readonly #tokens: AccessTokens;
  readonly #closing = new AbortController();
  readonly #secret: string;
  readonly #timeoutMs: number;
  #headers: Record<'plain' | 'json', Record<string, string>> = { plain: {}, json: {} };

  constructor(options: PortClientOptions) {
    this.integration = options.integration;
    this.version = options.version;
    this.clock = options.clock ?? systemClock;
    this.log = options.log ?? silentLog;
    this.userAgent = `port-ocean/aws/${options.version}/${options.integration}/exporter`;
    this.#base = parseBaseUrl(options.baseUrl);
    // Every request in flight listens to it; Node would take more than ten for a leak.
    setMaxListeners(0, this.#closing.signal);
    this.#timeoutMs = options.requestTimeoutMs ?? 60_000;
    this.#secret = options.clientSecret;
    this.#dispatcher = createDispatcher({
      connections: options.connections ?? 64,
      env: options.env ?? process.env,
    });
    this.#limiter = new RateLimiter(this.clock);
    const credentials = { clientId: options.clientId, clientSecret: options.clientSecret };
    this.#tokens = new AccessTokens(
      () => this.#fetchToken(JSON.stringify(credentials)),
      this.clock,
    );
  }

  /** Whether the access token may be sent to an origin: encrypted, or where all calls go anyway. */
  trusts(origin: string): boolean {
    return origin.startsWith('https://') || origin === this.#base.origin;
  }

  /** Makes a call and resolves with its successful answer, after as many tries as its policy allows. */
  async request(call: PortCall): Promise<PortAnswer> {
    const policy = call.retry ?? PATIENT;
    const startedAt = this.clock.now();
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const used: { authorization?: string } = {};
      try {
        return await this.#attempt(call, policy, used, attempt);
      } catch (error) {
        if (!(error instanceof PortError)) throw error;
        if (error.status === 401 && used.authorization !== undefined) {
          this.#tokens.invalidate(used.authorization);
          if (!renewed) {
            // The token may have been revoked or expired early: a new one deserves one try at once.
            renewed = true;
            this.stats.retries += 1;
            continue;
          }
        }
        const elapsed = this.clock.now() - startedAt;
        const wait = retryWait(policy, error, attempt, elapsed, () => this.clock.random());
        if (wait === undefined) throw error;
        call.observer?.onTrouble?.(error);
        this.stats.retries += 1;
        if (error.status === 429) this.#pause(call, policy, error, attempt);
        if (wait > 0) await this.clock.sleep(wait, call.signal);
      }
    }
  }

  /** Ends what is in flight and closes the connections. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the Port client was closed'));
    await this.#dispatcher.destroy();
  }

  /** Strikes the access token and the client secret from a text that came from outside. */
  readonly redact = (text: string): string => {
    let clean = text;
    const authorization = this.#tokens.current;
    const secrets = [this.#secret, authorization, authorization?.replace(/^\S+ /, '')];
    for (const secret of secrets) {
      if (secret !== undefined && secret !== '') clean = clean.replaceAll(secret, '[redacted]');
    }
    return clean;
  };

  async #attempt(
    call: PortCall,
    policy: RetryPolicy,
    used: { authorization?: string },
    attempt: number,
  ): Promise<PortAnswer> {
    const token = this.#tokens.get();
    const authorization = typeof token === 'string' ? token : await abortable(token, call.signal);
    used.authorization = authorization;
    const family = rateFamilyOf(call.path);
    await this.#limiter.acquire(family, call.signal);
    call.observer?.onAttempt?.(attempt);
    let headers: RateLimitHeaders | undefined;
    try {
      const answer = await this.#exchange(
        call,
        this.#headersFor(authorization, call.body !== undefined),
        policy.timeoutMs,
      );
      headers = answer.headers;
      call.observer?.onAnswer?.(answer.status, answer.latencyMs);
      const read = readAnswer(call, answer.status, answer.text, headers, this.redact);
      if (read instanceof PortError) throw read;
      return read;
    } finally {
      this.#limiter.settle(family, headers);
    }
  }

  /** A 429 holds for the whole family. Without any header that says how long, as long as a retry waits. */
  #pause(call: PortCall, policy: RetryPolicy, error: PortError, attempt: number): void {
    const ms = error.retryAfterMs ?? backoff(policy, attempt, () => this.clock.random());
    this.#limiter.pause(rateFamilyOf(call.path), ms);
    this.log.debug({ path: call.path, ms }, 'Port asks to slow down');
  }

  async #fetchToken(body: string): Promise<AccessToken> {
    const call = {
      method: 'POST',
      path: '/auth/access_token',
      body,
      signal: this.#closing.signal,
    } as const;
    const headers = { 'content-type': 'application/json', 'user-agent': this.userAgent };
    const { status, text, headers: limits } = await this.#exchange(call, headers);
    const name: CallName = { method: call.method, path: call.path };
    const answer = readAnswer(name, status, text, limits, this.redact);
    if (answer instanceof PortError) {
      if (isTransient(answer.status)) throw answer;
      // Whatever else it is, it must not be taken for the answer to the call that needs the token.
      const refused = status === 400 || status === 401 || status === 403 || status === 422;
      throw refused ? unauthorized(name, status, answer.portMessage) : badAnswer(name, status);
    }
    const { accessToken, expiresIn, tokenType } = asRecord(answer.body);
    if (typeof accessToken !== 'string' || accessToken === '') throw badAnswer(name, status);
    const type = typeof tokenType === 'string' && tokenType !== '' ? tokenType : 'Bearer';
    const seconds = typeof expiresIn === 'number' && expiresIn > 0 ? expiresIn : 3_600;
    return { authorization: `${type} ${accessToken}`, expiresInSeconds: seconds };
  }

  async #exchange(
    call: Pick<PortCall, 'method' | 'origin' | 'path' | 'query' | 'body' | 'signal'>,
    headers: Record<string, string>,
    timeoutMs = this.#timeoutMs,
  ): Promise<{ status: number; text: string; headers: RateLimitHeaders; latencyMs: number }> {
    this.stats.requests += 1;
    const startedAt = this.clock.now();
    try {
      const prefix = call.origin === undefined ? this.#base.prefix : '';
      const path = `${prefix}${call.path}${call.query === undefined ? '' : `?${call.query}`}`;
      const answer = await exchange(
        this.#dispatcher,
        {
          origin: call.origin ?? this.#base.origin,
          path,
          method: call.method,
          headers,
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
          ...(call.body === undefined ? {} : { body: call.body }),
        },
        call.signal,
      );
      return {
        status: answer.status,
        text: answer.text,
        headers: readRateLimitHeaders(answer.headers, this.clock.wallTime()),
        latencyMs: this.clock.now() - startedAt,
      };
    } catch (error) {
      if (call.signal?.aborted === true) throw call.signal.reason;
      if (this.#closing.signal.aborted) throw this.#closing.signal.reason;
      throw unreachable({ method: call.method, path: call.path }, this.#base.origin, error);
    }
  }

  /** The headers of a call, made once a token. A call without body must claim no content type. */
  #headersFor(authorization: string, hasBody: boolean): Record<string, string> {
    if (this.#headers.plain['authorization'] !== authorization) {
      const plain = { authorization, 'user-agent': this.userAgent, accept: 'application/json' };
      this.#headers = { plain, json: { ...plain, 'content-type': 'application/json' } };
    }
    return hasBody ? this.#headers.json : this.#headers.plain;
  }
}
