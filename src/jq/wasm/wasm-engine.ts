import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { BatchingEngine } from '../batching/batching-engine.js';
import type { BatchingOptions } from '../batching/batching-engine.js';
import type { JqEngine } from '../jq-engine.js';
import { WorkerSeat } from './worker-seat.js';

export interface WasmEngineOptions extends BatchingOptions {
  /** Worker threads; at least 1. Default: the number of cores, at most 2. */
  readonly workers?: number;
  /** Heap of one jq, in bytes; above it a resource fails with `memory`. Default (and maximum) 256 MiB. */
  readonly heapBytes?: number;
}

const MIB = 1024 * 1024;
const LINE_OUTPUT_BYTES = 32 * MIB;
const RUN_OUTPUT_BYTES = 16 * MIB;

/**
 * The embedded engine: jq as WebAssembly in worker threads, which are fed batches and send entities
 * back ready to be sent. Rejects where jq can't be started.
 */
export async function createWasmEngine(options: WasmEngineOptions = {}): Promise<JqEngine> {
  const file = createRequire(import.meta.url).resolve('jq-wasm/jq.wasm');
  const module = await WebAssembly.compile(await readFile(file));
  const { workers = Math.min(availableParallelism(), 2), heapBytes = 256 * MIB } = options;
  const limits = {
    heapBytes,
    lineOutputBytes: LINE_OUTPUT_BYTES,
    runOutputBytes: RUN_OUTPUT_BYTES,
  };
  const seats = Array.from({ length: Math.max(1, workers) }, () => new WorkerSeat(module, limits));
  return new BatchingEngine('wasm', await seats[0]!.version(), seats, options);
}
