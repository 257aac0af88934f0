import { spliceRawNumbers } from './awkward.js';

/** Strings and whole numbers of 16 digits or more, as tokens of JSON text. */
const TOKENS = /"(?:[^"\\]|\\.)*"|(?<![\d.])-?\d{16,}(?![\d.eE])/g;

/** Parses JSON text; numbers too large for JavaScript become marked strings that {@link stringifyLossless} turns back. */
export function parseLossless(json: string): Record<string, unknown> {
  return JSON.parse(
    json.replace(TOKENS, (token) => (token.startsWith('"') ? token : `"@raw:${token}"`)),
  ) as Record<string, unknown>;
}

/** The inverse of {@link parseLossless}. */
export function stringifyLossless(value: unknown): string {
  return spliceRawNumbers(JSON.stringify(value));
}
