/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

const DEEPEST = 12;
/** Shorter values are no secrets, and replacing them everywhere would garble what is said. */
const SHORTEST_SECRET = 6;

/** Names of fields whose values are secrets, in lower case and without `-` and `_`. */
const SECRET_NAME =
  /authorization|cookie|secret|passw(or)?d|passphrase|token|credential|privatekey|apikey|accesskey|sessionkey|signature|externalid/;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // A SigV4 header goes on behind spaces and commas.
  [/AWS4-HMAC-SHA256[^\r\n"'\\]*/g, `AWS4-HMAC-SHA256 ${REDACTED}`],
  [/\b(bearer|basic)(\s+)[\w.~+/=-]+/gi, `$1$2${REDACTED}`],
  // JSON web tokens, wherever they stand.
  [/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, REDACTED],
  [/\b(AKIA|ASIA)[A-Z0-9]{12,}\b/g, REDACTED],
  // name=value and "name": "value", also inside of a string that holds JSON.
  [
    // An ARN's `:secret:` is no such name.
    /((?<!:)(?:authorization|x-amz-security-token|x-amz-signature|x-amz-credential|(?:client|access|aws)?[-_]?secret(?:[-_]?access)?(?:[-_]?key)?|(?:session|access|refresh|security|id)?[-_]?token|passw(?:or)?d|api[-_]?key|private[-_]?key)\\*["']?\s*[:=]\s*\\*["']?)(?!\[redacted\]|bearer\s|basic\s|AWS4-)[^\s"'\\&,;}]+/gi,
    `$1${REDACTED}`,
  ],
  // User and password of a proxy or a repository.
  [/(:\/\/)[^\s/@"']+@/g, `$1${REDACTED}@`],
];

/** A text without secrets: those that can be told by their form, and these. */
export function redactText(text: string, secrets: Iterable<string> = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length >= SHORTEST_SECRET) clean = clean.replaceAll(secret, REDACTED);
  }
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
  return clean;
}

/**
 * A copy of a value that is safe to log: values of fields with telling names are replaced (numbers and
 * booleans stay), and texts are cleaned as {@link redactText} does. Errors become plain objects,
 * buffers their length, cycles and great depths a word.
 */
export function redact(value: unknown, secrets: Iterable<string> = []): unknown {
  return copy(value, [...secrets], new Set(), 0);
}

function copy(
  value: unknown,
  secrets: readonly string[],
  above: Set<object>,
  depth: number,
): unknown {
  if (typeof value === 'string') return redactText(value, secrets);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength.toString()} bytes]`;
  if (above.has(value)) return '[circular]';
  if (depth >= DEEPEST) return '[deep]';
  above.add(value);
  try {
    const inner = (part: unknown): unknown => copy(part, secrets, above, depth + 1);
    if (Array.isArray(value)) return value.map(inner);
    if (value instanceof Set) return Array.from(value, inner);
    if (value instanceof Map) return copyFields(namedEntries(value), secrets, inner);
    if (value instanceof Error) return copyFields(errorFields(value), secrets, inner);
    return copyFields(Object.entries(value), secrets, inner);
  } finally {
    above.delete(value);
  }
}

function copyFields(
  fields: Iterable<readonly [string, unknown]>,
  secrets: readonly string[],
  inner: (part: unknown) => unknown,
): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [name, part] of fields) {
    const hidden = isSecretName(name) && !isHarmless(part);
    const value = hidden ? REDACTED : inner(part);
    // A plain assignment to this name would set the prototype.
    Object.defineProperty(clean, redactText(name, secrets), {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return clean;
}

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.toLowerCase().replace(/[-_]/g, ''));
}

function isHarmless(part: unknown): boolean {
  return part === null || ['number', 'boolean', 'undefined'].includes(typeof part);
}

function* namedEntries(map: Map<unknown, unknown>): Generator<readonly [string, unknown]> {
  for (const [key, part] of map) yield [String(key), part];
}

/** The parts of an error that are not enumerable, then those that are. */
function errorFields(error: Error): (readonly [string, unknown])[] {
  const { name, message, stack, cause } = error;
  const own = Object.entries(error).filter(([field]) => field !== 'name' && field !== 'message');
  return [
    ['type', name],
    ['message', message],
    ...own.filter(([, part]) => part !== undefined),
    ...(stack === undefined ? [] : [['stack', stack] as const]),
    ...(cause === undefined ? [] : [['cause', cause] as const]),
  ];
}
