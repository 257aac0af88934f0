import { PortError } from '../errors/port-error.js';
import type { RateLimitHeaders } from './rate-limit-headers.js';

/** A successful answer. */
export interface PortAnswer {
  readonly status: number;
  /** The parsed JSON body; undefined where it was empty. */
  readonly body: unknown;
}

/** The request that an answer belongs to, for messages. */
export interface CallName {
  readonly method: string;
  readonly path: string;
}

const HINTS: Readonly<Record<string, string>> = {
  'port.unauthorized':
    'Check PORT_CLIENT_ID and PORT_CLIENT_SECRET, and that PORT_BASE_URL is the region of your Port organization.',
  'port.unreachable': 'Check PORT_BASE_URL, the network, and HTTPS_PROXY / NO_PROXY.',
  'port.forbidden': 'Give the credentials the right to do this in Port.',
};

/** Longest part of a foreign text that goes into an error. */
const MAX_TEXT = 2_000;

/**
 * The answer as a value where it is a success, else the PortError that says what Port said.
 *
 * @param text the whole body
 * @param redact strikes secrets from foreign texts
 */
export function readAnswer(
  call: CallName,
  status: number,
  text: string,
  headers: RateLimitHeaders,
  redact: (text: string) => string,
): PortAnswer | PortError {
  const body = parseJson(text);
  const success = status >= 200 && status < 300;
  if (success && (body.ok || text.trim() === '')) return { status, body: body.value };
  if (success || isForeign(status, body.ok || text.trim() === '')) return badAnswer(call, status);
  const said = asRecord(body.value);
  const portCode = textOf(said['error'], redact);
  const portMessage = textOf(said['message'], redact);
  const code = codeOf(status);
  // A 429 without Retry-After is over when the limit that its headers name is whole again.
  const retryAfterMs = headers.retryAfterMs ?? (status === 429 ? headers.resetMs : undefined);
  const explanation = [portCode, portMessage].filter((part) => part !== undefined).join(': ');
  return new PortError(
    `Port answered ${status.toString()} to ${call.method} ${call.path}${explanation === '' ? '' : `: ${explanation}`}`,
    {
      code,
      status,
      ...call,
      details: said['details'],
      ...(portCode === undefined ? {} : { portCode }),
      ...(portMessage === undefined ? {} : { portMessage }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(HINTS[code] === undefined ? {} : { hint: HINTS[code] }),
    },
  );
}

/** No whole answer came: refused, reset, timed out, unresolvable, an untrusted certificate. */
export function unreachable(call: CallName, origin: string, cause: unknown): PortError {
  return new PortError(
    `Port can't be reached at ${origin} (${call.method} ${call.path}): ${reasonOf(cause)}`,
    { code: 'port.unreachable', status: 0, ...call, ...hintOf('port.unreachable') },
  );
}

/** The same failure, told as wrong credentials. */
export function unauthorized(call: CallName, status: number, said: string | undefined): PortError {
  return new PortError(
    `Port refuses the credentials (${status.toString()}${said === undefined ? '' : `: ${said}`})`,
    { code: 'port.unauthorized', status, ...call, ...hintOf('port.unauthorized') },
  );
}

/** An answer of something that stands between Port and us, or of another service: as good as no answer. */
export function badAnswer(call: CallName, status: number): PortError {
  return new PortError(
    `the answer (${status.toString()}) to ${call.method} ${call.path} is not what Port's API sends`,
    { code: 'port.unreachable', status: 0, ...call, ...hintOf('port.unreachable') },
  );
}

/** Whether a failure is a proxy's or a portal's: what they refuse must not be held against an entity. */
function isForeign(status: number, likePort: boolean): boolean {
  return (status >= 300 && status < 400) || status === 407 || (status === 403 && !likePort);
}

function hintOf(code: string): { hint: string } | object {
  const hint = HINTS[code];
  return hint === undefined ? {} : { hint };
}

function codeOf(status: number): string {
  if (status === 401) return 'port.unauthorized';
  if (status === 403) return 'port.forbidden';
  if (status === 404 || status === 405 || status === 501) return 'port.not-found';
  if (status === 413) return 'port.too-large';
  if (status === 429) return 'port.rate-limited';
  return status >= 500 || status === 408 ? 'port.failing' : 'port.invalid';
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown reason';
  const inner = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause.cause;
  const code = (cause as { code?: unknown }).code;
  const text = cause.message === '' && inner instanceof Error ? inner.message : cause.message;
  return typeof code === 'string' && !text.includes(code) ? `${text} (${code})` : text;
}

function parseJson(text: string): { ok: boolean; value: unknown } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, value: undefined };
  }
}

function textOf(value: unknown, redact: (text: string) => string): string | undefined {
  return typeof value === 'string' ? redact(value).slice(0, MAX_TEXT) : undefined;
}

/** The value as an object to look fields up in; empty where it is none. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
