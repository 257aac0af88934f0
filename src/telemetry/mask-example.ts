import { REDACTED, redact } from './redact.js';

/** Fields of AWS resources whose whole content may be a secret, whatever its form; in lower case. */
const HIDDEN =
  /^(userdata|environment|environmentvariables|variables|secretstring|masteruserpassword|definitionstring|parameters|stagevariables)$/;

/**
 * A resource as an example that others may see. What is masked, and nothing else:
 *
 * - texts that {@link redact} knows by the name of their field or by their form (passwords, tokens,
 *   access keys, JSON web tokens, credentials in URLs);
 * - every text within fields that users fill with what they like: user data, environment variables,
 *   stage variables, parameters and definitions. Their keys stay, so that mappings can be written.
 *
 * Numbers, booleans and null stay. The resource itself is untouched: only the example is masked.
 */
export function maskExample(resource: unknown): unknown {
  return redact(hide(resource, false));
}

function hide(value: unknown, within: boolean): unknown {
  if (typeof value === 'string') return within ? REDACTED : value;
  if (Array.isArray(value)) return value.map((part) => hide(part, within));
  if (typeof value !== 'object' || value === null) return value;
  // ECS and others list variables as pairs: the name tells nothing, the value may.
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      const isName = within && /^(name|key|parameterkey)$/i.test(name);
      return [name, hide(part, (within && !isName) || HIDDEN.test(name.toLowerCase()))];
    }),
  );
}
