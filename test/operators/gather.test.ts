import { Subject, Subscription, of } from 'rxjs';
import type { SchedulerLike } from 'rxjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Flight } from '../../src/flow/flight.js';
import { gather } from '../../src/operators/gather.js';
import { absent, present } from '../flow/flights.js';
import { marbles } from './marbles.js';

const test = suite('operators/gather');

/** Flights are grouped by the first letter of their name; absent ones need no batch. */
const by = (flight: Flight): string | undefined =>
  flight.observation.state === 'absent' ? undefined : flight.observation.key.identifier[0];
const sized = (name: string, bytes: number): Flight =>
  present(name, 1, { body: 'x'.repeat(bytes) });

const [a1, a2, a3, b1, b2] = [
  present('a1', 1),
  present('a2', 1),
  present('a3', 1),
  present('b1', 1),
  present('b2', 1),
] as const;

test('a flight waits for company, at most as long as it may', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('m 4ms n', { m: [a1], n: [a2] });
    const expected = '20ms m';
    expectObservable(source.pipe(gather({ by }))).toBe(expected, { m: [a1, a2] });
  });
});

test('the wait is counted from the first flight of a batch, for each program apart', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('m-n-o', { m: [a1], n: [b1], o: [a2, b2] });
    const expected = '5ms m-n';
    expectObservable(source.pipe(gather({ by, lingerMs: 5 }))).toBe(expected, {
      m: [a1, a2],
      n: [b1, b2],
    });
  });
});

test('after a batch went, the wait begins anew with the next flight', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('m 9ms n', { m: [a1], n: [a2] });
    expectObservable(source.pipe(gather({ by, lingerMs: 5 }))).toBe('5ms m 9ms n', {
      m: [a1],
      n: [a2],
    });
  });
});

test('a full batch goes at once and its timer with it', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('-m-n', { m: [a1, a2, a3], n: [present('a4', 1)] });
    expectObservable(source.pipe(gather({ by, maxFlights: 3, lingerMs: 3 }))).toBe('-m----n', {
      m: [a1, a2, a3],
      n: [present('a4', 1)],
    });
  });
});

test('a page larger than a batch is cut', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('m', { m: [a1, a2, a3] });
    expectObservable(source.pipe(gather({ by, maxFlights: 2, lingerMs: 3 }))).toBe('m--n', {
      m: [a1, a2],
      n: [a3],
    });
  });
});

test('bytes bound a batch: what would pass the bound opens the next one', () => {
  const [small, big, huge] = [sized('a1', 4), sized('a2', 7), sized('a3', 50)];
  marbles(({ cold, expectObservable }) => {
    const source = cold('s-b-h', { s: [small], b: [big], h: [huge] });
    expectObservable(source.pipe(gather({ by, maxBytes: 10, lingerMs: 90 }))).toBe('--s-(bh)', {
      s: [small],
      b: [big],
      h: [huge],
    });
  });
});

test('a batch that reaches the bound exactly is full', () => {
  const [four, six] = [sized('a1', 4), sized('a2', 6)];
  marbles(({ cold, expectObservable }) => {
    const source = cold('s-b', { s: [four], b: [six] });
    expectObservable(source.pipe(gather({ by, maxBytes: 10, lingerMs: 90 }))).toBe('--m', {
      m: [four, six],
    });
  });
});

test('what needs no batch goes on at once, and nothing that waits is lost by it', () => {
  const gone = absent('a9', 2);
  marbles(({ cold, expectObservable }) => {
    const source = cold('m', { m: [a1, gone, a2] });
    expectObservable(source.pipe(gather({ by, lingerMs: 2 }))).toBe('g-m', {
      g: [gone],
      m: [a1, a2],
    });
  });
});

test('completion emits the rest first', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('m-|', { m: [a1, b1, a2] });
    expectObservable(source.pipe(gather({ by }))).toBe('--(mn|)', { m: [a1, a2], n: [b1] });
  });
});

test('an error of the source passes at once, what waited is not emitted', () => {
  marbles(({ cold, expectObservable }) => {
    expectObservable(cold('m-#', { m: [a1] }).pipe(gather({ by }))).toBe('--#');
  });
});

test('unsubscription stops the timers and leaves the source', () => {
  marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('m', { m: [a1] });
    expectObservable(source.pipe(gather({ by, lingerMs: 5 })), '---!').toBe('----');
    expectSubscriptions(source.subscriptions).toBe('^--!');
  });
});

test('no timer outlives the stream', () => {
  const timers: Subscription[] = [];
  const scheduler: SchedulerLike = {
    now: () => 0,
    schedule: () => {
      timers.push(new Subscription());
      return timers.at(-1)!;
    },
  };
  const open = (): boolean => timers.some((timer) => !timer.closed);
  for (const end of ['unsubscribe', 'error', 'complete'] as const) {
    const source = new Subject<readonly Flight[]>();
    const running = source.pipe(gather({ by, scheduler })).subscribe({ error: () => undefined });
    source.next([a1, b1]);
    assert.ok(open());
    if (end === 'unsubscribe') running.unsubscribe();
    else source[end](new Error('upstream'));
    assert.not(open(), end);
  }
});

test('nothing is lost where emitting a batch brings the next flight', () => {
  const source = new Subject<readonly Flight[]>();
  const out: (readonly Flight[])[] = [];
  const first = sized('a1', 8);
  const during = sized('a2', 3);
  source.pipe(gather({ by, maxBytes: 10 })).subscribe((batch) => {
    out.push(batch);
    if (batch[0] === first) source.next([during]);
  });
  const after = sized('a3', 8);
  source.next([first]);
  source.next([after]);
  source.complete();
  assert.equal(out, [[first], [during], [after]]);
});

test('what `by` throws errors the stream', () => {
  const source = new Subject<readonly Flight[]>();
  const errors: unknown[] = [];
  const broken = (): string => {
    throw new Error('no program');
  };
  source.pipe(gather({ by: broken })).subscribe({ error: (error) => errors.push(error) });
  source.next([a1]);
  assert.is((errors[0] as Error).message, 'no program');
  assert.not(source.observed);
});

test('a source that goes on after such an error is not heard', () => {
  let asked = 0;
  const broken = (): string => {
    asked += 1;
    throw new Error('no program');
  };
  of([a1], [a2])
    .pipe(gather({ by: broken }))
    .subscribe({ error: () => undefined });
  assert.is(asked, 1);
});

test('a batch of no flights is refused', () => {
  for (const maxFlights of [0, -1, Number.NaN]) {
    assert.throws(
      () => gather({ by, maxFlights }),
      /option maxFlights: expected a number of at least 1/,
    );
  }
});

test.run();
