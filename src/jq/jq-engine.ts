import type { MappingOutcome } from '../model/mapping-result.js';
import type { KindProgram } from './kind-program.js';

/**
 * Evaluates the program of a kind over batches of resources. One outcome a line, in order, whatever
 * the expressions do; a hostile or broken resource fails alone.
 */
export interface JqEngine {
  /** `wasm` or `native`. */
  readonly name: string;
  /** jq's own version, e.g. `jq-1.8.2`. */
  readonly version: string;
  /**
   * Maps a batch. `lines` are resource bodies as JQ sees them, one JSON object a line each, of any
   * total size: the engine cuts them to at most 500 resources or 512 KiB a call. Rejects only when
   * the engine is closed.
   */
  map(program: KindProgram, lines: readonly string[]): Promise<readonly MappingOutcome[]>;
  /** Compiles one expression alone; jq's message (without its own position noise), or undefined where it is valid. */
  check(expression: string): Promise<string | undefined>;
  /** Evaluates a program text over one JSON value and gives the outputs: for `map` and tests, never the hot path. */
  evaluate(expression: string, input: string): Promise<readonly unknown[]>;
  close(): Promise<void>;
}
