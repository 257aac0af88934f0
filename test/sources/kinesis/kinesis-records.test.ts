import {
  DescribeStreamConsumerCommand,
  ListShardsCommand,
  MergeShardsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startEmulator } from '../../../src/sim/stream/emulator.js';
import type { Emulator } from '../../../src/sim/stream/emulator.js';
import { Reader, apiOf, clientOf, makeStream, put, untilActive } from './stream.js';

const test = suite('sources/kinesis/kinesis-records');

let emulator: Emulator;
let client: KinesisClient;

test.before(async () => {
  emulator = await startEmulator();
  client = clientOf(emulator.url);
});

test.after(async () => {
  client.destroy();
  await emulator.close();
});

const numbered = (stem: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${stem}${at}`);

async function shardIds(StreamARN: string): Promise<string[]> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamARN }));
  return Shards.map(({ ShardId }) => ShardId!);
}

/** Splits a shard in the middle. */
async function split(StreamARN: string, ShardToSplit: string): Promise<void> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamARN }));
  const range = Shards.find(({ ShardId }) => ShardId === ShardToSplit)!.HashKeyRange!;
  const middle = (BigInt(range.StartingHashKey!) + BigInt(range.EndingHashKey!)) / 2n;
  const NewStartingHashKey = String(middle);
  await client.send(new SplitShardCommand({ StreamARN, ShardToSplit, NewStartingHashKey }));
  await untilActive(client, StreamARN);
}

test('every record of every shard comes, what was there and what comes later', async () => {
  const arn = await makeStream(client, 3);
  await put(client, arn, numbered('a', 40));
  const reader = new Reader().start(apiOf(emulator.url, arn));
  await reader.until(40);
  await put(client, arn, numbered('b', 40));
  await reader.until(80);
  reader.stop();
  assert.equal([...reader.texts].sort(), [...numbered('a', 40), ...numbered('b', 40)].sort());
  assert.is(new Set(reader.batches.map(({ shardId }) => shardId)).size, 3);
  assert.ok(reader.batches.every(({ millisBehindLatest }) => millisBehindLatest >= 0));
});

test('a restart goes on after the checkpoint, and reads nothing twice', async () => {
  const arn = await makeStream(client, 2);
  await put(client, arn, numbered('a', 20));
  const first = new Reader().start(apiOf(emulator.url, arn));
  await first.until(20);
  first.stop();
  await put(client, arn, numbered('b', 20));
  const second = new Reader();
  for (const [shardId, checkpoint] of first.checkpoints) {
    second.checkpoints.set(shardId, checkpoint);
  }
  second.start(apiOf(emulator.url, arn));
  await second.until(20);
  second.stop();
  assert.equal([...second.texts].sort(), numbered('b', 20).sort());
});

test('begun at a time, it gives what came since', async () => {
  const arn = await makeStream(client, 1);
  await put(client, arn, ['before']);
  await sleep(1_100);
  const at = Date.now();
  await sleep(100);
  await put(client, arn, ['after']);
  const reader = new Reader().start(apiOf(emulator.url, arn), { start: { type: 'timestamp', at } });
  await reader.until(1);
  reader.stop();
  assert.equal(reader.texts, ['after']);
});

test('a split: the children come after their parent, the children of children after them', async () => {
  const arn = await makeStream(client, 1);
  const [root] = await shardIds(arn);
  await put(client, arn, numbered('a', 20));
  await split(arn, root!);
  await put(client, arn, numbered('b', 20));
  const child = (await shardIds(arn)).find((shardId) => shardId !== root)!;
  await split(arn, child);
  await put(client, arn, numbered('c', 20));
  const reader = new Reader().start(apiOf(emulator.url, arn));
  await reader.until(60);
  reader.stop();
  assert.equal(
    [...reader.texts].sort(),
    [...numbered('a', 20), ...numbered('b', 20), ...numbered('c', 20)].sort(),
  );
  assert.equal(reader.texts.slice(0, 20).sort(), numbered('a', 20).sort(), 'the parent is first');
  const opened = reader.said.filter((line) => /^(opened|ended)/.test(line));
  const place = (line: string): number => opened.findIndex((one) => one.startsWith(line));
  assert.ok(place(`ended ${root!}`) < place(`opened ${child}`));
  assert.equal(reader.checkpoints.get(root!), { finished: true });
});

test('a merge: the child waits for both parents', async () => {
  const arn = await makeStream(client, 2);
  const [left, right] = await shardIds(arn);
  const reader = new Reader();
  reader.settles = false;
  await put(client, arn, numbered('a', 20));
  reader.start(apiOf(emulator.url, arn));
  await reader.until(20);
  const [ShardToMerge, AdjacentShardToMerge] = [left!, right!];
  await client.send(new MergeShardsCommand({ StreamARN: arn, ShardToMerge, AdjacentShardToMerge }));
  await untilActive(client, arn);
  await put(client, arn, numbered('b', 20));
  await sleep(700);
  assert.is(reader.texts.length, 20, 'what has not settled keeps the child from beginning');
  reader.stop();
  const again = new Reader().start(apiOf(emulator.url, arn));
  await again.until(40);
  again.stop();
  const opened = again.said.filter((line) => /^(opened|ended)/.test(line));
  const child = opened.findIndex(
    (line) => line.includes('trim_horizon') && !line.includes(left!) && !line.includes(right!),
  );
  assert.ok(child > opened.indexOf(`ended ${left!}`));
  assert.ok(child > opened.indexOf(`ended ${right!}`));
});

test('a split while it reads loses nothing', async () => {
  const arn = await makeStream(client, 1);
  const [root] = await shardIds(arn);
  const reader = new Reader().start(apiOf(emulator.url, arn));
  await put(client, arn, numbered('a', 30));
  await split(arn, root!);
  await put(client, arn, numbered('b', 30));
  await reader.until(60);
  reader.stop();
  assert.is(new Set(reader.texts).size, 60);
  assert.is(reader.texts.length, 60);
});

test('the gate holds a shard back, and lets it go on', async () => {
  const arn = await makeStream(client, 1);
  await put(client, arn, numbered('a', 10));
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const reader = new Reader().start(apiOf(emulator.url, arn), { ready: () => gate });
  await sleep(500);
  assert.is(reader.texts.length, 0);
  open();
  await reader.until(10);
  reader.stop();
});

test('enhanced fan-out: the consumer is registered, records are pushed', async () => {
  const arn = await makeStream(client, 2);
  const reader = new Reader().start(apiOf(emulator.url, arn), { fanOut: 'sluice' });
  await put(client, arn, numbered('a', 20));
  await reader.until(20);
  const { ConsumerDescription: consumer } = await client.send(
    new DescribeStreamConsumerCommand({ StreamARN: arn, ConsumerName: 'sluice' }),
  );
  assert.is(consumer?.ConsumerStatus, 'ACTIVE');
  await put(client, arn, numbered('b', 20));
  await reader.until(40);
  reader.stop();
  assert.is(new Set(reader.texts).size, 40);
});

test('unsubscribed, it asks for nothing more', async () => {
  const arn = await makeStream(client, 1);
  const reader = new Reader().start(apiOf(emulator.url, arn));
  await put(client, arn, ['a']);
  await reader.until(1);
  reader.stop();
  const heard = reader.batches.length;
  await put(client, arn, ['b']);
  await sleep(600);
  assert.is(reader.batches.length, heard);
  assert.is(reader.failure, undefined);
});

test.run();
