import type { LeafFault, MappingFailure, MappingVerdict } from '../../model/mapping-result.js';
import type { MappingSpec } from '../../model/mapping-spec.js';
import type { RunLimits } from './jq-instance.js';

/** What a worker is started with. */
export interface WorkerSetup {
  /** Compiled once and shared by all workers. */
  readonly module: WebAssembly.Module;
  /** One number: the line of the batch that jq is at, or {@link IDLE}. Read by the watchdog. */
  readonly progress: Int32Array;
  readonly limits: RunLimits;
}

/** {@link WorkerSetup.progress} while no program runs. */
export const IDLE = -1;

export interface WorkerProgram {
  readonly text: string;
  readonly specs: readonly MappingSpec[];
}

export type WorkerRequest =
  | {
      readonly type: 'map';
      /** Left out where it is the one of the map request before. */
      readonly program: WorkerProgram | undefined;
      readonly lines: readonly string[];
    }
  /** Compiles a program without running it. */
  | { readonly type: 'compile'; readonly program: string }
  | { readonly type: 'evaluate'; readonly program: string; readonly input: string };

export type WorkerReply =
  | { readonly type: 'ready'; readonly version: string }
  | ({ readonly type: 'mapped' } & PackedOutcomes & Retirement)
  | ({
      readonly type: 'ran';
      readonly exitCode: number;
      readonly output: string;
      readonly message: string;
    } & Retirement)
  | ({ readonly type: 'broke' } & MappingFailure & Retirement);

export interface Retirement {
  /** The worker's memory has grown too far, or its jq is spent: it is to be replaced. */
  readonly retire: boolean;
}

/**
 * The outcomes of a batch in a form that costs little to copy between threads: flat lists of texts and
 * small numbers instead of a tree of objects a resource.
 */
export interface PackedOutcomes {
  /** For each line: an index into `verdicts`, {@link FAILED} or {@link MISSING}. */
  readonly lines: readonly number[];
  /** For each line: how many entities it has. */
  readonly counts: readonly number[];
  /** For each entity: its mapping. */
  readonly mappings: readonly number[];
  /** For each entity: blueprint, identifier, JSON, hash. */
  readonly texts: readonly string[];
  /** The different lists of verdicts; nearly always one. */
  readonly verdicts: readonly (readonly MappingVerdict[])[];
  /** The different lists of faults; few as a rule. */
  readonly faults: readonly (readonly LeafFault[])[];
  /** The lines that have faults, and where in `faults` they are. */
  readonly faulty: readonly (readonly [line: number, faults: number])[];
  readonly searches: readonly (readonly [entity: number, query: unknown])[];
  readonly failures: readonly (readonly [line: number, failure: MappingFailure])[];
}

/** The line failed: see `failures`. */
export const FAILED = -1;
/** The line was not evaluated: the worker's jq was spent before it. */
export const MISSING = -2;
