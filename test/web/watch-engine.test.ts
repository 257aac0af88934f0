import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Counters } from '../../src/pipeline/counters.js';
import type { Engine } from '../../src/pipeline/open-engine.js';
import { Progress } from '../../src/pipeline/progress.js';
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
