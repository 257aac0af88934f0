import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Counters } from '../../src/pipeline/counters.js';
import type { Flight } from '../../src/flow/flight.js';
import type { Engine } from '../../src/pipeline/open-engine.js';
import { LiveCounters } from '../../src/pipeline/live/live-counters.js';
import type { Live } from '../../src/pipeline/live/live.js';
import { Progress } from '../../src/pipeline/progress.js';
import { Tap } from '../../src/pipeline/tap.js';
import { DeadLetters } from '../../src/state/dead-letters.js';
import { MemoryStore } from '../../src/state/memory-store.js';
import { RetryTable } from '../../src/state/retry-table.js';
import { Metrics } from '../../src/telemetry/metrics.js';
import { watchEngine } from '../../src/web/watch-engine.js';

const test = suite('watching an engine');

function fakeEngine(store: MemoryStore, stop = new AbortController()) {
  const parts = {
    pipeline: { port: { integration: 'aws-test' } },
    state: { retries: new RetryTable(store), deadLetters: new DeadLetters(store) },
    flow: { credits: { inFlight: { observations: 5, bytes: 6 } } },
    stop: stop.signal,
    counters: new Counters(),
    tap: new Tap(),
    generation: 0,
  };
  const port = { stats: { requests: 9, retries: 1 } };
  return { engine: { parts, port } as unknown as Engine, parts, stop };
}

test('tells the phase, the accounts, the totals and what waits', async () => {
  const store = new MemoryStore();
  const { engine, parts, stop } = fakeEngine(store);
  const progress = new Progress();
  const { status } = watchEngine(engine, progress, '1.0.0');
  assert.is(status().phase, 'starting');
  assert.is(status().startedAt, undefined);

  progress.begin(3);
  const scope = { kind: 'K', accountId: '111111111111', region: 'r' };
  progress.scope(scope);
  progress.scope({ ...scope, region: 'q' });
  progress.ended(scope, { status: 'failed', code: 'c', message: 'm' });
  for (let i = 0; i < 150; i++) {
    parts.counters.failures.push({ ...scope, code: String(i), message: '' });
  }
  await store.commit(
    parts.state.retries.put({
      target: 'x',
      type: 'resource',
      reason: 'read.denied',
      attempts: 0,
      nextAt: 77,
    }),
  );
  const now = status();
  assert.is(now.phase, 'resync');
  assert.is(now.generation, 3);
  assert.equal(now.accounts, [{ id: '111111111111', scopesDone: 1, scopesTotal: 2, failed: 1 }]);
  assert.is(now.totals.failures.length, 100);
  assert.is(now.totals.failures.at(-1)?.code, '149');
  assert.is(now.totals.port.requests, 9);
  assert.equal(now.retries, { total: 1, byReason: { 'read.denied': 1 }, nextDueAt: 77 });
  assert.equal(now.credits, { observations: 5, bytes: 6 });

  progress.finish();
  assert.is(status().phase, 'idle');
  assert.type(status().finishedAt, 'number');
  stop.abort();
  assert.is(status().phase, 'stopping');
});

function fakeLive(): Live {
  const counters = new LiveCounters();
  counters.records = 100;
  counters.event('routed', 5);
  counters.reads.present = 4;
  counters.noteUnrouted('ec2.amazonaws.com', 'DoThis');
  const status = () => ({
    streamArn: 'arn:stream',
    retentionMs: 86_400_000,
    shards: [
      { shardId: 's1', lagMs: 500, gap: 3, oldestMs: 0 },
      { shardId: 's2', lagMs: 9_000, gap: 4, oldestMs: 7_000 },
    ],
    lagMs: 9_000,
    oldestMs: 7_000,
  });
  return { counters, status } as unknown as Live;
}

test('tells of the live path where there is one, and of the changes it carried out', () => {
  const { engine, parts } = fakeEngine(new MemoryStore());
  const none = watchEngine(engine, new Progress(), '1.0.0');
  assert.is(none.status().live, undefined);
  assert.is(none.read().live, undefined);
  const live = fakeLive();
  const { status } = watchEngine(engine, new Progress(), '1.0.0', () => live);
  for (const [cause, outcome, identifier] of [
    ['live', 'written', 'i-1'],
    ['resync', 'written', 'i-2'],
    ['live', 'unchanged', 'i-3'],
    ['live', 'deleted', 'i-4'],
  ] as const) {
    const key = { kind: 'K', accountId: '1', region: 'r', identifier };
    parts.tap.tell({ observation: { key, cause, state: 'present' } } as unknown as Flight, outcome);
  }
  const shown = status().live!;
  assert.equal([shown.shards, shown.lagMs, shown.oldestMs, shown.gap], [2, 9_000, 7_000, 7]);
  assert.equal(
    shown.latest.map(({ identifier, outcome }) => [identifier, outcome]),
    [
      ['i-4', 'deleted'],
      ['i-1', 'written'],
    ],
  );
  assert.equal(shown.unrouted, { 'ec2.amazonaws.com:DoThis': 1 });
});

test('the metrics tell of each shard, and of events by what became of them', async () => {
  const { engine } = fakeEngine(new MemoryStore());
  const live = fakeLive();
  const { read } = watchEngine(engine, new Progress(), '1.0.0', () => live);
  const text = await new Metrics({ read, ofProcess: false }).text();
  assert.match(text, /^sluice_live_records_total 100$/m);
  assert.match(text, /^sluice_live_events_total\{result="routed"\} 5$/m);
  assert.match(text, /^sluice_live_reads_total\{result="present"\} 4$/m);
  assert.match(text, /^sluice_live_shard_lag_seconds\{shard="s2"\} 9$/m);
  assert.match(text, /^sluice_live_unrouted_total\{event="ec2.amazonaws.com:DoThis"\} 1$/m);
  assert.match(text, /^sluice_live_retention_used_ratio 0\.0001/m);
});

test('gives the metrics what they read', async () => {
  const { engine, parts } = fakeEngine(new MemoryStore());
  const progress = new Progress();
  const metrics = new Metrics({ read: watchEngine(engine, progress, '1').read, ofProcess: false });
  parts.counters.resources.listed = 42;
  assert.match(await metrics.text(), 'sluice_resources_total{result="listed"} 42');
  progress.begin(1);
  progress.finish();
  assert.match(await metrics.text(), 'sluice_resync_duration_seconds 0');
});

test.run();
