import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { LiveReadings } from './readings.js';

/** Metrics of the live path: none has a sample where there is no live path. */
export function addLiveMetrics(registry: Registry, read: () => LiveReadings | undefined): void {
  const registers = [registry];
  const counted = (
    name: string,
    help: string,
    label: string | undefined,
    of: (live: LiveReadings) => ReadonlyMap<string, number> | number,
  ): void => {
    new Counter({
      name: `sluice_live_${name}_total`,
      help,
      labelNames: label === undefined ? [] : [label],
      registers,
      collect() {
        const live = read();
        this.reset();
        // Without a label, a counter that was reset has a sample of 0 until it is counted up.
        if (live === undefined) return;
        const value = of(live);
        if (typeof value === 'number') this.inc(value);
        else for (const [key, count] of value) this.inc({ [label ?? '']: key }, count);
      },
    });
  };
  counted('records', 'Records read from the stream', undefined, (live) => live.records);
  counted('bytes', 'Bytes read from the stream', undefined, (live) => live.bytes);
  counted('poison', 'Records that could not be read', undefined, (live) => live.poison);
  counted('events', 'Events, by what became of them', 'result', (live) => live.events);
  counted('reads', 'Reads after changes, by what they found', 'result', (live) => live.reads);
  counted('outcomes', 'Changes, by how they settled', 'outcome', (live) => live.outcomes);
  counted(
    'unrouted',
    'Events that named no resource, so that scopes were listed',
    'event',
    (live) => live.unrouted,
  );
  counted(
    'stream_errors',
    'Failed requests to the stream, by code',
    'code',
    (live) => live.streamErrors,
  );
  counted(
    'scopes_listed',
    'Scopes listed because of unrouted events',
    undefined,
    (live) => live.scopesListed,
  );

  const ofShards = (
    name: string,
    help: string,
    of: (shard: LiveReadings['shards'][number]) => number,
  ): void => {
    new Gauge({
      name: `sluice_live_shard_${name}`,
      help,
      labelNames: ['shard'],
      registers,
      collect() {
        this.reset();
        for (const shard of read()?.shards ?? []) this.set({ shard: shard.shardId }, of(shard));
      },
    });
  };
  ofShards(
    'lag_seconds',
    'How far behind its newest record a shard is read',
    ({ lagMs }) => lagMs / 1_000,
  );
  ofShards('gap_records', 'Records of a shard that a restart would read again', ({ gap }) => gap);
  ofShards(
    'oldest_unsettled_seconds',
    'Age of the oldest record of a shard that has not settled',
    ({ oldestMs }) => oldestMs / 1_000,
  );
  new Gauge({
    name: 'sluice_live_retention_used_ratio',
    help: 'Lag of the worst shard over the retention of the stream; from 1 on records are lost',
    registers,
    collect() {
      const live = read();
      if (live === undefined) {
        this.remove();
        return;
      }
      const behind = Math.max(live.oldestMs, ...live.shards.map(({ lagMs }) => lagMs));
      this.set(behind / live.retentionMs);
    },
  });
}
