import type { MappingFailure, MappingOutcome } from '../../model/mapping-result.js';
import type { KindProgram } from '../kind-program.js';

/** What a seat is asked to do. */
export type SeatRequest =
  | { readonly type: 'map'; readonly program: KindProgram; readonly lines: readonly string[] }
  /** Compiles a program without running it. */
  | { readonly type: 'compile'; readonly program: string }
  | { readonly type: 'evaluate'; readonly program: string; readonly input: string };

/** How a request ended. */
export type SeatAnswer =
  /** In the order of the lines; undefined for those that were not evaluated and may be given again. */
  | { readonly type: 'mapped'; readonly outcomes: readonly (MappingOutcome | undefined)[] }
  /** A program that was compiled or evaluated came to its end. */
  | {
      readonly type: 'ran';
      readonly exitCode: number;
      readonly output: string;
      readonly message: string;
    }
  | ({ readonly type: 'broke' } & MappingFailure)
  /** It was ended, or ended by itself; `line` is where jq was. */
  | {
      readonly type: 'stopped';
      readonly code: 'timeout' | 'memory' | 'engine';
      readonly line: number;
      readonly message: string;
    };

/** A place where jq runs, for one request at a time: a thread with jq in it, or a process. */
export interface Seat {
  readonly busy: boolean;
  /** @param leashMs how long jq may stay at one line. Never rejects. */
  ask(request: SeatRequest, leashMs: number): Promise<SeatAnswer>;
  close(): Promise<void>;
}
