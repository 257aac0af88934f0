import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Summary } from '../../src/model/summary.js';
import { encodeResourceKey } from '../../src/model/resource-key.js';
import { encodeScope } from '../../src/model/scope.js';
import { runOnSchedule } from '../../src/pipeline/schedule.js';
import { ACCOUNT, FakeEngine, READ, REGION, scopeOf } from './fake-engine.js';

const test = suite('schedule');

/** Runs until `enough` resyncs have ended. */
async function run(
  fake: FakeEngine,
  everyMs: number,
  enough: number,
  each: (at: number) => Promise<void> | void = () => undefined,
): Promise<{ firsts: boolean[]; summaries: Summary[]; atOnce: number }> {
  const firsts: boolean[] = [];
  const summaries: Summary[] = [];
  let [running, atOnce] = [0, 0];
  await runOnSchedule(fake.engine, {
    everyMs,
    stop: fake.stop.signal,
    resync: (first) => {
      running += 1;
      atOnce = Math.max(atOnce, running);
      firsts.push(first);
      return fake.resyncOptions({ resume: first });
    },
    finished: async (summary) => {
      await each(firsts.length);
      running -= 1;
      summaries.push(summary);
      if (summaries.length === enough) fake.stop.abort(new Error('enough'));
    },
  });
  return { firsts, summaries, atOnce };
}

test('one resync after the other; only the first goes on with what was cut short', async () => {
  const fake = await FakeEngine.open();
  fake.add(scopeOf(READ), 'c', 3);
  const { firsts, summaries, atOnce } = await run(fake, 20, 3);
  assert.equal(firsts, [true, false, false]);
  assert.equal(
    summaries.map(({ generation }) => generation),
    [1, 2, 3],
  );
  assert.is(atOnce, 1);
  assert.equal(fake.held, fake.expected);
});

test('a resync that takes longer than its interval is followed by the next, never joined', async () => {
  const fake = await FakeEngine.open();
  const { summaries, atOnce } = await run(
    fake,
    1,
    3,
    () => new Promise((resolve) => setTimeout(resolve, 30)),
  );
  assert.is(summaries.length, 3);
  assert.is(atOnce, 1);
});

test('what comes due between two resyncs is tried again then', async () => {
  const fake = await FakeEngine.open();
  fake.add(scopeOf(READ), 'c', 2);
  const reading = new Promise<void>((resolve) => {
    const afterFirst = async (at: number): Promise<void> => {
      if (at > 1) return;
      fake.resources(scopeOf(READ)).set('c1', 'new');
      const key = { kind: READ, accountId: ACCOUNT, region: REGION, identifier: 'c1' };
      const { store, retries } = fake.parts.state;
      await store.commit(
        retries.put({
          target: encodeResourceKey(key),
          type: 'resource',
          reason: 'read.failed',
          attempts: 1,
          nextAt: Date.now() + 1.5,
          scope: encodeScope(scopeOf(READ)),
        }),
      );
      fake.onWrite = () => {
        fake.stop.abort(new Error('enough'));
        return undefined;
      };
    };
    // The next resync is an hour away.
    void run(fake, 3_600_000, 2, afterFirst).then(() => resolve());
  });
  await reading;
  assert.is(fake.port.get('c1'), 'new');
  assert.is(fake.parts.state.retries.count(), 0);
  assert.equal(fake.leftovers, {});
});

test('stopped while it waits, it ends', async () => {
  const fake = await FakeEngine.open();
  const { summaries } = await run(fake, 3_600_000, 1);
  assert.is(summaries.length, 1);
});

test.run();
