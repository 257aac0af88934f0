import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Emitter } from '../../../src/sim/live/emitter.js';
import { LIVE_DEFAULTS, type LiveOptions } from '../../../src/sim/live/live-options.js';
import { POISONS } from '../../../src/sim/live/poison.js';
import { createOrganization } from '../../../src/sim/organization/organization.js';
import { startSim, type LiveSim } from '../../../src/sim/sim.js';
import type { StreamEngine, StreamEntry } from '../../../src/sim/stream/stream-engine.js';
import { clientOf, decode, readAll, type Json } from './read-stream.js';

const test = suite('sim/live/emitter');

async function withSim(
  live: LiveOptions,
  run: (sim: LiveSim, read: () => Promise<Buffer[]>) => Promise<void>,
): Promise<void> {
  const organization = createOrganization({ accounts: 2, regions: 2, resourcesPerScope: 4 });
  const sim = await startSim({ organization, live: { engine: 'memory', shards: 1, ...live } });
  const client = clientOf(sim);
  try {
    await run(sim, () => readAll(client, sim.live.streamArn));
  } finally {
    client.destroy();
    await sim.close();
  }
}

/** Tags every resource of some kinds, in order: one event each. */
function tagAll(sim: LiveSim, kinds = ['AWS::SQS::Queue', 'AWS::DynamoDB::Table']): number {
  let count = 0;
  for (const held of [...sim.organization.snapshot()].filter(({ kind }) => kinds.includes(kind))) {
    const properties = { ...held.properties };
    const had = Array.isArray(properties['Tags']) ? properties['Tags'] : [];
    sim.organization.update(held, { Tags: [...had, { Key: 'n', Value: String(count++) }] });
  }
  return count;
}

const numberOf = (event: Json): number => {
  const tags = event.requestParameters.tags;
  return Number(Array.isArray(tags) ? tags.find((tag: Json) => tag.key === 'n').value : tags.n);
};

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

test('changes come as they are made, in order, with nothing added', () =>
  withSim({}, async (sim, read) => {
    const count = tagAll(sim);
    assert.is(count, 32);
    await sim.live.flush();
    const records = (await read()).map(decode);
    assert.ok(records.every(({ form }) => form === 'eventBridge'));
    assert.equal(records.flatMap(({ events }) => events).map(numberOf), numbers(count));
    assert.equal(sim.live.emitted(), {
      changes: count,
      records: count,
      events: count,
      notifications: 0,
      duplicates: 0,
      noise: 0,
      poison: 0,
      byForm: { eventBridge: count },
      bytes: (await read()).reduce((sum, { length }) => sum + length, 0),
      waiting: 0,
    });
  }));

for (const form of ['eventBridge', 'logs', 'bare', 'records', 'kpl'] as const)
  test(`form ${form} holds every event once`, () =>
    withSim({ forms: { [form]: 1 } }, async (sim, read) => {
      const count = tagAll(sim);
      await sim.live.flush();
      const records = (await read()).map(decode);
      assert.ok(records.every((record) => record.form === form));
      const events = records.flatMap((record) => record.events);
      assert.equal(events.map(numberOf), numbers(count));
      assert.is(new Set(events.map(({ eventID }) => eventID as string)).size, count);
      if (['logs', 'records', 'kpl'].includes(form)) assert.ok(records.length < count);
      assert.is(sim.live.emitted().byForm[form], records.length);
    }));

test('envelopes name what the record names', () =>
  withSim({}, async (sim, read) => {
    tagAll(sim);
    await sim.live.flush();
    for (const data of await read()) {
      const event = JSON.parse(String(data));
      assert.is(event.account, event.detail.recipientAccountId);
      assert.is(event.region, event.detail.awsRegion);
      assert.is(`${event.source.slice(4)}.amazonaws.com`, event.detail.eventSource);
      assert.is.not(event.id, event.detail.eventID);
    }
  }));

test('the same seed gives the same records, another gives others', async () => {
  const emit = async (seed: string): Promise<string[]> => {
    const texts: string[] = [];
    const forms = { eventBridge: 3, logs: 1, bare: 1, records: 1, kpl: 1 };
    const disturbed = { duplicates: 0.2, reorder: 10, noise: 0.5, poison: 0.1 };
    await withSim({ seed, forms, stateChanges: true, ...disturbed }, async (sim, read) => {
      tagAll(sim, ['AWS::SQS::Queue', 'AWS::EC2::Instance', 'AWS::S3::Bucket']);
      await sim.live.flush();
      for (const data of await read()) {
        let text: string;
        try {
          text = JSON.stringify(decode(data));
        } catch {
          text = `poison of ${data[0] ?? ''}`;
        }
        texts.push(text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time').replace(/\d{13}/g, 'ms'));
      }
    });
    return texts;
  };
  const once = await emit('a');
  assert.equal(await emit('a'), once);
  assert.is.not((await emit('b')).join(), once.join());
});

test('duplicates have the same event id, and are counted', () =>
  withSim({ duplicates: 0.5, forms: { bare: 1, kpl: 1 } }, async (sim, read) => {
    const count = tagAll(sim);
    await sim.live.flush();
    const events = (await read()).flatMap((data) => decode(data).events);
    const { duplicates, events: real } = sim.live.emitted();
    assert.is(real, count);
    assert.ok(duplicates > 5 && duplicates < count);
    assert.is(events.length, count + duplicates);
    assert.is(new Set(events.map(({ eventID }) => eventID as string)).size, count);
  }));

test('reordering moves events no further than the window, and loses none', () =>
  withSim({ reorder: 5 }, async (sim, read) => {
    const count = tagAll(sim);
    await sim.live.flush();
    const order = (await read()).flatMap((data) => decode(data).events).map(numberOf);
    assert.is.not(order.join(), numbers(count).join());
    assert.equal(
      order.toSorted((a, b) => a - b),
      numbers(count),
    );
    order.forEach((number, at) => assert.ok(Math.abs(number - at) <= 5));
  }));

test('delayed events come when it is time, without being asked for', () =>
  withSim({ delay: { min: 150, max: 200 } }, async (sim, read) => {
    const start = performance.now();
    const count = tagAll(sim);
    assert.is(sim.live.emitted().waiting, count);
    while (sim.live.emitted().waiting > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(performance.now() - start >= 149);
    assert.is((await read()).length, count);
  }));

test('what is held back for its turn goes by itself when nothing follows', () =>
  withSim({ duplicates: 1, reorder: 50 }, async (sim, read) => {
    const count = tagAll(sim, ['AWS::SQS::Queue']);
    while (sim.live.emitted().waiting > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.is((await read()).length, 2 * count);
  }));

test('noise is made of reads, failures and what is elsewhere', () =>
  withSim({ noise: 19, forms: { bare: 1 } }, async (sim, read) => {
    const count = tagAll(sim);
    await sim.live.flush();
    assert.is(sim.live.emitted().noise, 19 * count);
    const accounts = sim.organization.accounts.map(({ id }) => id);
    const events = (await read()).flatMap((data) => decode(data).events);
    assert.is(events.length, 20 * count);
    const matter = events.filter(
      (event) =>
        event.errorCode === undefined &&
        !/^(Describe|Get|List|Decrypt|AssumeRole)/.test(event.eventName) &&
        accounts.includes(event.recipientAccountId),
    );
    assert.equal(matter.map(numberOf), numbers(count));
    const reads = events.filter((event) => event.readOnly === true).length;
    assert.ok(reads / events.length > 0.5);
    sim.live.noise(3);
    await sim.live.flush();
    assert.is(sim.live.emitted().noise, 19 * count + 3);
  }));

test('poison is counted exactly, and cannot be read', () =>
  withSim({ poison: 0.25, forms: { bare: 1 } }, async (sim, read) => {
    const count = tagAll(sim);
    assert.is(count % 4, 0);
    await sim.live.flush();
    assert.is(sim.live.emitted().poison, count / 4);
    sim.live.poison(POISONS.length);
    sim.live.poison(2, ['cutGzip']);
    await sim.live.flush();
    const poison = count / 4 + POISONS.length + 2;
    assert.is(sim.live.emitted().poison, poison);
    const records = await read();
    assert.is(records.length, count + poison);
    let unreadable = 0;
    for (const data of records) {
      try {
        if (decode(data).events.every((event) => event.eventName === undefined)) unreadable++;
      } catch {
        unreadable++;
      }
    }
    assert.is(unreadable, poison);
  }));

test('instances made in a row come in one call; EC2 itself tells of their states', () =>
  withSim({ stateChanges: true, instancesPerCall: 3 }, async (sim, read) => {
    const kind = 'AWS::EC2::Instance';
    const accountId = sim.organization.managementAccountId;
    const ids = ['i-01', 'i-02', 'i-03', 'i-04'];
    const keys = ids.map((identifier) => ({ kind, accountId, region: 'us-east-1', identifier }));
    for (const key of keys) sim.organization.create(key);
    for (const key of keys) sim.organization.delete(key);
    await sim.live.flush();
    const records = (await read()).map(decode);
    const calls = records.filter(({ form }) => form === 'eventBridge').map(({ events: [e] }) => e);
    const itemsOf = (event: Json) =>
      event.responseElements.instancesSet.items.map(({ instanceId }: Json) => instanceId as string);
    assert.equal(
      calls.map((event) => [event.eventName, ...itemsOf(event)]),
      [
        ['RunInstances', 'i-01', 'i-02', 'i-03'],
        ['RunInstances', 'i-04'],
        ['TerminateInstances', 'i-01', 'i-02', 'i-03'],
        ['TerminateInstances', 'i-04'],
      ],
    );
    const notices = records.filter(({ form }) => form === 'notification');
    assert.equal(
      notices.map(({ events: [e] }) => [e.source, e.detail['instance-id'], e.detail.state]),
      [
        ...ids.flatMap((id) => ['pending', 'running'].map((state) => ['aws.ec2', id, state])),
        ...ids.flatMap((id) =>
          ['shutting-down', 'terminated'].map((state) => ['aws.ec2', id, state]),
        ),
      ],
    );
    assert.is(sim.live.emitted().notifications, 16);
  }));

test('settings change while it runs; wrong ones change nothing', () =>
  withSim({}, async (sim, read) => {
    sim.live.set({ forms: { bare: 1 }, duplicates: 1 });
    const count = tagAll(sim);
    await sim.live.flush();
    const records = (await read()).map(decode);
    assert.ok(records.every(({ form }) => form === 'bare'));
    assert.is(records.length, 2 * count);
    assert.throws(() => sim.live.set({ duplicates: 2, noise: 5 }), /duplicates cannot be 2/);
    assert.throws(() => sim.live.set({ nose: 2 } as object), /no such setting of the stream: nose/);
    assert.is(sim.live.settings.noise, 0);
  }));

test('batches keep to the limits of PutRecords, and what is refused is said', async () => {
  const organization = createOrganization({ accounts: 1, regions: 1, resourcesPerScope: 1 });
  const batches: StreamEntry[][] = [];
  let broken = false;
  const engine: StreamEngine = {
    streamArn: 'arn',
    answer: () => Promise.reject(new Error('not asked')),
    put: (entries) => {
      if (broken) return Promise.reject(new Error('the stream is gone'));
      batches.push([...entries]);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  const emitter = new Emitter(organization, engine, { ...LIVE_DEFAULTS }, 'seed');
  emitter.noise(1_200);
  await emitter.flush();
  assert.equal(
    batches.map(({ length }) => length),
    [500, 500, 200],
  );
  batches.length = 0;
  const data = Buffer.alloc(2 * 1024 * 1024);
  await emitter.putRaw(Array.from({ length: 5 }, () => ({ data, partitionKey: 'a' })));
  assert.equal(
    batches.map(({ length }) => length),
    [2, 2, 1],
  );
  assert.is(emitter.emitted().records, 1_205);
  broken = true;
  emitter.poison(1);
  let message = '';
  await emitter.flush().catch((error: Error) => (message = error.message));
  assert.match(message, /could not be put/);
  assert.is(emitter.emitted().poison, 0);
  emitter.close();
});

test.run();
