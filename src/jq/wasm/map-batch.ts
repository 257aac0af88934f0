import type { MappingFailure, MappingOutcome, MappingResult } from '../../model/mapping-result.js';
import { decodeLine } from '../program/decode-line.js';
import type { MappingLayout } from '../program/mapping-layout.js';
import type { JqInstance, Run } from './jq-instance.js';
import { LineFeed } from './line-feed.js';
import { isBraced, isJson } from '../program/json-line.js';
import { repairSurrogates } from '../program/repair-surrogates.js';

/** jq's exit code for a program that does not compile. */
const COMPILE_ERROR = 3;

/**
 * Evaluates a program over lines with one run, and where that breaks, with as few more as it takes to
 * leave out the lines that break it.
 *
 * Invariant: an outcome is taken from the n-th printed line only where every line before is known to
 * be exactly one JSON value: because the run went well (as many printed as fed, each fed line from `{`
 * to `}`), or because each was parsed.
 */
export class BatchRun {
  readonly #program: string;
  readonly #layouts: readonly MappingLayout[];
  readonly #lines: string[];
  readonly #onLine: (index: number) => void;
  readonly #outcomes: (MappingOutcome | undefined)[];
  /** Numbers of the lines that have no outcome yet. */
  #pending: number[];
  /** Lines a run: all, until a run could not be made out. */
  #width = Infinity;

  /** `onLine` hears the number of each line as jq gets to it. */
  constructor(
    program: string,
    layouts: readonly MappingLayout[],
    lines: readonly string[],
    onLine: (index: number) => void,
  ) {
    this.#program = program;
    this.#layouts = layouts;
    this.#lines = [...lines];
    this.#onLine = onLine;
    this.#outcomes = new Array<MappingOutcome | undefined>(lines.length).fill(undefined);
    this.#pending = [...lines.keys()];
    this.#leaveOut(this.#pending, isBraced);
  }

  /** In the order of the lines; undefined where there is none yet. */
  get outcomes(): readonly (MappingOutcome | undefined)[] {
    return this.#outcomes;
  }

  get done(): boolean {
    return this.#pending.length === 0;
  }

  /** Takes what can be told of lines without jq; undefined leaves a line to it. */
  settle(map: (line: string) => MappingResult | undefined): void {
    // Here and below: a closure of a batch's own would be optimized anew with every other batch.
    const left: number[] = [];
    for (const index of this.#pending) {
      const result = map(this.#lines[index]!);
      if (result === undefined) left.push(index);
      else this.#outcomes[index] = { ok: true, ...result };
    }
    this.#pending = left;
  }

  /** Goes on until all is done or the instance is spent; then another may go on with the rest. */
  run(jq: JqInstance): void {
    while (!this.done && !jq.spent) {
      const part = this.#pending.slice(0, this.#width);
      const feed = new LineFeed(
        part.map((index) => this.#lines[index]!),
        (nth) => this.#onLine(part[nth]!),
      );
      this.#take(part, jq.run(this.#program, feed));
    }
  }

  #take(part: readonly number[], run: Run): void {
    const { end, exitCode, printedLines, fedLines } = run;
    if (end === 'exit' && exitCode === COMPILE_ERROR) {
      // The program's fault, not the resources'.
      for (const index of this.#pending) this.#fail(index, 'engine', run.message);
      this.#pending = [];
    } else if (end === 'exit' && exitCode === 0 && printedLines === fedLines) {
      this.#accept(part.slice(0, fedLines), run);
    } else {
      this.#isolate(part, run);
    }
  }

  /** After a run that broke: finds the line that broke it. Every call settles a line or narrows the runs. */
  #isolate(part: readonly number[], run: Run): void {
    const guilty = Math.max(0, run.fedLines - 1);
    const invalid = this.#leaveOut(part.slice(0, guilty + 1), isJson);
    if (invalid) return;
    if (run.printedLines === guilty || part.length === 1) {
      this.#accept(part.slice(0, guilty), run);
      this.#blame(part[guilty]!, run);
    } else {
      this.#width = 1;
    }
  }

  #accept(part: readonly number[], { output }: Run): void {
    let start = 0;
    for (const index of part) {
      const end = output.indexOf('\n', start);
      this.#outcomes[index] = this.#decode(output.slice(start, end));
      start = end + 1;
    }
    this.#pending = this.#pending.slice(part.length);
  }

  #decode(line: string): MappingOutcome {
    try {
      return { ok: true, ...decodeLine(line, this.#layouts) };
    } catch (error) {
      return {
        ok: false,
        code: 'engine',
        message: error instanceof Error ? error.message : String(error),
      };
    }
  }

  #blame(index: number, run: Run): void {
    if (run.end === 'exit') {
      const repaired = repairSurrogates(this.#lines[index]!);
      if (repaired !== this.#lines[index]) {
        this.#lines[index] = repaired;
        return;
      }
    }
    const code =
      run.end === 'memory' ? 'memory' : /parse error/.test(run.message) ? 'invalid-json' : 'engine';
    this.#fail(index, code, run.message);
    this.#pending = this.#pending.filter((pending) => pending !== index);
  }

  /** Fails those of the lines that are not valid; whether there were any. */
  #leaveOut(part: readonly number[], valid: (line: string) => boolean): boolean {
    const invalid = new Set<number>();
    for (const index of part) if (!valid(this.#lines[index]!)) invalid.add(index);
    if (invalid.size === 0) return false;
    for (const index of invalid) this.#fail(index, 'invalid-json', 'not one JSON object');
    this.#pending = this.#pending.filter((index) => !invalid.has(index));
    return true;
  }

  #fail(index: number, code: MappingFailure['code'], message: string): void {
    this.#outcomes[index] = { ok: false, code, message };
  }
}
