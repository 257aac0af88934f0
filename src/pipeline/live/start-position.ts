import type { Pipeline } from '../../config/pipeline.js';
import type { ShardStart } from '../../model/stream-record.js';
import { Checkpoints } from '../../state/checkpoints.js';
import { readGeneration } from '../../state/meta.js';
import type { StateStore } from '../../state/state-store.js';
import { readGenerationStart } from '../letters.js';

/** How far the clocks of this machine and of the stream may be apart, in ms. */
const SKEW_MS = 60_000;

/**
 * Where the stream is begun in shards without a checkpoint. Noted durably the first time, before any
 * listing begins, and kept: whatever changes after that listing is then in what is read, even if the
 * process dies before its first checkpoint. `latest` is therefore a time: now, or where a resync was
 * cut short and will be gone on with, when that began.
 */
export async function noteStart(
  store: StateStore,
  { streamArn, startFrom }: NonNullable<Pipeline['live']>,
): Promise<ShardStart> {
  const checkpoints = new Checkpoints(store);
  const noted = checkpoints.start(streamArn);
  if (noted !== undefined) return noted;
  const start = startOf(store, startFrom);
  await store.commit([checkpoints.putStart(streamArn, start)]);
  return start;
}

function startOf(
  store: StateStore,
  startFrom: NonNullable<Pipeline['live']>['startFrom'],
): ShardStart {
  if (startFrom === 'trim_horizon') return { type: 'trim_horizon' };
  if (startFrom !== 'latest') return { type: 'timestamp', at: startFrom.getTime() };
  const last = readGeneration(store);
  const isOpen = last !== undefined && !last.finished;
  const began = isOpen ? readGenerationStart(store) : undefined;
  return { type: 'timestamp', at: (began ?? Date.now()) - SKEW_MS };
}
