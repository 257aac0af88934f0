import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ChangeEvent } from '../../../src/model/change-event.js';
import type { ChangeTarget } from '../../../src/model/change-target.js';
import type { StreamRecord } from '../../../src/model/stream-record.js';
import { Ledger } from '../../../src/pipeline/ledger.js';
import { DirtyScopes } from '../../../src/pipeline/live/dirty-scopes.js';
import { LiveCounters } from '../../../src/pipeline/live/live-counters.js';
import { Receiver } from '../../../src/pipeline/live/receive.js';
import type { Decoded } from '../../../src/sources/cloudtrail/decode.js';
import { partOf } from '../../../src/sources/only.js';
import type { Only } from '../../../src/sources/only.js';
import { ACCOUNT, FakeEngine, LISTED, REGION } from '../fake-engine.js';

const test = suite('pipeline/live/receive');
const NONE: Decoded = { events: [], dropped: {}, poison: [] };

function event(id: string, over: Partial<ChangeEvent> = {}): ChangeEvent {
  return {
    id,
    source: 'ec2.amazonaws.com',
    name: 'RunInstances',
    accountId: ACCOUNT,
    region: REGION,
    at: 1_000,
    detail: {},
    ...over,
  };
}

/** A receiver whose records say, by their text, what they decode to. */
async function make(
  decoded: Readonly<Record<string, Decoded | Error>>,
  targets: (event: ChangeEvent) => readonly ChangeTarget[] = ({ id }) => [
    { type: 'resource', kind: LISTED, identifier: `i-${id}`, expects: 'present' },
  ],
  options: { only?: Only; knows?: (accountId: string) => boolean | Promise<boolean> } = {},
) {
  const fake = await FakeEngine.open();
  const counters = new LiveCounters();
  const settled: string[] = [];
  const receiver = new Receiver({
    parts: fake.parts,
    directory: { enabledRegions: () => Promise.resolve([REGION]), has: () => false },
    settleForMs: 1_000,
    streamArn: 'arn:stream',
    decoder: {
      decode(data) {
        const known = decoded[Buffer.from(data).toString()] ?? NONE;
        if (known instanceof Error) throw known;
        return known;
      },
    },
    router: {
      wants: () => true,
      route: (one) => ({ targets: targets(one), outcome: 'routed' }),
    },
    shards: {
      enter: (_, { sequenceNumber }) => ({ settle: () => settled.push(sequenceNumber) }),
    },
    dirty: new DirtyScopes(fake.parts, new Ledger(fake.parts), counters),
    counters,
    part: partOf(options.only),
    knows: options.knows ?? (() => true),
    debounceMs: 10,
  });
  const receive = (...texts: string[]) =>
    receiver.receive({
      shardId: 's1',
      millisBehindLatest: 0,
      records: texts.map((text, at): StreamRecord => ({
        sequenceNumber: `${at}`,
        arrivedAt: 1_000,
        data: Buffer.from(text),
      })),
    });
  return { fake, counters, settled, receiver, receive };
}

test('noise settles at once and is counted by its reason', async () => {
  const world = await make({ a: { ...NONE, dropped: { readOnly: 1 } } });
  assert.equal(await world.receive('a', 'a'), []);
  assert.equal(world.settled, ['0', '1']);
  assert.is(world.counters.events.get('readOnly'), 2);
  assert.is(world.counters.records, 2);
});

test('a record settles when the signals of all its events have', async () => {
  const world = await make({ a: { ...NONE, events: [event('1'), event('2')] } });
  const signals = await world.receive('a');
  assert.equal(
    signals.map(({ key }) => key.identifier),
    ['i-1', 'i-2'],
  );
  // The window in which they are joined counts from here.
  assert.ok(signals.every(({ arrivedAt }) => arrivedAt === 1_000));
  assert.equal(world.settled, []);
  for (const signal of signals) for (const receipt of signal.receipts) receipt.settle();
  assert.equal(world.settled, ['0']);
});

test('an event that was seen before is no news', async () => {
  const world = await make({ a: { ...NONE, events: [event('1')] } });
  assert.is((await world.receive('a', 'a')).length, 1);
  assert.equal(world.settled, ['1']);
  assert.is(world.counters.events.get('duplicate'), 1);
});

test('poison is one dead letter a record, and what else it held takes its way', async () => {
  const poison = [
    { reason: 'not-json', message: 'no JSON' },
    { reason: 'not-gzip', message: 'no gzip' },
  ];
  const world = await make({ a: { ...NONE, events: [event('1')], poison } });
  const signals = await world.receive('a');
  assert.is(signals.length, 1);
  const { deadLetters } = world.fake.parts.state;
  assert.is(deadLetters.count(), 1);
  assert.is(deadLetters.list()[0]!.code, 'stream.not-json');
  assert.is(world.counters.poison, 1);
  await world.receive('a');
  assert.is(deadLetters.count(), 1, 'read again after a restart, it is the same letter');
});

test('a record that breaks the decoder is poison, and the shard goes on', async () => {
  const world = await make({
    a: new TypeError('what is this'),
    b: { ...NONE, events: [event('1')] },
  });
  assert.is((await world.receive('a', 'b')).length, 1);
  assert.equal(world.settled, ['0']);
  assert.is(world.fake.parts.state.deadLetters.list()[0]!.code, 'stream.undecodable');
});

test('events of other accounts and regions are counted, and nothing else', async () => {
  const world = await make(
    { a: { ...NONE, events: [event('1'), event('2', { accountId: '999999999999' })] } },
    undefined,
    { knows: (accountId) => accountId === ACCOUNT, only: { regions: ['us-*'] } },
  );
  assert.equal(await world.receive('a'), []);
  assert.equal(world.settled, ['0']);
  assert.is(world.counters.events.get('elsewhere'), 2);
});

test('an account that discovery has not reached yet is waited for', async () => {
  let tell: (known: boolean) => void = () => undefined;
  const known = new Promise<boolean>((resolve) => (tell = resolve));
  const world = await make({ a: { ...NONE, events: [event('1')] } }, undefined, {
    knows: () => known,
  });
  const receiving = world.receive('a');
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(world.settled, []);
  tell(true);
  assert.is((await receiving).length, 1);
});

test('stopped before it is known whose an event is, its record does not settle', async () => {
  let tell: (known: boolean) => void = () => undefined;
  const known = new Promise<boolean>((resolve) => (tell = resolve));
  const world = await make({ a: { ...NONE, events: [event('1')] } }, undefined, {
    knows: () => known,
  });
  const receiving = world.receive('a');
  world.fake.stop.abort(new Error('stopped'));
  tell(false);
  assert.equal(await receiving, []);
  assert.equal(world.settled, []);
});

test('an event without a resource has its scope listed once that is durable, and is counted by name', async () => {
  const world = await make({ a: { ...NONE, events: [event('1'), event('2')] } }, () => [
    { type: 'scope', kind: LISTED },
  ]);
  assert.equal(await world.receive('a'), []);
  assert.equal(world.settled, ['0']);
  assert.is(world.fake.parts.state.retries.count(), 1);
  assert.equal([...world.counters.unrouted], [['ec2.amazonaws.com:RunInstances', 2]]);
  assert.is(world.counters.events.get('listed'), 2);
});

test('a parked record that can be read by now takes its way; one that cannot stays', async () => {
  const decoded: Record<string, Decoded> = {
    a: { ...NONE, poison: [{ reason: 'not-json', message: 'no JSON' }] },
  };
  const world = await make(decoded);
  await world.receive('a');
  const { deadLetters } = world.fake.parts.state;
  const [letter] = deadLetters.list();
  assert.ok(letter && 'record' in letter);
  let settled = false;
  const whole = { settle: () => (settled = true) };
  assert.is(await world.receiver.replay(letter, whole), undefined);
  assert.is(deadLetters.list()[0]!.attempts, 2);
  assert.not(settled);
  decoded['a'] = { ...NONE, events: [event('1')] };
  const signals = await world.receiver.replay(letter, whole);
  assert.is(signals?.length, 1);
  for (const receipt of signals![0]!.receipts) receipt.settle();
  assert.ok(settled);
});

test.run();
