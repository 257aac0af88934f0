import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Reader, apiOf } from './stream.js';
import { SCRIPTED_ARN, ScriptedStream, refused } from './scripted-stream.js';
import { VirtualClock } from './virtual-clock.js';

const test = suite('sources/kinesis/faults');

let stream: ScriptedStream;
let reader: Reader;

test.before.each(async () => {
  stream = await new ScriptedStream().start();
  reader = new Reader();
});

test.after.each(async () => {
  reader.stop();
  await stream.close();
});

const read = (over: Parameters<Reader['start']>[1] = {}): Reader =>
  reader.start(apiOf(stream.url, SCRIPTED_ARN), { clock: new VirtualClock(Date.now()), ...over });

const numbered = (stem: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${stem}${at}`);

const saidOf = (what: string): string[] => reader.said.filter((line) => line.startsWith(what));

test('the stream is named by its ARN in every request that can', async () => {
  stream.shard('s', ['a']);
  await read().until(1);
  for (const { operation, input } of stream.received) {
    assert.is(input['StreamARN'], SCRIPTED_ARN, operation);
    assert.is(input['StreamName'], undefined);
  }
});

test('shards are listed page by page', async () => {
  stream.pageSize = 2;
  for (const id of ['s1', 's2', 's3', 's4', 's5']) stream.shard(id, [`of ${id}`]);
  await read().until(5);
  assert.is(new Set(reader.texts).size, 5);
  const pages = stream.received.filter(({ operation }) => operation === 'ListShards');
  assert.equal(
    pages.slice(0, 3).map(({ input }) => input['NextToken']),
    [undefined, '2', '4'],
  );
});

test('throttled, failing, cut and encrypted with a busy key: each record comes once, in its order', async () => {
  const all = numbered('a', 45);
  stream.shard('s', all);
  stream
    .fail('GetRecords', 2, refused('ProvisionedThroughputExceededException'))
    .fail('GetRecords', 1, refused('LimitExceededException'))
    .fail('GetRecords', 1, refused('KMSThrottlingException'))
    .fail('GetRecords', 2, refused('InternalFailureException', 'oops', 500))
    .fail('GetRecords', 2, 'reset')
    .fail('GetRecords', 1, 'cut')
    .fail('GetShardIterator', 1, refused('ProvisionedThroughputExceededException'))
    .fail('ListShards', 1, refused('LimitExceededException'))
    .fail('ListShards', 1, 'reset');
  await read().until(45);
  assert.equal(reader.texts, all);
  for (const code of [
    'ProvisionedThroughputExceeded',
    'LimitExceeded',
    'KMSThrottling',
    'InternalFailure',
    'Connection',
  ]) {
    assert.ok(reader.said.includes(`retry aws.${code}`), code);
  }
  assert.equal(saidOf('failed'), ['failed aws.LimitExceeded', 'failed aws.Connection']);
  assert.equal(saidOf('gap'), []);
});

test('a connection that is cut after the service moved on loses nothing', async () => {
  stream.shard('s', numbered('a', 25));
  let requests = 0;
  stream.fail('GetRecords', 6, () => ((requests += 1) % 2 === 0 ? 'cut' : undefined));
  await read().until(25);
  assert.equal(reader.texts, numbered('a', 25));
});

test('an expired iterator: on after the last record that was read, not the last checkpoint', async () => {
  stream.shard('s', numbered('a', 15));
  reader.settles = false;
  let requests = 0;
  stream.fail('GetRecords', 2, () => {
    requests += 1;
    return requests === 2 ? refused('ExpiredIteratorException') : undefined;
  });
  await read().until(15);
  assert.equal(reader.texts, numbered('a', 15));
  assert.ok(reader.said.includes('retry aws.ExpiredIterator'));
});

test('a checkpoint that was trimmed: the oldest record is next, and it is said', async () => {
  stream.shard('s', numbered('a', 5));
  reader.checkpoints.set('s', { sequenceNumber: '3', finished: false });
  stream.fail(
    'GetShardIterator',
    1,
    refused('InvalidArgumentException', 'StartingSequenceNumber 3 is invalid'),
  );
  await read().until(5);
  assert.equal(saidOf('gap'), ['gap aws.InvalidArgument']);
});

test('a stream made anew under the same name is read from its first record, finished or not before', async () => {
  stream.shard('s1', ['a'], [], 1_000);
  stream.shard('s2', ['b'], [], 1_000);
  reader.checkpoints.set('s1', { sequenceNumber: '900', finished: false });
  reader.checkpoints.set('s2', { finished: true });
  await read().until(2);
  assert.equal([...reader.texts].sort(), ['a', 'b']);
  assert.is(saidOf('gap').length, 2);
});

test('access that is taken away, and credentials that run out, end nothing', async () => {
  stream.shard('s', ['a']);
  await read().until(1);
  stream.fail('GetRecords', 2, refused('AccessDeniedException'));
  stream.fail('GetRecords', 1, refused('ExpiredTokenException'));
  stream.fail('GetRecords', 1, refused('KMSDisabledException'));
  stream.put('s', 'b');
  await reader.until(2);
  assert.equal(reader.texts, ['a', 'b']);
  assert.ok(reader.said.includes('retry aws.AccessDenied'));
  assert.is(reader.failure, undefined);
});

test('a stream that is deleted is said to be missing, and read on when it is there again', async () => {
  stream.shard('s', ['a']);
  await read().until(1);
  const [gone] = stream.shards.values();
  stream.shards.clear();
  while (saidOf('retry aws.ResourceNotFound').length < 2) await sleep(5);
  stream.shards.set('s', gone!);
  stream.put('s', 'b');
  await reader.until(2);
  assert.equal(reader.texts, ['a', 'b']);
});

test('a shard that the stream forgot while it was read frees its children', async () => {
  stream.shard('s', ['a']);
  reader.settles = true;
  await read({ listEveryMs: 20_000 }).until(1);
  stream.end('s');
  stream.fail('GetRecords', 1_000, refused('AccessDeniedException'));
  stream.shard('t', ['b'], ['s']);
  await sleep(30);
  stream.shards.delete('s');
  while (!reader.said.includes('ended s')) await sleep(5);
  assert.ok(reader.said.includes('gap aws.Trimmed'));
  while (!reader.said.includes('opened t trim_horizon')) await sleep(5);
});

test('children that a list lacks are looked for at once, not at the next round', async () => {
  stream.shard('s', ['a']);
  stream.shard('t', ['b'], ['s']);
  stream.end('s');
  const stale = {
    json: {
      Shards: [
        { ShardId: 's', HashKeyRange: {}, SequenceNumberRange: { StartingSequenceNumber: '1' } },
      ],
    },
  };
  stream.fail('ListShards', 3, stale);
  await read({ listEveryMs: 1e9, clock: new VirtualClock(Date.now(), 1e9) }).until(2);
  assert.equal(reader.texts, ['a', 'b']);
  assert.is(stream.count('ListShards'), 4);
});

test('credentials that can’t be had for a while end nothing', async () => {
  const { KinesisApi } = await import('../../../src/sources/kinesis/kinesis-api.js');
  const { EnvironmentError } = await import('../../../src/errors/environment-error.js');
  const { ACCOUNT, REGION, clientOf } = await import('./stream.js');
  stream.shard('s', ['a']);
  let asked = 0;
  const api = new KinesisApi({
    streamArn: SCRIPTED_ARN,
    accountId: ACCOUNT,
    region: REGION,
    credentials: {
      id: 'test',
      get: () => {
        asked += 1;
        const out = new EnvironmentError('no AWS credentials were found', {
          code: 'aws.no-credentials',
        });
        return asked % 2 === 1
          ? Promise.reject(out)
          : Promise.resolve({ accessKeyId: ACCOUNT, secretAccessKey: 'x' });
      },
      renew: () => Promise.resolve(false),
    },
    client: () => Promise.resolve(clientOf(stream.url)),
  });
  reader.start(api, { clock: new VirtualClock(Date.now()) });
  await reader.until(1);
  assert.ok(reader.said.includes('failed aws.no-credentials'));
});

test('unsubscribed, requests that are out are given up and nothing more is asked', async () => {
  stream.shard('s', ['a']);
  await read().until(1);
  reader.stop();
  await sleep(20);
  const before = stream.received.length;
  await sleep(50);
  assert.is(stream.received.length, before);
  assert.is(reader.failure, undefined);
});

test('thirty shards at once warn of no leak', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): unknown => warnings.push(warning);
  process.on('warning', note);
  for (let at = 0; at < 30; at += 1) stream.shard(`s${at}`, [`a${at}`]);
  await read().until(30);
  await sleep(20);
  process.off('warning', note);
  assert.equal(
    warnings.filter(({ name }) => name.startsWith('MaxListeners')),
    [],
  );
});

test.run();
