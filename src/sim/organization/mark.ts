import { hex8 } from './random.js';

const FACTOR_A = 0x9e3779b1;
const FACTOR_B = 0x85ebca6b;
const INVERSE_A = inverse(FACTOR_A);
const INVERSE_B = inverse(FACTOR_B);

/**
 * The eight hex digits by which a generated identifier carries its own index within its scope. They
 * look random (two scopes share none by design, only by chance), yet the index can be computed back,
 * so a million resources are found by identifier without a map of them.
 */
export function markOf(index: number, scopeHash: number): string {
  let x = Math.imul(index ^ scopeHash, FACTOR_A);
  x = Math.imul(x ^ (x >>> 16), FACTOR_B);
  return hex8(x ^ (x >>> 16));
}

/** Indices that the marks found in an identifier stand for: candidates, to be checked by the caller. */
export function* indicesIn(identifier: string, scopeHash: number): Generator<number> {
  for (const [mark] of identifier.matchAll(/[0-9a-f]{8}(?![0-9a-f])/g)) {
    let x = Number.parseInt(mark, 16);
    x = Math.imul(x ^ (x >>> 16), INVERSE_B);
    x = Math.imul(x ^ (x >>> 16), INVERSE_A);
    yield (x ^ scopeHash) >>> 0;
  }
}

/** Multiplicative inverse of an odd number modulo 2^32, by Newton's iteration. */
function inverse(odd: number): number {
  let x = odd;
  for (let i = 0; i < 5; i++) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}
