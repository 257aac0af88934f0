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
const ASCII = /^[\x20-\x7e]*$/;

export function createGate(wants: (source: string, name: string) => boolean): Gate {
  /** By the piece of a record that holds both names; most streams repeat themselves. */
  const verdicts = new Map<string, Verdict>();

  function verdict(source: string, name: string): Unwanted | undefined {
    if (wants(source, name)) return undefined;
    return isReadOnlyName(name) ? 'readOnly' : 'unmapped';
  }

  function verdictOf(text: string, range: Range | undefined): Verdict | undefined {
    if (range === undefined) return undefined;
    const piece = text.slice(range[0], range[1]);
    return verdicts.get(piece) ?? remember(piece);
  }

  function remember(piece: string): Verdict | undefined {
    const names = namesIn(piece);
    if (names === undefined) return undefined;
    const made = verdict(names.source, bareEventName(names.name)) ?? 'wanted';
    // A slice would keep the text alive that it was cut from.
    const key = Buffer.from(piece, 'latin1').toString('latin1');
    if (verdicts.size < MOST_NAMES) verdicts.set(key, made);
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
