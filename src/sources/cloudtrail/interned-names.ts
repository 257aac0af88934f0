/** A text that was met before, known by its bytes. */
export interface InternedName {
  readonly text: string;
}

interface Slot extends InternedName {
  readonly bytes: Uint8Array;
}

/** Names remembered: more than AWS has. Beyond them texts are made anew each time. */
const MOST_NAMES = 50_000;

/**
 * Texts by their bytes. Sources and names of events come again and again: looking one up costs less
 * than making its text, and what is known of it can be kept beside it.
 */
export class InternedNames {
  readonly #slots = new Map<number, Slot[]>();
  #count = 0;

  /** The name that stands in the bytes; undefined where it holds escapes or bytes beyond ASCII. */
  of(bytes: Uint8Array, from: number, to: number): InternedName | undefined {
    let hash = to - from;
    for (let at = from; at < to; at += 1) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
    const slots = this.#slots.get(hash);
    if (slots !== undefined) {
      for (const slot of slots) if (isSame(slot.bytes, bytes, from, to)) return slot;
    }
    return this.#add(hash, slots, bytes, from, to);
  }

  #add(
    hash: number,
    slots: Slot[] | undefined,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): InternedName | undefined {
    let text = '';
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at]!;
      if (byte === 0x5c || byte > 0x7e || byte < 0x20) return undefined;
      text += String.fromCharCode(byte);
    }
    const slot = { text, bytes: bytes.slice(from, to) };
    if (this.#count < MOST_NAMES) {
      this.#count += 1;
      if (slots === undefined) this.#slots.set(hash, [slot]);
      else slots.push(slot);
    }
    return slot;
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let at = 0; at < known.length; at += 1) if (known[at] !== bytes[from + at]) return false;
  return true;
}
