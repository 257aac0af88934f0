import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AwsError } from '../../../src/errors/aws-error.js';
import type { AwsErrorClass } from '../../../src/errors/aws-error.js';
import type { RecordBatch, ShardStart, StreamRecord } from '../../../src/model/stream-record.js';
import { FanOutConsumer } from '../../../src/sources/kinesis/fan-out-consumer.js';
import type { FetchedRecords, PushedRecords } from '../../../src/sources/kinesis/kinesis-api.js';
import { ShardReader } from '../../../src/sources/kinesis/shard-reader.js';
import type { ShardApi, ShardReaderOptions } from '../../../src/sources/kinesis/shard-reader.js';
import { VirtualClock } from './virtual-clock.js';

const test = suite('sources/kinesis/shard-reader');

const HOUR = 3_600_000;

function fault(operation: string, code: string, errorClass: AwsErrorClass = 'failed'): AwsError {
  const where = { accountId: '111111111111', region: 'us-east-1' };
  return new AwsError(code, { code: `aws.${code}`, errorClass, operation, ...where });
}

type Answer = Partial<FetchedRecords> | AwsError;

/** A shard whose answers are given one by one; after the last it ends. */
class Script {
  readonly clock = new VirtualClock();
  readonly asked: string[] = [];
  readonly said: string[] = [];
  readonly batches: RecordBatch[] = [];
  readonly iterators: (AwsError | undefined)[] = [];
  readonly answers: Answer[] = [];
  readonly subscriptions: (readonly (Partial<PushedRecords> | AwsError)[])[] = [];
  readonly stop = new AbortController();
  retentionMs: number | undefined;
  #made = 0;

  get api(): ShardApi {
    return {
      retentionMs: this.retentionMs,
      lost: (operation) => fault(operation, 'Trimmed'),
      silent: (operation) => fault(operation, 'Timeout', 'transient'),
      iterator: (_, from) => {
        this.asked.push(`iterator ${where(from)}`);
        const failure = this.iterators.shift();
        this.#made += 1;
        return failure === undefined ? Promise.resolve(`i${this.#made}`) : Promise.reject(failure);
      },
      records: (shardId, iterator) => {
        this.asked.push(`records ${iterator}`);
        const answer = this.answers.shift() ?? { next: undefined };
        if (answer instanceof AwsError) return Promise.reject(answer);
        const empty = { shardId, records: [], millisBehindLatest: 0, children: [] };
        return Promise.resolve({ next: iterator, ...empty, ...answer });
      },
      subscribe: (arn, shardId, from) => this.#subscribe(arn, shardId, from),
    };
  }

  async *#subscribe(arn: string, shardId: string, from: ShardStart): AsyncGenerator<PushedRecords> {
    await Promise.resolve();
    this.asked.push(`subscribe ${arn} ${where(from)}`);
    const end = [{ continueAfter: undefined }];
    for (const event of this.subscriptions.shift() ?? end) {
      if (event instanceof AwsError) throw event;
      const empty = { shardId, records: [], millisBehindLatest: 0, children: [] };
      yield { continueAfter: '1', ...empty, ...event };
    }
  }

  reader(over: Partial<ShardReaderOptions> = {}): ShardReader {
    return new ShardReader({
      api: this.api,
      shardId: 's',
      from: { type: 'trim_horizon' },
      ready: () => Promise.resolve(),
      emit: (batch) => this.batches.push(batch),
      events: {
        retry: (_, error, waitMs) => this.said.push(`retry ${error.code} ${waitMs}`),
        gap: (_, error) => this.said.push(`gap ${error.code}`),
      },
      signal: this.stop.signal,
      clock: this.clock,
      random: () => 1,
      ...over,
    });
  }

  record(sequenceNumber: string, agoMs = 0): StreamRecord {
    return { sequenceNumber, data: new Uint8Array(), arrivedAt: this.clock.now() - agoMs };
  }

  get numbers(): string[] {
    return this.batches.flatMap(({ records }) => records.map((record) => record.sequenceNumber));
  }
}

function where(from: ShardStart): string {
  return from.type === 'after' ? `after ${from.sequenceNumber}` : from.type;
}

test('an active shard is asked every 250 ms, an idle one every second, one that lags as often as allowed', async () => {
  const script = new Script();
  script.answers.push({ records: [script.record('1')] }, { millisBehindLatest: 5 }, {});
  await script.reader().run();
  assert.equal(script.clock.waits, [250, 200, 250]);
  const idle = new Script();
  idle.answers.push({}, {});
  const reader = idle.reader();
  idle.clock.pass(60_000);
  await reader.run();
  assert.equal(idle.clock.waits, [1_000, 1_000]);
});

test('no setting makes it ask more than five times a second', async () => {
  const script = new Script();
  script.answers.push({ records: [script.record('1')] }, {}, {});
  await script.reader({ polling: { activeMs: 1, idleMs: 1 } }).run();
  assert.equal(script.clock.waits, [200, 200, 200]);
});

test('its end tells the children', async () => {
  const script = new Script();
  script.answers.push({ next: undefined, children: ['a', 'b'] });
  assert.equal(await script.reader().run(), ['a', 'b']);
});

test('an expired iterator is renewed at once after the last record that was read; once more, after a wait', async () => {
  const script = new Script();
  const expired = fault('GetRecords', 'ExpiredIterator');
  script.answers.push({ records: [script.record('7')] }, expired, expired, expired);
  await script.reader().run();
  assert.equal(
    script.asked.filter((call) => call.startsWith('iterator')),
    ['iterator trim_horizon', 'iterator after 7', 'iterator after 7', 'iterator after 7'],
  );
  assert.equal(script.said, [
    'retry aws.ExpiredIterator 0',
    'retry aws.ExpiredIterator 400',
    'retry aws.ExpiredIterator 800',
  ]);
});

test('throttled, it waits ever longer, keeps its iterator, and starts small after a success', async () => {
  const script = new Script();
  const throttled = fault('GetRecords', 'ProvisionedThroughputExceeded', 'throttled');
  script.answers.push(throttled, throttled, {}, throttled);
  await script.reader().run();
  assert.equal(script.said, [
    'retry aws.ProvisionedThroughputExceeded 200',
    'retry aws.ProvisionedThroughputExceeded 400',
    'retry aws.ProvisionedThroughputExceeded 200',
  ]);
  assert.is(script.asked.filter((call) => call.startsWith('iterator')).length, 1);
});

test('a refusal that time does not mend is asked about seldom, for ever', async () => {
  const script = new Script();
  script.iterators.push(
    ...Array.from({ length: 5 }, () => fault('GetShardIterator', 'AccessDenied', 'denied')),
  );
  await script.reader().run();
  assert.equal(
    script.said,
    Array.from({ length: 5 }, () => 'retry aws.AccessDenied 30000'),
  );
});

test('the latest record is a place in time: a lost iterator passes nothing that came since', async () => {
  const script = new Script();
  script.answers.push({}, fault('GetRecords', 'ExpiredIterator'));
  await script.reader({ from: { type: 'latest' } }).run();
  assert.equal(
    script.asked.filter((call) => call.startsWith('iterator')),
    ['iterator latest', 'iterator timestamp'],
  );
});

test('a position that is refused as unknown: the oldest record is next, and it is said', async () => {
  const script = new Script();
  script.iterators.push(fault('GetShardIterator', 'InvalidArgument', 'invalid'));
  script.answers.push({ records: [script.record('50')] });
  await script.reader({ from: { type: 'after', sequenceNumber: '3' } }).run();
  assert.equal(script.said, ['gap aws.InvalidArgument']);
  assert.equal(script.asked.slice(0, 2), ['iterator after 3', 'iterator trim_horizon']);
  assert.equal(script.numbers, ['50']);
});

test('not found means the position where the shard itself is there', async () => {
  const script = new Script();
  script.iterators.push(fault('GetShardIterator', 'ResourceNotFound', 'absent'));
  await script.reader({ from: { type: 'after', sequenceNumber: '3' } }).run();
  assert.equal(script.said, ['gap aws.ResourceNotFound']);
});

test('not found means the shard where no position helps: the checkpoint is kept', async () => {
  const script = new Script();
  const missing = fault('GetShardIterator', 'ResourceNotFound', 'absent');
  script.iterators.push(missing, missing);
  await script.reader({ from: { type: 'after', sequenceNumber: '3' } }).run();
  assert.equal(script.said, ['retry aws.ResourceNotFound 30000']);
  assert.is(script.asked.at(-2), 'iterator after 3');
});

test('an invalid argument of GetRecords is the iterator’s affair: nothing is read twice', async () => {
  const script = new Script();
  script.answers.push(
    { records: [script.record('7')] },
    fault('GetRecords', 'InvalidArgument', 'invalid'),
  );
  await script.reader().run();
  assert.equal(script.said, ['retry aws.InvalidArgument 200']);
  assert.is(script.asked.at(-2), 'iterator after 7');
});

test('a service that takes a trimmed position for the horizon, or gives nothing there, is seen through', async () => {
  const silent = new Script();
  silent.retentionMs = 24 * HOUR;
  silent.answers.push(
    { millisBehindLatest: 24 * HOUR },
    { records: [silent.record('50', 24 * HOUR)] },
  );
  await silent.reader({ from: { type: 'after', sequenceNumber: '3' } }).run();
  assert.equal(silent.said, ['gap aws.Trimmed']);
  assert.equal(silent.asked[2], 'iterator trim_horizon');
  const restarted = new Script();
  restarted.retentionMs = 24 * HOUR;
  restarted.answers.push({ records: [restarted.record('50', 24 * HOUR)] });
  restarted.answers.push({ records: [restarted.record('51', 24 * HOUR)] });
  await restarted.reader({ from: { type: 'after', sequenceNumber: '3' } }).run();
  assert.equal(restarted.said, ['gap aws.Trimmed'], 'said once');
  assert.equal(restarted.numbers, ['50', '51']);
});

test('an old start, or a lag within the retention, is no gap', async () => {
  const script = new Script();
  script.retentionMs = 24 * HOUR;
  script.answers.push({ records: [script.record('1', 24 * HOUR)] });
  await script.reader().run();
  const lagging = new Script();
  lagging.retentionMs = 24 * HOUR;
  lagging.answers.push(
    { millisBehindLatest: 20 * HOUR },
    { records: [lagging.record('1', 20 * HOUR)] },
  );
  await lagging.reader({ from: { type: 'after', sequenceNumber: '0' } }).run();
  assert.equal([script.said, lagging.said], [[], []]);
});

test('it asks for nothing while the gate is shut', async () => {
  const script = new Script();
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const reading = script.reader({ ready: () => gate }).run();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(script.asked, []);
  open();
  await reading;
});

test('retired, it ends where it waits; stopped, it rejects', async () => {
  const script = new Script();
  script.answers.push(...Array.from({ length: 1_000 }, () => ({})));
  const reader = script.reader();
  const reading = reader.run();
  assert.ok(reader.retire());
  assert.not(reader.retire());
  assert.equal(await reading, []);
  const stopped = new Script();
  stopped.answers.push(...Array.from({ length: 1_000 }, () => ({})));
  const running = stopped.reader().run();
  stopped.stop.abort(new Error('stopped'));
  await running.then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'stopped'),
  );
});

const consumer = (arns: string[] = ['c']) =>
  new FanOutConsumer(() => Promise.resolve(arns.length > 1 ? arns.shift()! : arns[0]!));

test('fan-out: a subscription that ends is renewed where it was, also where nothing came', async () => {
  const script = new Script();
  script.subscriptions.push([{ records: [script.record('4')], continueAfter: '4' }]);
  script.subscriptions.push([{ continueAfter: '9' }]);
  await script.reader({ consumer: consumer(), from: { type: 'latest' } }).run();
  assert.equal(script.asked, ['subscribe c latest', 'subscribe c after 4', 'subscribe c after 9']);
  assert.equal(script.clock.waits, [1_000, 1_000], 'one subscription a second');
});

test('fan-out: in use, it waits; a consumer that is gone is found anew', async () => {
  const script = new Script();
  script.subscriptions.push([fault('SubscribeToShard', 'ResourceInUse')]);
  script.subscriptions.push([
    { records: [script.record('4')] },
    fault('SubscribeToShard', 'ResourceNotFound', 'absent'),
  ]);
  await script.reader({ consumer: consumer(['c', 'd']) }).run();
  assert.equal(script.asked, [
    'subscribe c trim_horizon',
    'subscribe c trim_horizon',
    'subscribe d after 4',
  ]);
  assert.equal(script.said, ['retry aws.ResourceInUse 200', 'retry aws.ResourceNotFound 200']);
});

test('fan-out: an end that the subscription does not tell is asked for where the shard is closed', async () => {
  const script = new Script();
  const quiet = { continueAfter: '4' };
  script.subscriptions.push([{ records: [script.record('4')], ...quiet }, quiet, quiet]);
  script.answers.push({ next: undefined, children: ['a'] });
  const reader = script.reader({ consumer: consumer() });
  reader.noteClosed();
  assert.equal(await reader.run(), ['a']);
  assert.equal(script.asked, ['subscribe c trim_horizon', 'iterator after 4', 'records i1']);
});

test('fan-out: what that question brings after all is not taken twice', async () => {
  const script = new Script();
  script.subscriptions.push([{ continueAfter: '4' }, { records: [script.record('5')] }]);
  script.answers.push({ records: [script.record('5')] });
  const reader = script.reader({ consumer: consumer() });
  reader.noteClosed();
  await reader.run();
  assert.equal(script.numbers, ['5']);
  assert.is(script.asked.at(-1), 'subscribe c after 5');
});

test('fan-out: nothing more is taken from the connection while the gate is shut', async () => {
  const script = new Script();
  const gates: (() => void)[] = [];
  script.subscriptions.push([{ records: [script.record('1')] }, { records: [script.record('2')] }]);
  const ready = () => new Promise<void>((resolve) => gates.push(resolve));
  const reading = script.reader({ consumer: consumer(), ready }).run();
  const breathe = () => new Promise((resolve) => setTimeout(resolve, 5));
  await breathe();
  gates.shift()!();
  await breathe();
  assert.equal(script.numbers, ['1']);
  script.stop.abort(new Error('stopped'));
  gates.shift()!();
  await reading.catch(() => undefined);
  assert.equal(script.numbers, ['1']);
});

test.run();
