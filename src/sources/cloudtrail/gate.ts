import { bareEventName, isReadOnlyName } from './event-name.js';
import { peekNames } from './peek-names.js';
import { isOneObject } from './split-documents.js';
import type { Range } from './split-documents.js';
import { findEscapedNames, findUsualNames, isUsualFailure, namesIn } from './usual-names.js';

/** Why an event that nobody wants is dropped. */
export type Unwanted = 'readOnly' | 'unmapped';

/** Decides by the names of an event whether it is read at all. */
export interface Gate {
  /** Why an event is dropped; undefined where it is wanted. The name is without its date. */
  verdict(source: string, name: string): Unwanted | undefined;
  /**
   * The same from the text of an object, before it is parsed; `failed` where it is wanted and the call
   * failed, `unsure` where the text does not tell, or is more than one object.
   */
  peek(text: string): Verdict | 'failed' | 'unsure';
  /** The same of a record that stands escaped in a string. */
  peekEscaped(text: string): Verdict | 'unsure';
}

export type Verdict = Unwanted | 'wanted';

/** Names of events whose verdicts are remembered: several times as many as AWS has. */
const MOST_NAMES = 50_000;
/** Pieces of one key, of which each is compared: a stream can name what it likes. */
const MOST_ALIKE = 32;
const ASCII = /^[\x20-\x7e]*$/;

interface Known {
  readonly piece: string;
  readonly verdict: Verdict;
}

export function createGate(wants: (source: string, name: string) => boolean): Gate {
  /** Pieces of records that hold both names, by what tells most of them apart; most streams repeat themselves. */
  const known = new Map<number, Known[]>();
  let remembered = 0;

  function verdict(source: string, name: string): Unwanted | undefined {
    if (wants(source, name)) return undefined;
    return isReadOnlyName(name) ? 'readOnly' : 'unmapped';
  }

  function verdictOf(text: string, range: Range | undefined): Verdict | undefined {
    if (range === undefined) return undefined;
    const [start, end] = range;
    const key = roughly(text, start, end);
    const alike = known.get(key);
    if (alike !== undefined) {
      for (const { piece, verdict: made } of alike) {
        // Cheaper than a look-up by the piece itself, which would have to be cut out and hashed.
        if (piece.length === end - start && text.indexOf(piece, start) === start) return made;
      }
    }
    return remember(text.slice(start, end), key);
  }

  function remember(piece: string, key: number): Verdict | undefined {
    const names = namesIn(piece);
    if (names === undefined) return undefined;
    const made: Verdict = verdict(names.source, bareEventName(names.name)) ?? 'wanted';
    if (remembered >= MOST_NAMES) return made;
    remembered += 1;
    // A slice would keep the text alive that it was cut from.
    const entry = { piece: Buffer.from(piece, 'latin1').toString('latin1'), verdict: made };
    const alike = known.get(key);
    if (alike === undefined) known.set(key, [entry]);
    else if (alike.length < MOST_ALIKE) alike.push(entry);
    return made;
  }

  function peek(text: string): Verdict | 'failed' | 'unsure' {
    const range = findUsualNames(text);
    const usual = verdictOf(text, range);
    if (usual !== undefined) {
      const [, end] = range!;
      // Up to its names a record holds no other.
      if (!isOneObject(text, end)) return 'unsure';
      return usual === 'wanted' && isUsualFailure(text, end) ? 'failed' : usual;
    }
    if (!isOneObject(text)) return 'unsure';
    const names = peekNames(text);
    // Bytes beyond ASCII have not been decoded.
    if (names === undefined || !ASCII.test(names.source) || !ASCII.test(names.name))
      return 'unsure';
    return verdict(names.source, bareEventName(names.name)) ?? 'wanted';
  }

  return {
    verdict,
    peek,
    peekEscaped: (text) => verdictOf(text, findEscapedNames(text)) ?? 'unsure',
  };
}

/** A number that is the same for the same piece of text, and mostly another for another. */
function roughly(text: string, start: number, end: number): number {
  const middle = text.charCodeAt((start + end) >> 1);
  const late = (text.charCodeAt(end - 4) << 14) ^ (text.charCodeAt(end - 8) << 7);
  return (((end - start) << 21) ^ late ^ (text.charCodeAt(end - 12) << 3) ^ middle) >>> 0;
}
