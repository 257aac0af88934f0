/**
 * The input of a run, handed out one line at a time: a line is asked for only when the one before has
 * been evaluated, so the line that was handed out last is where jq is.
 */
export class LineFeed {
  readonly #bytes: Uint8Array;
  readonly #ends: Uint32Array;
  readonly #onLine: (index: number) => void;
  #at = 0;
  #fed = 0;

  /** `onLine` hears the number of each line (from 0) as it is handed out. */
  constructor(lines: readonly string[], onLine: (index: number) => void = () => {}) {
    const encoder = new TextEncoder();
    const length = lines.reduce((sum, line) => sum + line.length + 1, 0);
    // UTF-8 takes at most three bytes for a UTF-16 unit.
    const bytes = Buffer.allocUnsafeSlow(length * 3);
    this.#ends = new Uint32Array(lines.length);
    let at = 0;
    for (const [index, line] of lines.entries()) {
      at += encoder.encodeInto(line, bytes.subarray(at)).written;
      bytes[at++] = 0x0a;
      this.#ends[index] = at;
    }
    this.#bytes = bytes.subarray(0, at);
    this.#onLine = onLine;
  }

  /** Lines that were handed out, the one in progress included. */
  get fedLines(): number {
    return this.#fed;
  }

  /** Fills `into` with the rest of the current line, or with the next one; 0 at the end. */
  read(into: Uint8Array): number {
    if (this.#fed === 0 || this.#at === this.#ends[this.#fed - 1]) {
      if (this.#fed === this.#ends.length) return 0;
      this.#onLine(this.#fed);
      this.#fed += 1;
    }
    const end = Math.min(this.#ends[this.#fed - 1]!, this.#at + into.length);
    into.set(this.#bytes.subarray(this.#at, end));
    const length = end - this.#at;
    this.#at = end;
    return length;
  }
}
