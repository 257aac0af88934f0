/** Hashes a string to 32 bits, well mixed; the root of everything the simulation draws. */
export function hashString(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h);
}

/** Mixes two 32-bit numbers into one. */
export function mix(a: number, b = 0): number {
  let h = (a ^ Math.imul(b, 0x9e3779b1)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Four hex digits of every 16-bit number: looked up, because listings write hex for each resource. */
const HEX = Array.from({ length: 0x10000 }, (_, i) => i.toString(16).padStart(4, '0'));

/** Eight lower-case hex digits. */
export function hex8(value: number): string {
  return (HEX[value >>> 16] as string) + (HEX[value & 0xffff] as string);
}

/** A small, fast, seeded generator (mulberry32): the same seed draws the same sequence everywhere. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** 32 random bits. */
  bits(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** A whole number from 0 to `below - 1`. */
  int(below: number): number {
    return this.bits() % below;
  }

  /** True once in `n`. */
  oneIn(n: number): boolean {
    return this.bits() % n === 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.bits() % items.length] as T;
  }

  /** `digits` lower-case hex digits. */
  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += hex8(this.bits());
    return text.slice(0, digits);
  }

  /** A moment in 2023 or 2024, as ISO 8601 in UTC. */
  date(): string {
    return new Date(1_672_531_200_000 + this.int(63_072_000) * 1000).toISOString();
  }
}
