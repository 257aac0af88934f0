import { bareEventName, isReadOnlyName } from './event-name.js';
import { peekNames } from './peek-names.js';
import type { EventNames } from './peek-names.js';
import { cutEscapedNames, cutUsualNames, namesIn } from './usual-names.js';

/** Why an event that nobody wants is dropped. */
export type Unwanted = 'readOnly' | 'unmapped';

/** What is known of names that were met before: most streams repeat themselves. */
type Verdict = Unwanted | 'wanted';

/** Names of events whose verdicts are remembered: several times as many as AWS has. */
const MOST_NAMES = 50_000;
const ASCII = /^[\x20-\x7e]*$/;

/** Decides by the names of an event whether it is read at all. */
export class Gate {
  readonly #wants: (source: string, name: string) => boolean;
  /** By the piece of a record that holds both names. */
  readonly #verdicts = new Map<string, Verdict>();

  constructor(wants: (source: string, name: string) => boolean) {
    this.#wants = wants;
  }

  /** Why an event is dropped; undefined where it is wanted. The name is without its date. */
  verdict(source: string, name: string): Unwanted | undefined {
    if (this.#wants(source, name)) return undefined;
    return isReadOnlyName(name) ? 'readOnly' : 'unmapped';
  }

  /** The same from an object's text, before it is parsed; undefined also where the text does not tell. */
  peek(text: string): Unwanted | undefined {
    const known = this.#known(cutUsualNames(text));
    if (known !== undefined) return known === 'wanted' ? undefined : known;
    const names = peekNames(text);
    // Bytes beyond ASCII have not been decoded.
    if (names === undefined || !ASCII.test(names.source) || !ASCII.test(names.name))
      return undefined;
    return this.verdict(names.source, bareEventName(names.name));
  }

  /** The same of a record that stands escaped in a string. */
  peekEscaped(text: string): Unwanted | undefined {
    const known = this.#known(cutEscapedNames(text));
    return known === 'wanted' ? undefined : known;
  }

  #known(piece: string | undefined): Verdict | undefined {
    if (piece === undefined) return undefined;
    const known = this.#verdicts.get(piece);
    if (known !== undefined) return known;
    const names = namesIn(piece);
    return names === undefined ? undefined : this.#remember(piece, names);
  }

  #remember(piece: string, names: EventNames): Verdict {
    const verdict = this.verdict(names.source, bareEventName(names.name)) ?? 'wanted';
    // A slice would keep the text alive that it was cut from.
    const key = Buffer.from(piece, 'latin1').toString('latin1');
    if (this.#verdicts.size < MOST_NAMES) this.#verdicts.set(key, verdict);
    return verdict;
  }
}
