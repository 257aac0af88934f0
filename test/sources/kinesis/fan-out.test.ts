import {
  DeregisterStreamConsumerCommand,
  ListShardsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startEmulator } from '../../../src/sim/stream/emulator.js';
import type { Emulator } from '../../../src/sim/stream/emulator.js';
import { SYSTEM_CLOCK } from '../../../src/sources/kinesis/clock.js';
import type { Clock } from '../../../src/sources/kinesis/clock.js';
import { Reader, apiOf, clientOf, makeStream, put, untilActive } from './stream.js';

const test = suite('sources/kinesis/fan-out');

let emulator: Emulator;
let client: KinesisClient;
const readers: Reader[] = [];

test.before(async () => {
  emulator = await startEmulator();
  client = clientOf(emulator.url);
});

test.after.each(() => {
  for (const reader of readers.splice(0)) reader.stop();
});

test.after(async () => {
  client.destroy();
  await emulator.close();
});

/** Waits of a second (for a consumer that is being registered) only take time here. */
const clock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) => SYSTEM_CLOCK.wait(Math.min(ms, 100), signal),
};

function newReader(): Reader {
  const reader = new Reader();
  readers.push(reader);
  return reader;
}

const numbered = (stem: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${stem}${at}`);

async function splitAll(StreamARN: string): Promise<void> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamARN }));
  for (const { ShardId, HashKeyRange: range, SequenceNumberRange: numbers } of Shards) {
    if (numbers?.EndingSequenceNumber !== undefined) continue;
    const middle = (BigInt(range!.StartingHashKey!) + BigInt(range!.EndingHashKey!)) / 2n;
    const NewStartingHashKey = String(middle);
    await client.send(
      new SplitShardCommand({ StreamARN, ShardToSplit: ShardId, NewStartingHashKey }),
    );
    await untilActive(client, StreamARN);
  }
}

test('across splits while it is pushed, each record comes once, parents first', async () => {
  const arn = await makeStream(client, 1);
  const reader = newReader().start(apiOf(emulator.url, arn), {
    fanOut: 'sluice',
    listEveryMs: 200,
    clock,
  });
  await put(client, arn, numbered('a', 20));
  await reader.until(20);
  await splitAll(arn);
  await put(client, arn, numbered('b', 20));
  await reader.until(40);
  assert.equal([...reader.texts].sort(), [...numbered('a', 20), ...numbered('b', 20)].sort());
  assert.equal(reader.texts.slice(0, 20).sort(), numbered('a', 20).sort());
  assert.equal(
    reader.said.filter((line) => /^gap|^retry/.test(line)),
    [],
  );
  assert.is(reader.said.filter((line) => line.startsWith('ended')).length, 1);
});

test('a stream that was split before it is read, and a restart after its end', async () => {
  const arn = await makeStream(client, 1);
  await put(client, arn, numbered('a', 10));
  await splitAll(arn);
  await put(client, arn, numbered('b', 10));
  const over = { fanOut: 'sluice', listEveryMs: 200, clock };
  const first = newReader().start(apiOf(emulator.url, arn), over);
  await first.until(20);
  first.stop();
  await put(client, arn, numbered('c', 10));
  const second = newReader();
  for (const [shardId, checkpoint] of first.checkpoints)
    second.checkpoints.set(shardId, checkpoint);
  second.start(apiOf(emulator.url, arn), over);
  await second.until(10);
  assert.equal([...second.texts].sort(), numbered('c', 10).sort());
});

test('a consumer that somebody deregistered is registered again', async () => {
  // A name of its own: the emulator keeps one that other streams have too in DELETING.
  const arn = await makeStream(client, 1);
  const api = apiOf(emulator.url, arn);
  const first = newReader().start(api, { fanOut: 'other', clock });
  await put(client, arn, ['a']);
  await first.until(1);
  first.stop();
  await client.send(new DeregisterStreamConsumerCommand({ StreamARN: arn, ConsumerName: 'other' }));
  const second = newReader().start(api, { fanOut: 'other', clock });
  await second.until(1);
  assert.equal(second.texts, ['a']);
});

test.run();
