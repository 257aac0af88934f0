import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from '@aws-sdk/client-kinesis';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startSim, type LiveSim } from '../../../src/sim/sim.js';
import { clientOf, readAll } from '../live/read-stream.js';

const test = suite('sim/stream/engines');

/** Both engines must look alike to a client. */
const sims = new Map<string, LiveSim>();

test.before(async () => {
  for (const engine of ['emulator', 'memory'] as const)
    sims.set(
      engine,
      await startSim({
        accounts: 1,
        regions: 1,
        resourcesPerScope: 1,
        live: { engine, shards: 2 },
      }),
    );
});

test.after(async () => {
  for (const sim of sims.values()) await sim.close();
});

for (const engine of ['emulator', 'memory']) {
  const simOf = () => sims.get(engine) as LiveSim;

  test(`${engine}: what is put comes out, each shard in order`, async () => {
    const sim = simOf();
    const { streamArn } = sim.live;
    assert.match(streamArn, /^arn:aws:kinesis:us-east-1:\d{12}:stream\/cloudtrail$/);
    // The endpoint of all of AWS speaks Kinesis, too.
    const client = clientOf(sim, sim.awsUrl);
    const texts = Array.from({ length: 30 }, (_, i) => `{"text":"ünï ${i}"}`);
    const { FailedRecordCount } = await client.send(
      new PutRecordsCommand({
        StreamARN: streamArn,
        Records: texts
          .slice(0, 10)
          .map((text) => ({ Data: Buffer.from(text), PartitionKey: text })),
      }),
    );
    assert.is(FailedRecordCount, 0);
    await sim.live.put(
      texts.slice(10).map((text) => ({ data: Buffer.from(text), partitionKey: text })),
    );
    const found = (await readAll(client, streamArn)).map(String);
    assert.equal(found.toSorted(), texts.toSorted());
    assert.is(sim.live.emitted().records, 20, 'what others put is not ours');
  });

  test(`${engine}: a position in the stream is found again`, async () => {
    const sim = simOf();
    const client = clientOf(sim);
    const StreamARN = sim.live.streamArn;
    const { Shards = [] } = await client.send(new ListShardsCommand({ StreamARN }));
    const ShardId = Shards[0]?.ShardId;
    const read = async (start: object) => {
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({ StreamARN, ShardId, ShardIteratorType: 'LATEST', ...start }),
      );
      return client.send(new GetRecordsCommand({ ShardIterator }));
    };
    const all = (await read({ ShardIteratorType: 'TRIM_HORIZON' })).Records ?? [];
    assert.ok(all.length > 3);
    const [, second, third] = all.map(({ SequenceNumber }) => SequenceNumber as string);
    assert.ok(BigInt(second as string) < BigInt(third as string));
    const after = await read({
      ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
      StartingSequenceNumber: second,
    });
    assert.is(after.Records?.[0]?.SequenceNumber, third);
    assert.is(after.Records?.length, all.length - 2);
    const at = await read({
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      StartingSequenceNumber: second,
    });
    assert.is(at.Records?.[0]?.SequenceNumber, second);
    const latest = await read({ ShardIteratorType: 'LATEST' });
    assert.is(latest.Records?.length, 0);
    assert.is(latest.MillisBehindLatest, 0);
    const old = await read({
      ShardIteratorType: 'AT_TIMESTAMP',
      Timestamp: new Date(Date.now() - 3_600_000),
    });
    assert.is(old.Records?.length, all.length);
  });

  test(`${engine}: a subscription pushes what comes`, async () => {
    const sim = simOf();
    const client = clientOf(sim);
    const StreamARN = sim.live.streamArn;
    const { Consumer } = await client.send(
      new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'c' }),
    );
    await sleep(300);
    const { Shards = [] } = await client.send(new ListShardsCommand({ StreamARN }));
    const ShardId = Shards[0]?.ShardId;
    const { EventStream } = await client.send(
      new SubscribeToShardCommand({
        ConsumerARN: Consumer?.ConsumerARN,
        ShardId,
        StartingPosition: { Type: 'TRIM_HORIZON' },
      }),
    );
    let records = 0;
    for await (const event of EventStream ?? []) {
      records += event.SubscribeToShardEvent?.Records?.length ?? 0;
      if (records > 0) break;
    }
    assert.ok(records > 0);
    client.destroy();
  });

  test(`${engine}: resharding closes parents and names their children`, async () => {
    const sim = simOf();
    const client = clientOf(sim);
    const StreamARN = sim.live.streamArn;
    const before = await sim.live.openShards();
    const split = await sim.live.splitShard(before[0] as string);
    assert.is(split.length, 3);
    const merged = await sim.live.mergeShards(split[0] as string, split[1] as string);
    assert.is(merged.length, 2);
    const four = await sim.live.reshard(4);
    assert.is(four.length, 4);
    const { Shards = [] } = await client.send(new ListShardsCommand({ StreamARN }));
    const child = Shards.find(({ ShardId }) => ShardId === merged[0]);
    assert.equal(
      [child?.ParentShardId, child?.AdjacentParentShardId].map(String).toSorted(),
      split.slice(0, 2).toSorted(),
    );
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamARN,
        ShardId: before[0],
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    let page = await client.send(new GetRecordsCommand({ ShardIterator }));
    while (page.NextShardIterator != null)
      page = await client.send(new GetRecordsCommand({ ShardIterator: page.NextShardIterator }));
    assert.equal(
      page.ChildShards?.map(({ ShardId }) => ShardId).toSorted(),
      split.slice(0, 2).toSorted(),
    );
    await sim.live.put([{ data: Buffer.from('{"after":true}'), partitionKey: 'x' }]);
    assert.ok((await readAll(client, StreamARN)).map(String).includes('{"after":true}'));
  });

  test(`${engine}: what does not exist is refused as AWS does`, async () => {
    const sim = simOf();
    const client = clientOf(sim);
    const nameOf = (promise: Promise<unknown>) =>
      promise.then(
        () => 'no error',
        (error: Error) => error.name,
      );
    const StreamARN = `${sim.live.streamArn}-not`;
    assert.is(
      await nameOf(client.send(new ListShardsCommand({ StreamARN }))),
      'ResourceNotFoundException',
    );
    // The emulator does not say which error that is.
    assert.is.not(
      await nameOf(client.send(new GetRecordsCommand({ ShardIterator: 'AAAA' }))),
      'no error',
    );
  });
}

test.run();
