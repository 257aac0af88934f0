import { BatchingSink } from './batching-sink.js';
import type { EntitySinkOptions } from './entity-sink-options.js';
import type { EntitySink } from './entity-sink.js';

/**
 * The EntitySink over Port's API: bulk upserts (20 entities, 1 MiB) and bulk deletes (100) by blueprint,
 * several in flight, each change answered alone.
 */
export function createEntitySink(options: EntitySinkOptions): EntitySink {
  return new BatchingSink(options);
}
