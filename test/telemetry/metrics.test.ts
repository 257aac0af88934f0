import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Metrics } from '../../src/telemetry/metrics.js';
import type { Readings } from '../../src/telemetry/readings.js';

const test = suite('metrics');

function tally(listed = 0) {
  return {
    scopes: { ok: 0, failed: 0, skipped: 0 },
    resources: { listed, read: 0, unchanged: 0, filtered: 0, mapped: 0 },
    entities: { created: 0, updated: 0, unchanged: 0, deleted: 0, held: 0, failed: 0 },
    aws: { calls: 0, throttled: 0 },
  };
}

function readings() {
  return {
    tally: tally(),
    port: { requests: 0, retries: 0 },
    credits: { observations: 7, bytes: 1_000 },
    retries: new Map<string, number>(),
    deadLetters: 0,
    generation: 1,
    running: true,
  };
}

async function sample(metrics: Metrics, name: string): Promise<number | undefined> {
  const line = (await metrics.text()).split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

test('follow what the engine counts, over resyncs that were and were not read', async () => {
  const now = readings();
  const metrics = new Metrics({ read: () => now, ofProcess: false });
  const listed = 'sluice_resources_total{result="listed"}';
  assert.is(await sample(metrics, listed), 0);
  now.tally.resources.listed = 10;
  assert.is(await sample(metrics, listed), 10);
  assert.is(await sample(metrics, listed), 10, 'reading counts nothing twice');
  now.tally.resources.listed = 15;
  const before = now.tally;
  now.tally = tally(4);
  assert.is(await sample(metrics, listed), 19, 'the end of the last resync is not lost');
  before.resources.listed = 99;
  now.tally.resources.listed = 6;
  assert.is(await sample(metrics, listed), 21);
  now.tally = tally(3);
  metrics.update();
  now.tally = tally(2);
  assert.is(await sample(metrics, listed), 26);
});

test('tell scopes, entities, AWS, Port, credits, retries and dead letters', async () => {
  const now = readings();
  now.tally.scopes = { ok: 3, failed: 2, skipped: 1 };
  now.tally.entities = { ...now.tally.entities, created: 5, deleted: 4, held: 9 };
  now.tally.aws = { calls: 100, throttled: 8 };
  now.port = { requests: 50, retries: 3 };
  now.retries = new Map([['read.denied', 11]]);
  now.deadLetters = 2;
  const metrics = new Metrics({ read: () => now, ofProcess: false });
  const expected: Record<string, number> = {
    'sluice_scopes_total{status="failed"}': 2,
    'sluice_entities_total{result="created"}': 5,
    'sluice_entities_total{result="deleted"}': 4,
    sluice_entities_held: 9,
    sluice_aws_calls_total: 100,
    sluice_aws_throttled_total: 8,
    sluice_port_requests_total: 50,
    sluice_port_retries_total: 3,
    sluice_credits_observations: 7,
    sluice_credits_bytes: 1_000,
    'sluice_retry_table_entries{reason="read.denied"}': 11,
    sluice_dead_letters: 2,
    sluice_resync_generation: 1,
    sluice_resync_running: 1,
  };
  for (const [name, value] of Object.entries(expected)) {
    assert.is(await sample(metrics, name), value, name);
  }
  now.retries = new Map();
  assert.is(await sample(metrics, 'sluice_retry_table_entries{reason="read.denied"}'), undefined);
});

test('give no duration before a resync ended', async () => {
  let now: Readings = readings();
  const metrics = new Metrics({ read: () => now, ofProcess: false });
  assert.is(await sample(metrics, 'sluice_resync_duration_seconds'), undefined);
  now = { ...now, last: { durationMs: 1_500, finishedAt: 5_000 } };
  assert.is(await sample(metrics, 'sluice_resync_duration_seconds'), 1.5);
  assert.is(await sample(metrics, 'sluice_resync_finished_timestamp_seconds'), 5);
});

test('stand in a registry of their own', async () => {
  const one = new Metrics({ read: readings });
  const two = new Metrics({ read: readings });
  assert.is.not(one.registry, two.registry);
  assert.match(await two.text(), 'process_resident_memory_bytes');
  assert.match(two.contentType, 'text/plain');
});

test.run();
