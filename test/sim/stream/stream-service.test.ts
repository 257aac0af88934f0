import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startSim, type LiveSim } from '../../../src/sim/sim.js';
import { ShardLimits } from '../../../src/sim/stream/shard-limits.js';
import { clientOf, readAll } from '../live/read-stream.js';

const test = suite('sim/stream/stream-service');

async function withSim(run: (sim: LiveSim, client: KinesisClient) => Promise<void>): Promise<void> {
  const sim = await startSim({
    accounts: 2,
    regions: 1,
    resourcesPerScope: 1,
    live: { engine: 'memory', shards: 2 },
  });
  const client = clientOf(sim);
  try {
    await run(sim, client);
  } finally {
    client.destroy();
    await sim.close();
  }
}

async function iterators(sim: LiveSim, client: KinesisClient): Promise<string[]> {
  const StreamARN = sim.live.streamArn;
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamARN }));
  const answers = Shards.map(({ ShardId }) =>
    client.send(
      new GetShardIteratorCommand({ StreamARN, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    ),
  );
  return (await Promise.all(answers)).map(({ ShardIterator }) => ShardIterator as string);
}

const nameOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: Error) => error.name,
  );

const get = (client: KinesisClient, ShardIterator: string | undefined) =>
  client.send(new GetRecordsCommand({ ShardIterator }));

test('errors come by operation and shard, as often as they should', () =>
  withSim(async (sim, client) => {
    const [first, second] = await iterators(sim, client);
    const fault = (code: string, status = 400) => ({
      match: { service: 'kinesis', operation: 'GetRecords', identifier: 'shardId-000000000000' },
      effect: { type: 'error', code, status } as const,
      times: 1,
    });
    sim.faults.add(fault('ExpiredIteratorException'));
    assert.is(await nameOf(get(client, second)), 'no error');
    assert.is(await nameOf(get(client, first)), 'ExpiredIteratorException');
    assert.is(await nameOf(get(client, first)), 'no error');
    sim.faults.add(fault('InternalFailure', 500));
    assert.is(await nameOf(get(client, first)), 'InternalFailure');
    sim.faults.add({ match: { service: 'kinesis' }, effect: { type: 'throttle' }, times: 2 });
    assert.is(await nameOf(get(client, first)), 'ProvisionedThroughputExceededException');
    const list = new ListShardsCommand({ StreamARN: sim.live.streamArn });
    assert.is(await nameOf(client.send(list)), 'LimitExceededException');
    sim.faults.add({ match: { service: 'kinesis' }, effect: { type: 'accessDenied' }, times: 1 });
    assert.is(await nameOf(get(client, first)), 'AccessDeniedException');
    const { counters } = sim.live.kinesis;
    assert.is(counters.get('GetRecords'), 6);
    assert.is(counters.get('GetRecords.shardId-000000000000'), 5);
    assert.is(counters.get('GetRecords.shardId-000000000001'), 1);
    assert.is(counters.get('error.ExpiredIteratorException'), 1);
    assert.is(counters.get('error.AccessDeniedException'), 1);
  }));

test('connections break, answers are cut, pages are empty', () =>
  withSim(async (sim, client) => {
    await sim.live.put(
      Array.from({ length: 20 }, (_, i) => ({
        data: Buffer.from(String(i)),
        partitionKey: String(i),
      })),
    );
    const [first] = await iterators(sim, client);
    for (const type of ['reset', 'cut', 'malformed'] as const) {
      sim.faults.add({
        match: { service: 'kinesis', operation: 'GetRecords' },
        effect: { type },
        times: 1,
      });
      assert.is.not(await nameOf(get(client, first)), 'no error', type);
    }
    sim.faults.add({ match: { operation: 'GetRecords' }, effect: { type: 'empty' }, times: 1 });
    const empty = await get(client, first);
    assert.is(empty.Records?.length, 0);
    assert.ok((empty.MillisBehindLatest ?? 0) > 0);
    assert.ok(((await get(client, empty.NextShardIterator)).Records?.length ?? 0) > 0);
  }));

test('a subscription is cut, or ends when its time is over', () =>
  withSim(async (sim, client) => {
    const { Consumer } = await client.send(
      new RegisterStreamConsumerCommand({ StreamARN: sim.live.streamArn, ConsumerName: 'c' }),
    );
    const subscribe = () =>
      client.send(
        new SubscribeToShardCommand({
          ConsumerARN: Consumer?.ConsumerARN,
          ShardId: 'shardId-000000000000',
          StartingPosition: { Type: 'TRIM_HORIZON' },
        }),
      );
    const drain = async () => {
      for await (const event of (await subscribe()).EventStream ?? []) assert.ok(event);
    };
    sim.faults.add({
      match: { operation: 'SubscribeToShard' },
      effect: { type: 'cut' },
      times: 1,
    });
    assert.is.not(await nameOf(drain()), 'no error');
    sim.live.kinesis.settings.subscriptionMs = 100;
    assert.is(await nameOf(drain()), 'no error');
  }));

test('limits of shards are enforced when asked for', () =>
  withSim(async (sim, client) => {
    const many = async () => {
      const [first] = await iterators(sim, client);
      return Promise.all(Array.from({ length: 20 }, () => nameOf(get(client, first))));
    };
    assert.ok((await many()).every((name) => name === 'no error'));
    sim.live.kinesis.settings.limits = true;
    const names = await many();
    assert.ok(names.filter((name) => name === 'no error').length >= 5);
    assert.ok(names.includes('ProvisionedThroughputExceededException'));
  }));

test('a shard gives five calls and 2 MiB a second', () => {
  let now = 0;
  const limits = new ShardLimits(() => now);
  const taken = () => Array.from({ length: 10 }, () => limits.take('a')).filter(Boolean).length;
  assert.is(taken(), 5);
  assert.ok(limits.take('b'), 'each shard has its own');
  now += 400;
  assert.is(taken(), 2);
  now += 1_000;
  limits.spend('a', 10 * 1024 * 1024);
  assert.is(taken(), 0, 'a large answer is paid for afterwards');
  now += 3_900;
  assert.is(taken(), 0);
  now += 200;
  assert.is(taken(), 5);
});

test('only the account of the stream may read it, with credentials that are known', () =>
  withSim(async (sim, client) => {
    const StreamARN = sim.live.streamArn;
    const stranger = (accessKeyId: string, secretAccessKey: string, sessionToken?: string) =>
      new KinesisClient({
        endpoint: sim.live.url,
        region: 'us-east-1',
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
        requestHandler: new NodeHttpHandler(),
        maxAttempts: 1,
      });
    assert.is(
      await nameOf(stranger('AKIAUNKNOWN', 'x').send(new ListShardsCommand({ StreamARN }))),
      'UnrecognizedClientException',
    );
    const [, member] = sim.organization.accounts;
    const other = sim.aws.credentials.user(member?.id ?? '', 'aws', 'other');
    assert.is(
      await nameOf(
        stranger(other.accessKeyId, other.secretAccessKey).send(
          new ListShardsCommand({ StreamARN }),
        ),
      ),
      'AccessDeniedException',
    );
    const role = sim.aws.credentials.assumeRole(
      sim.organization.managementAccountId,
      'aws',
      'StreamReader',
      'sluice',
      60_000,
    );
    const assumed = stranger(role.accessKeyId, role.secretAccessKey, role.sessionToken);
    assert.is(await nameOf(assumed.send(new ListShardsCommand({ StreamARN }))), 'no error');
    sim.aws.credentials.expireAll();
    assert.is(
      await nameOf(assumed.send(new ListShardsCommand({ StreamARN }))),
      'ExpiredTokenException',
    );
    assert.equal(await readAll(client, StreamARN), []);
  }));

test.run();
