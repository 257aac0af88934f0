/** An answer of Port's API. */
export interface PortAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

/** A good answer. */
export function ok(body: Record<string, unknown>, status = 200): PortAnswer {
  return { status, body: { ok: true, ...body } };
}

/** A refused request: `{ok: false, error, message}`. */
export class PortRefusal extends Error {
  constructor(
    readonly status: number,
    /** Port's name of the error, e.g. `not_found`. */
    readonly error: string,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }

  answer(): PortAnswer {
    return {
      status: this.status,
      body: {
        ok: false,
        error: this.error,
        message: this.message,
        ...(Object.keys(this.details).length > 0 && { details: this.details }),
      },
    };
  }
}

/** 422 for a body that is not as the API wants it. */
export function invalidRequest(message: string): PortRefusal {
  return new PortRefusal(422, 'invalid_request', message);
}

/** A JSON object, or 422. */
export function asObject(value: unknown, what: string): Record<string, unknown> {
  if (value !== null && typeof value === 'object' && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw invalidRequest(`${what} must be an object`);
}

/** Refuses fields that the API does not know: a strict schema finds what a lenient one would hide. */
export function onlyFields(
  value: Record<string, unknown>,
  known: readonly string[],
  what: string,
): void {
  const unknown = Object.keys(value).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw invalidRequest(`${what} must NOT have additional properties: ${unknown.join(', ')}`);
}
