import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CreditPool } from '../../src/flow/credit-pool.js';
import type { Credits } from '../../src/flow/credit-pool.js';
import { turn } from './flights.js';

const test = suite('flow/credit-pool');

const MIB = 1024 * 1024;
const one = (observations: number, bytes = 0): Credits => ({ observations, bytes });

/** A pool of 100 observations and 1 MiB, and who was granted so far. */
function small(liveShare = 0.2) {
  const pool = new CreditPool({ observations: 100, bytes: MIB, liveShare });
  const granted: string[] = [];
  const refused: unknown[] = [];
  const take = (name: string, want: Credits, live = false, signal?: AbortSignal): void => {
    pool.take(want, live, signal).then(
      () => granted.push(name),
      (error: unknown) => refused.push(error),
    );
  };
  return { pool, granted, refused, take };
}

test('grants at once while there is room, then makes wait', async () => {
  const { pool, granted, take } = small();
  take('a', one(50, 10));
  take('b', one(30));
  take('c', one(1));
  await turn();
  assert.equal(granted, ['a', 'b']);
  assert.equal(pool.inFlight, one(80, 10));
  assert.is(pool.waiting, 1);
  pool.release(1, 0);
  await turn();
  assert.equal(granted, ['a', 'b', 'c']);
  assert.is(pool.waiting, 0);
});

test('bytes bound as observations do', async () => {
  const { pool, granted, take } = small(0);
  take('a', one(1, MIB));
  take('b', one(1, 1));
  await turn();
  assert.equal(granted, ['a']);
  pool.release(1, 1);
  await turn();
  assert.equal(granted, ['a', 'b']);
  assert.equal(pool.inFlight, one(1, MIB));
});

test('a class is served in the order it came: a small want does not pass a large one', async () => {
  const { pool, granted, take } = small();
  take('first', one(70));
  take('large', one(20));
  take('small', one(5));
  await turn();
  assert.equal(granted, ['first']);
  pool.release(10, 0);
  await turn();
  assert.equal(granted, ['first', 'large']);
  pool.release(60, 0);
  await turn();
  assert.equal(granted, ['first', 'large', 'small']);
});

test('a fifth of both is kept for live fetches', async () => {
  const { pool, granted, take } = small();
  take('bulk', one(80));
  take('more bulk', one(1));
  take('live', one(20), true);
  take('more live', one(1), true);
  await turn();
  assert.equal(granted, ['bulk', 'live']);
  pool.release(20, 0);
  await turn();
  assert.equal(granted, ['bulk', 'live', 'more live']);

  const bytes = small();
  bytes.take('bulk', one(1, Math.floor(MIB * 0.8)));
  bytes.take('more bulk', one(1, 1));
  bytes.take('live', one(1, MIB / 8), true);
  await turn();
  assert.equal(bytes.granted, ['bulk', 'live']);
});

test('a want larger than the pool is granted once everything else has settled', async () => {
  for (const want of [one(500), one(1, 9 * MIB), one(90)]) {
    const { pool, granted, take } = small();
    take('a', one(1, 1));
    take('huge', want);
    take('next', one(1));
    await turn();
    assert.equal(granted, ['a']);
    pool.release(1, 1);
    await turn();
    assert.equal(granted, ['a', 'huge']);
    pool.release(want.observations, want.bytes);
    await turn();
    assert.equal(granted, ['a', 'huge', 'next']);
  }
});

test('a fetch that brought more than it took blocks the next until the balance is right', async () => {
  const { pool, granted, take } = small();
  take('a', one(10));
  pool.adjust(200, 0);
  take('b', one(1));
  await turn();
  assert.equal(pool.inFlight, one(210));
  pool.release(130, 0);
  await turn();
  assert.equal(granted, ['a']);
  pool.release(1, 0);
  await turn();
  assert.equal(granted, ['a', 'b']);
});

test('a fetch that brought less lets the next in', async () => {
  const { pool, granted, take } = small();
  take('a', one(80));
  take('b', one(10));
  pool.adjust(-10, 0);
  await turn();
  assert.equal(granted, ['a', 'b']);
});

test('an abort leaves the queue with its reason, and lets in who waited behind', async () => {
  const { pool, granted, refused, take } = small();
  const abort = new AbortController();
  take('a', one(70));
  take('large', one(50), false, abort.signal);
  take('small', one(5));
  await turn();
  abort.abort(new Error('stopping'));
  await turn();
  assert.equal(granted, ['a', 'small']);
  assert.is((refused[0] as Error).message, 'stopping');
  assert.is(pool.waiting, 0);
  assert.equal(pool.inFlight, one(75));
});

test('an abort before or after waiting: refused at once, or without effect', async () => {
  const { pool, granted, refused, take } = small();
  take('late', one(1), false, AbortSignal.abort(new Error('stopped')));
  const abort = new AbortController();
  take('a', one(80), false, abort.signal);
  take('b', one(10), false, abort.signal);
  await turn();
  pool.release(80, 0);
  await turn();
  take('c', one(75));
  await turn();
  abort.abort();
  pool.release(10, 0);
  await turn();
  assert.equal(granted, ['a', 'b', 'c'], 'an abort after the grant puts nobody out of the queue');
  assert.equal(
    refused.map((error) => (error as Error).message),
    ['stopped'],
  );
  assert.equal(pool.inFlight, one(75));
});

test('an option out of bounds is refused by name', () => {
  assert.throws(() => new CreditPool({ observations: 9 }), /option observations: .* got 9/);
  assert.throws(() => new CreditPool({ observations: Number.NaN }), /option observations/);
  assert.throws(() => new CreditPool({ bytes: MIB - 1 }), /option bytes/);
  for (const liveShare of [-0.1, 1, Number.NaN]) {
    assert.throws(() => new CreditPool({ liveShare }), /option liveShare/);
  }
  assert.equal(new CreditPool({ observations: 10, bytes: MIB, liveShare: 0 }).inFlight, one(0));
});

test('defaults: 5,000 observations, 64 MiB, a fifth for live', async () => {
  const bounds = async (want: Credits, live: boolean): Promise<boolean> => {
    const pool = new CreditPool({ atHand: 5_000 });
    await pool.take(one(1, 1), live);
    void pool.take(want, live);
    return pool.waiting === 0;
  };
  assert.ok(await bounds(one(3_999), false));
  assert.not(await bounds(one(4_000), false));
  assert.ok(await bounds(one(4_999), true));
  assert.not(await bounds(one(5_000), true));
  assert.ok(await bounds(one(1, 64 * MIB - 1), true));
  assert.not(await bounds(one(1, 64 * MIB), true));
});

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('take' as const),
      live: fc.boolean(),
      observations: fc.integer({ min: 0, max: 130 }),
      bytes: fc.integer({ min: 0, max: 2 * MIB }),
      abortable: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('release' as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('abort' as const), pick: fc.nat() }) },
);

test('whatever is taken, given back and aborted: bounded, first come first served, nobody left waiting', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const pool = new CreditPool({ observations: 100, bytes: MIB });
      const held: Credits[] = [];
      const waiting: { live: boolean[]; ids: Map<number, AbortController | undefined> } = {
        live: [],
        ids: new Map(),
      };
      const order = { live: [] as number[], bulk: [] as number[] };
      const asked = { live: [] as number[], bulk: [] as number[] };
      const aborted = new Set<number>();
      const sum = (): Credits => ({
        observations: held.reduce((total, one) => total + one.observations, 0),
        bytes: held.reduce((total, one) => total + one.bytes, 0),
      });
      for (const [id, action] of steps.entries()) {
        if (action.op === 'take') {
          const { live, abortable } = action;
          const want = { observations: action.observations, bytes: action.bytes };
          const abort = abortable ? new AbortController() : undefined;
          const name = live ? 'live' : 'bulk';
          asked[name].push(id);
          waiting.ids.set(id, abort);
          pool.take(want, live, abort?.signal).then(
            () => {
              held.push(want);
              order[name].push(id);
              waiting.ids.delete(id);
            },
            () => {
              aborted.add(id);
              waiting.ids.delete(id);
            },
          );
        } else if (action.op === 'release' && held.length > 0) {
          const [back] = held.splice(action.pick % held.length, 1);
          pool.release(back!.observations, back!.bytes);
        } else if (action.op === 'abort') {
          const open = [...waiting.ids.values()].filter((one) => one !== undefined);
          open[action.pick % Math.max(1, open.length)]?.abort(new Error('stop'));
        }
        await Promise.resolve();
        await turn();
        const taken = sum();
        assert.equal(pool.inFlight, taken, 'the books are right');
        const many = held.filter((one) => one.observations > 0 || one.bytes > 0);
        assert.ok(
          many.length <= 1 || (taken.observations <= 100 && taken.bytes <= MIB),
          'beyond the limit with more than one fetch',
        );
        assert.is(pool.waiting, waiting.ids.size);
      }
      while (held.length > 0) {
        for (const back of held.splice(0)) pool.release(back.observations, back.bytes);
        await turn();
      }
      assert.is(pool.waiting, 0, 'somebody waits although all has settled');
      for (const name of ['live', 'bulk'] as const) {
        assert.equal(
          order[name],
          asked[name].filter((id) => !aborted.has(id)),
          `${name} in order`,
        );
      }
    }),
    { numRuns: 150 },
  );
});

test('bulk fetches share a window that follows how much is found at hand', async () => {
  const pool = new CreditPool({ observations: 1_000, bytes: MIB, liveShare: 0, atHand: 100 });
  let granted = 0;
  const fetch = (): void => void pool.take(one(50), false).then(() => (granted += 1));
  for (let i = 0; i < 20; i += 1) fetch();
  await turn();
  assert.is(granted, 2, 'at first no more than should be at hand');
  // AWS is slow: each page finds nothing at hand.
  for (let i = 0; i < 4; i += 1) {
    pool.arrived(50);
    pool.release(50, 0);
    await turn();
  }
  assert.is(granted, 2 + 4 + 4, 'each page makes room for one more beside it');
  // This process is slow: pages pile up.
  for (let i = 0; i < 6; i += 1) pool.arrived(50);
  assert.is(pool.atHand, 300);
  pool.release(50, 0);
  await turn();
  assert.is(granted, 10, 'nothing follows a page that settles while too much is at hand');
  // What is under way to Port is not at hand.
  pool.away(250);
  await turn();
  assert.is(granted, 14, 'the window is 200 by now');
  assert.is(pool.atHand, 0);
});

test('a busy process makes the window smaller, however little is at hand', async () => {
  let busy = false;
  const options = { observations: 1_000, bytes: MIB, liveShare: 0, atHand: 100 };
  const pool = new CreditPool({ ...options, busy: () => busy });
  let granted = 0;
  for (let i = 0; i < 40; i += 1) void pool.take(one(50), false).then(() => (granted += 1));
  const page = async (): Promise<void> => {
    pool.arrived(50);
    pool.release(50, 0);
    await turn();
  };
  for (let i = 0; i < 4; i += 1) await page();
  assert.is(granted, 2 + 4 + 4, 'the window has grown to 300');
  busy = true;
  for (let i = 0; i < 5; i += 1) await page();
  assert.is(granted, 10, 'the window is 50 by now: no page was replaced');
  await page();
  assert.is(granted, 11, 'one page, and then the next');
});

test('a live fetch does not ask how much is at hand, and a page larger than the window is let in alone', async () => {
  const pool = new CreditPool({ observations: 1_000, bytes: MIB, liveShare: 0, atHand: 10 });
  const granted: string[] = [];
  void pool.take(one(50), false).then(() => granted.push('large'));
  void pool.take(one(50), false).then(() => granted.push('next'));
  void pool.take(one(1), true).then(() => granted.push('live'));
  await turn();
  assert.equal(granted, ['large', 'live']);
  pool.arrived(51);
  pool.release(51, 0);
  await turn();
  assert.equal(granted, ['large', 'live', 'next']);
});

test.run();
