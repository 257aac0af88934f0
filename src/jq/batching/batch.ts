import type { MappingOutcome } from '../../model/mapping-result.js';
import type { KindProgram } from '../kind-program.js';

/** How much is given to jq at a time. */
export interface BatchLimits {
  readonly lines: number;
  /** In UTF-16 units, which are about bytes here. */
  readonly length: number;
}

/** One call of `JqEngine.map`: gathers outcomes as its lines come back, in whatever order. */
export class MapCall {
  readonly #outcomes: MappingOutcome[];
  readonly #resolve: (outcomes: readonly MappingOutcome[]) => void;
  readonly reject: (error: Error) => void;
  #missing: number;

  constructor(
    lines: number,
    resolve: (outcomes: readonly MappingOutcome[]) => void,
    reject: (error: Error) => void,
  ) {
    this.#outcomes = new Array<MappingOutcome>(lines);
    this.#missing = lines;
    this.#resolve = resolve;
    this.reject = reject;
  }

  settle(index: number, outcome: MappingOutcome): void {
    this.#outcomes[index] = outcome;
    this.#missing -= 1;
    if (this.#missing === 0) this.#resolve(this.#outcomes);
  }
}

/** A line and whose it is. */
export interface BatchLine {
  readonly text: string;
  readonly call: MapCall;
  readonly index: number;
}

/** Lines for one program, to be evaluated in one go. */
export interface Batch {
  readonly type: 'batch';
  readonly program: KindProgram;
  readonly lines: readonly BatchLine[];
  readonly length: number;
  /** Begins right behind a line that was stopped: its first line may be the next one in a row. */
  readonly resumed: boolean;
}

export function batchOf(program: KindProgram, lines: readonly BatchLine[], resumed = false): Batch {
  const length = lines.reduce((sum, { text }) => sum + text.length, 0);
  return { type: 'batch', program, lines, length, resumed };
}

/** Cuts the lines of a call into batches; a line that alone exceeds the limit is a batch of its own. */
export function* cutBatches(
  program: KindProgram,
  lines: readonly BatchLine[],
  limits: BatchLimits,
): Generator<Batch> {
  let start = 0;
  let length = 0;
  for (const [at, { text }] of lines.entries()) {
    if (at > start && (at - start === limits.lines || length + text.length > limits.length)) {
      yield batchOf(program, lines.slice(start, at));
      start = at;
      length = 0;
    }
    length += text.length;
  }
  if (start < lines.length) yield batchOf(program, lines.slice(start));
}

/** Whether two batches may be evaluated as one: small calls that wait together cost one run of jq. */
export function fitsTogether(one: Batch, other: Batch, limits: BatchLimits): boolean {
  return (
    !one.resumed &&
    !other.resumed &&
    one.program === other.program &&
    one.lines.length + other.lines.length <= limits.lines &&
    one.length + other.length <= limits.length
  );
}
