import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Shards } from '../../../src/pipeline/live/shards.js';
import { Checkpoints } from '../../../src/state/checkpoints.js';
import { MemoryStore } from '../../../src/state/memory-store.js';
import type { StreamRecord } from '../../../src/model/stream-record.js';

const test = suite('pipeline/live/shards');
const STREAM = 'arn:aws:kinesis:eu-west-1:111111111111:stream/s';
const NEVER = new AbortController().signal;

function make(options: { gapOfOne?: number; gapOfAll?: number } = {}) {
  const store = new MemoryStore();
  const checkpoints = new Checkpoints(store);
  const shards = new Shards({ store, checkpoints, streamArn: STREAM, ...options });
  return { store, checkpoints, shards };
}

function record(sequenceNumber: string, arrivedAt = 1_000): StreamRecord {
  return { sequenceNumber, arrivedAt, data: new Uint8Array(10) };
}

test('what is written never passes a record that has not settled', async () => {
  const { shards, checkpoints } = make();
  const [a, b, c] = ['1', '2', '3'].map((number) => shards.enter('s1', record(number)));
  c!.settle();
  await shards.flush();
  assert.is(checkpoints.get(STREAM, 's1'), undefined);
  a!.settle();
  await shards.flush();
  assert.equal(checkpoints.get(STREAM, 's1'), { sequenceNumber: '1', finished: false });
  b!.settle();
  await shards.flush();
  assert.equal(checkpoints.get(STREAM, 's1'), { sequenceNumber: '3', finished: false });
});

test('nothing new is not written again', async () => {
  const { shards, store } = make();
  let commits = 0;
  const commit = store.commit.bind(store);
  store.commit = (writes) => {
    commits += 1;
    return commit(writes);
  };
  shards.enter('s1', record('1')).settle();
  await shards.flush();
  await shards.flush();
  assert.is(commits, 1);
});

test('a shard is finished when all of it has settled, and stays so', async () => {
  const { shards, checkpoints } = make();
  const receipt = shards.enter('s1', record('1'));
  let finished = false;
  const ending = shards.finished('s1').then(() => (finished = true));
  await shards.flush();
  assert.not(finished);
  receipt.settle();
  await ending;
  await shards.flush();
  assert.equal(checkpoints.get(STREAM, 's1'), { sequenceNumber: '1', finished: true });
});

test('an empty shard can be finished', async () => {
  const { shards, checkpoints } = make();
  await shards.finished('s1');
  assert.equal(checkpoints.get(STREAM, 's1'), { finished: true });
});

test('reading ahead is bounded, for a shard and for all together', async () => {
  const { shards } = make({ gapOfOne: 2, gapOfAll: 3 });
  const open: string[] = [];
  const wait = (shardId: string) => shards.ready(shardId, NEVER).then(() => open.push(shardId));
  const [a1, a2] = [shards.enter('a', record('1')), shards.enter('a', record('2'))];
  const waiting = wait('a');
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(open, []);
  a1.settle();
  await waiting;
  assert.equal(open, ['a']);
  const [b1] = [shards.enter('b', record('1'))];
  shards.enter('a', record('3'));
  a2.settle();
  const third = shards.enter('c', record('1'));
  const held = wait('b');
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(open, ['a'], 'three are read and not settled');
  third.settle();
  await held;
  assert.equal(open, ['a', 'b']);
  b1.settle();
});

test('a shard of which nothing is open may always be read: nothing waits for ever', async () => {
  const { shards } = make({ gapOfAll: 1 });
  shards.enter('a', record('1'));
  await shards.ready('b', NEVER);
});

test('stopped, nobody waits', async () => {
  const { shards } = make({ gapOfAll: 1 });
  const stop = new AbortController();
  shards.enter('a', record('1'));
  shards.enter('b', record('1'));
  const waiting = shards.ready('b', stop.signal);
  stop.abort();
  await waiting;
});

test('forgets shards that the stream no longer knows, unless they are being read', async () => {
  const { shards, checkpoints } = make();
  await shards.finished('old');
  shards.enter('read', record('1')).settle();
  await shards.flush();
  await shards.keepOnly([]);
  assert.ok(checkpoints.get(STREAM, 'old'), 'an empty answer says nothing');
  await shards.keepOnly(['other']);
  assert.is(checkpoints.get(STREAM, 'old'), undefined);
  assert.ok(checkpoints.get(STREAM, 'read'));
});

test('tells lag, gap and age; the lag grows while nothing is heard', async () => {
  const { shards } = make();
  shards.enter('a', record('1', Date.now() - 5_000));
  shards.heard({ shardId: 'a', records: [], millisBehindLatest: 3_000 });
  const [status] = shards.status(Date.now() + 1_000);
  assert.is(status!.gap, 1);
  assert.ok(status!.lagMs >= 4_000);
  assert.ok(status!.oldestMs >= 5_900);
});

test.run();
