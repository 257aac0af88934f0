import { PortRefusal } from './answer.js';
import type { Blueprint, PropertySchema } from './blueprints.js';

/** What Port allows in an identifier, from its API reference. */
export const ENTITY_IDENTIFIER = /^(?!\.{1,2}$)[\p{L}0-9@_.+:\\/=-]+$/u;
const MAX_IDENTIFIER = 1000;

const FORMATS: Readonly<Record<string, RegExp>> = {
  url: /^[a-z][a-z0-9+.-]*:\/\/\S+$/i,
  email: /^[^@\s]+@[^@\s]+$/,
  user: /^[^@\s]+@[^@\s]+$/,
  'date-time': /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|z|[+-]\d\d:?\d\d)?$/,
  ipv4: /^(\d{1,3}\.){3}\d{1,3}$/,
};

/** Refuses an identifier that Port would refuse. */
export function checkIdentifier(identifier: unknown): asserts identifier is string {
  if (
    typeof identifier !== 'string' ||
    identifier.length > MAX_IDENTIFIER ||
    !ENTITY_IDENTIFIER.test(identifier)
  ) {
    const shown =
      typeof identifier === 'string' ? `"${identifier.slice(0, 60)}"` : String(identifier);
    throw new PortRefusal(
      422,
      'invalid_identifier',
      `identifier ${shown} must match pattern "${ENTITY_IDENTIFIER.source}" and have at most ${MAX_IDENTIFIER} characters`,
    );
  }
}

/** Refuses properties that do not fit the blueprint's schema; null fits every type, and stands for nothing. */
export function checkProperties(
  blueprint: Blueprint,
  properties: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(properties)) {
    const schema = blueprint.schema.properties[name];
    if (schema === undefined)
      throw schemaError(`properties must NOT have additional properties: "${name}"`);
    if (value !== null) checkValue(name, value, schema);
  }
  for (const name of blueprint.schema.required ?? []) {
    if (properties[name] === undefined || properties[name] === null)
      throw schemaError(`properties must have required property "${name}"`);
  }
}

function checkValue(name: string, value: unknown, schema: PropertySchema): void {
  if (typeOf(value) !== schema.type) throw schemaError(`properties.${name} must be ${schema.type}`);
  const format = schema.format === undefined ? undefined : FORMATS[schema.format];
  if (format !== undefined && !format.test(value as string))
    throw schemaError(`properties.${name} must match format "${schema.format ?? ''}"`);
  if (schema.enum !== undefined && !schema.enum.includes(value))
    throw schemaError(`properties.${name} must be equal to one of the allowed values`);
  const items = schema.items?.type;
  if (
    Array.isArray(value) &&
    items !== undefined &&
    !value.every((item) => typeOf(item) === items)
  ) {
    throw schemaError(`properties.${name} must have items of type ${items}`);
  }
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
}

function schemaError(message: string): PortRefusal {
  return new PortRefusal(422, 'invalid_request', message);
}
