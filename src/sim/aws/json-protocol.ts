import { randomUUID } from 'node:crypto';
import { Refusal } from './refusal.js';
import type { Answer } from './service.js';

/** Parses a request body of a JSON protocol: an object, or a refusal as AWS gives it. */
export function parseJsonInput(body: Buffer): Record<string, unknown> {
  try {
    const input: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    if (input !== null && typeof input === 'object' && !Array.isArray(input))
      return input as Record<string, unknown>;
  } catch {
    // Falls through to the same refusal as any other body that is no object.
  }
  throw new Refusal(
    'SerializationException',
    400,
    'Start of structure or map found where not expected.',
  );
}

/** An answer of JSON 1.0, JSON 1.1 or REST JSON. */
export function jsonAnswer(contentType: string, value: unknown): Answer {
  return {
    status: 200,
    headers: { 'content-type': contentType, 'x-amzn-requestid': randomUUID() },
    body: typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value),
  };
}

/** An error of JSON 1.0 and 1.1: named by `__type`. Modelled errors spell their text `Message`, common ones `message`. */
export function jsonError(contentType: string, namespace: string, refusal: Refusal): Answer {
  const body = {
    __type: `${namespace}${refusal.code}`,
    Message: refusal.message,
    message: refusal.message,
  };
  return {
    status: refusal.status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  };
}

/** A string of the input; a refusal where it is missing or something else. */
export function requireString(input: Readonly<Record<string, unknown>>, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  const low = name.charAt(0).toLowerCase() + name.slice(1);
  throw new Refusal(
    'ValidationException',
    400,
    `1 validation error detected: Value null at '${low}' failed to satisfy constraint: Member must not be null`,
  );
}

/** An optional whole number within limits. */
export function optionalNumber(
  input: Readonly<Record<string, unknown>>,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max)
    return value;
  throw new Refusal(
    'ValidationException',
    400,
    `Value '${JSON.stringify(value)}' at '${name}' must be a number from ${min} to ${max}`,
  );
}

/** An optional string. */
export function optionalString(
  input: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new Refusal('SerializationException', 400, `${name} must be a string`);
}
