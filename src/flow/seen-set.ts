import { hash64 } from '../model/hash64.js';

/**
 * The identifiers that a listing showed, as 64-bit hashes in open addressing: about 16 bytes each,
 * whatever their length. Two identifiers that collide (one pair in 2^64) would make a missing resource
 * look seen, which delays a delete and never causes one.
 */
export class SeenSet {
  #high: Uint32Array;
  #low: Uint32Array;
  #size = 0;

  constructor(capacity = 64) {
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  add(text: string): void {
    if ((this.#size + 1) * 2 > this.#high.length) this.#grow();
    const [high, low] = hash64(text);
    if (place(this.#high, this.#low, high, low)) this.#size += 1;
  }

  /** Adds all that another set holds. */
  absorb(other: SeenSet): void {
    for (let at = 0; at < other.#high.length; at += 1) {
      const high = other.#high[at]!;
      const low = other.#low[at]!;
      if (high === 0 && low === 0) continue;
      if ((this.#size + 1) * 2 > this.#high.length) this.#grow();
      if (place(this.#high, this.#low, high, low)) this.#size += 1;
    }
  }

  has(text: string): boolean {
    const [high, low] = hash64(text);
    const mask = this.#high.length - 1;
    for (let at = low & mask; ; at = (at + 1) & mask) {
      if (this.#high[at] === 0 && this.#low[at] === 0) return false;
      if (this.#high[at] === high && this.#low[at] === low) return true;
    }
  }

  #grow(): void {
    const high = new Uint32Array(this.#high.length * 2);
    const low = new Uint32Array(high.length);
    for (let at = 0; at < this.#high.length; at += 1) {
      if (this.#high[at] !== 0 || this.#low[at] !== 0)
        place(high, low, this.#high[at]!, this.#low[at]!);
    }
    this.#high = high;
    this.#low = low;
  }
}

function place(highs: Uint32Array, lows: Uint32Array, high: number, low: number): boolean {
  const mask = highs.length - 1;
  let at = low & mask;
  while (highs[at] !== 0 || lows[at] !== 0) {
    if (highs[at] === high && lows[at] === low) return false;
    at = (at + 1) & mask;
  }
  highs[at] = high;
  lows[at] = low;
  return true;
}
