import { EnvironmentError } from '../errors/environment-error.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Variables of Ocean that may hold a JSON object instead of being set part by part. */
const OBJECTS = [
  'OCEAN__PORT',
  'OCEAN__EVENT_LISTENER',
  'OCEAN__INTEGRATION',
  'OCEAN__INTEGRATION__CONFIG',
];

/**
 * Ocean takes a section as one JSON object (`OCEAN__EVENT_LISTENER={"type":"POLLING"}`) or part by part
 * (`OCEAN__EVENT_LISTENER__TYPE`): this gives all parts as variables of their own; those that are set
 * win. Throws an EnvironmentError, without the value, where a section is no JSON object.
 */
export function expandOceanJson(env: Env): Env {
  const expanded: Record<string, string | undefined> = { ...env };
  for (const name of OBJECTS) {
    const text = expanded[name]?.trim();
    if (text !== undefined && text !== '') expand(expanded, name, objectIn(name, text));
  }
  return expanded;
}

function expand(into: Record<string, string | undefined>, prefix: string, value: object): void {
  for (const [key, part] of Object.entries(value) as [string, unknown][]) {
    const name = `${prefix}__${key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}`;
    if (typeof part === 'object' && part !== null) expand(into, name, part);
    else if ((into[name] ?? '') === '') into[name] = textOf(part);
  }
}

function textOf(part: unknown): string | undefined {
  if (typeof part === 'string') return part;
  return typeof part === 'number' || typeof part === 'boolean' ? String(part) : undefined;
}

function objectIn(name: string, text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below, without the text: it may hold a secret.
  }
  throw new EnvironmentError(`${name} is malformed`, {
    code: 'environment.invalid-value',
    hint: 'expected a JSON object, or its parts as variables of their own',
  });
}
