import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchingEngine } from '../batching/batching-engine.js';
import type { BatchingOptions } from '../batching/batching-engine.js';
import type { JqEngine } from '../jq-engine.js';
import type { NativeJq } from './find-jq.js';
import { NativeSeat } from './native-seat.js';

export interface NativeEngineOptions extends BatchingOptions {
  /** Processes at work at a time; at least 1. Default: the number of cores, at most 2. */
  readonly workers?: number;
  /** Memory of one jq, in bytes; above it a resource fails with `memory`. Default 256 MiB. */
  readonly heapBytes?: number;
}

const MIB = 1024 * 1024;
/** What jq takes of its address space before it has read anything. */
const OWN_BYTES = 32 * MIB;

/** The native engine: long-lived processes of a jq of the system's, fed through pipes. */
export async function createNativeEngine(
  jq: NativeJq,
  options: NativeEngineOptions = {},
): Promise<JqEngine> {
  const { workers = Math.min(availableParallelism(), 2), heapBytes = 256 * MIB } = options;
  const dir = await mkdtemp(join(tmpdir(), 'sluice-jq-'));
  const seats = Array.from(
    { length: Math.max(1, workers) },
    () => new NativeSeat({ jq: jq.path, dir, memoryBytes: heapBytes + OWN_BYTES }),
  );
  const engine = new BatchingEngine('native', jq.version, seats, options);
  const close = engine.close.bind(engine);
  return Object.assign(engine, {
    close: async () => {
      await close();
      await rm(dir, { recursive: true, force: true });
    },
  });
}
