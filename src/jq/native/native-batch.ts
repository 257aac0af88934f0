import type { MappingFailure, MappingOutcome } from '../../model/mapping-result.js';
import type { SeatAnswer } from '../batching/seat.js';
import { isBraced, isJson } from '../program/json-line.js';
import { decodeLine } from '../program/decode-line.js';
import type { MappingLayout } from '../program/mapping-layout.js';
import type { RunEnd } from './co-process.js';

/** jq's exit code for a program that does not compile. */
const COMPILE_ERROR = 3;
/** What jq says of input that it can't read; its exit code for that has changed between versions. */
const PARSE_ERROR = /parse error/;

/**
 * What jq printed for a batch of lines, and what follows from how it ended. As with the embedded jq,
 * the n-th printed line is taken for the n-th line only where every line before is known to be one
 * JSON object.
 */
export class NativeBatch {
  /** The lines that jq is given, by their numbers in the batch. */
  readonly sent: readonly number[];
  readonly #lines: readonly string[];
  readonly #layouts: readonly MappingLayout[];
  readonly #outcomes: (MappingOutcome | undefined)[];
  readonly #printed: MappingOutcome[] = [];

  constructor(lines: readonly string[], layouts: readonly MappingLayout[]) {
    this.#lines = lines;
    this.#layouts = layouts;
    this.#outcomes = new Array<MappingOutcome | undefined>(lines.length).fill(undefined);
    const sent: number[] = [];
    for (const [at, line] of lines.entries()) {
      if (isBraced(line)) sent.push(at);
      else this.#fail(at, 'invalid-json', 'not one JSON object');
    }
    this.sent = sent;
  }

  /** jq printed another line. */
  take(line: string): void {
    try {
      this.#printed.push({ ok: true, ...decodeLine(line, this.#layouts) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#printed.push({ ok: false, code: 'engine', message });
    }
  }

  /** The answer to the request that the lines came with. */
  answer(end: RunEnd, leashMs: number): SeatAnswer {
    const reached = Math.min(this.#printed.length, this.sent.length - 1);
    const line = this.sent[reached] ?? 0;
    if (end.type === 'killed') {
      const message =
        end.why === 'timeout'
          ? `not evaluated within ${Math.round(leashMs)} ms`
          : 'JQ printed more than it may';
      return { type: 'stopped', code: end.why, line, message };
    }
    if (end.type === 'marked' && this.#printed.length === this.sent.length) {
      this.#accept(this.sent.length);
    } else if (end.type === 'ended' && end.exitCode === COMPILE_ERROR) {
      for (const at of this.sent) this.#fail(at, 'engine', end.message);
    } else if (end.type === 'marked' || PARSE_ERROR.test(end.message)) {
      this.#blameInput(end.type === 'ended' ? end.message : 'not one JSON object');
    } else {
      const memory = /cannot allocate memory|out of memory/i.test(end.message);
      const message = end.message.trim() || `jq ended (${end.signal ?? end.exitCode})`;
      return { type: 'stopped', code: memory ? 'memory' : 'engine', line, message };
    }
    return { type: 'mapped', outcomes: this.#outcomes };
  }

  /** Some line was no JSON, or more than one: those fail, and what stands behind the first is given again. */
  #blameInput(message: string): void {
    const invalid = this.sent.filter((at) => !isJson(this.#lines[at]!));
    for (const at of invalid) this.#fail(at, 'invalid-json', 'not one JSON object');
    if (invalid.length > 0) {
      this.#accept(Math.min(this.sent.indexOf(invalid[0]!), this.#printed.length));
      return;
    }
    // JSON, but not to jq.
    const reached = Math.min(this.#printed.length, this.sent.length - 1);
    this.#accept(reached);
    this.#fail(this.sent[reached]!, 'invalid-json', message);
  }

  #accept(count: number): void {
    for (let nth = 0; nth < count; nth += 1) this.#outcomes[this.sent[nth]!] = this.#printed[nth];
  }

  #fail(at: number, code: MappingFailure['code'], message: string): void {
    this.#outcomes[at] = { ok: false, code, message };
  }
}
