import { Subject } from 'rxjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Answered } from '../../src/flow/stages.js';
import { settle } from '../../src/operators/settle.js';
import { present, turn } from '../flow/flights.js';
import { marbles, virtualPromise } from './marbles.js';

const test = suite('operators/settle');

const plan = { after: [], intent: [], writes: [], shares: [] };
const answered = (name: string): Answered => ({
  planned: { flight: present(name, 1), before: undefined, plan, writes: [] },
  results: [],
});
const [a, b, c] = [answered('a'), answered('b'), answered('c')] as const;
const idle = { release: () => undefined };

test('answers wait for each other, at most as long as they may, then are committed together', () => {
  marbles((helpers) => {
    const commit = () => virtualPromise<void>(helpers, '--v');
    const source = helpers.cold('a--b 4ms c', { a, b, c });
    const expected = '7ms m 7ms n';
    helpers.expectObservable(source.pipe(settle({ ...idle, commit, lingerMs: 5 }))).toBe(expected, {
      m: [a, b],
      n: [c],
    });
  });
});

test('waits 10 ms by default', () => {
  marbles((helpers) => {
    const commit = () => virtualPromise<void>(helpers, 'v');
    const source = helpers.cold('a', { a });
    helpers.expectObservable(source.pipe(settle({ ...idle, commit }))).toBe('10ms m', { m: [a] });
  });
});

test('a full batch is committed at once, and its timer does not cut the next one short', () => {
  marbles((helpers) => {
    const commit = () => virtualPromise<void>(helpers, 'v');
    const source = helpers.cold('a-b-c', { a, b, c });
    const expected = '--m 6ms n';
    helpers
      .expectObservable(source.pipe(settle({ ...idle, commit, maxFlights: 2, lingerMs: 5 })))
      .toBe(expected, { m: [a, b], n: [c] });
  });
});

test('completion commits the rest and ends after the last commit', () => {
  marbles((helpers) => {
    const commit = () => virtualPromise<void>(helpers, '----v');
    const source = helpers.cold('a-|', { a });
    helpers
      .expectObservable(source.pipe(settle({ ...idle, commit })))
      .toBe('------(m|)', { m: [a] });
    helpers
      .expectObservable(helpers.cold<Answered>('--|').pipe(settle({ ...idle, commit })))
      .toBe('--|');
  });
});

test('commits may overtake each other; the end waits for all', () => {
  marbles((helpers) => {
    const waits = ['-------v', '--v'];
    const commit = () => virtualPromise<void>(helpers, waits.shift()!);
    const source = helpers.cold('ab|', { a, b });
    helpers
      .expectObservable(source.pipe(settle({ ...idle, commit, maxFlights: 1 })))
      .toBe('---n---(m|)', { m: [a], n: [b] });
  });
});

test('a failed commit errors the stream', () => {
  marbles((helpers) => {
    const commit = () => virtualPromise<void>(helpers, '--#', undefined, 'disk full');
    const source = helpers.cold('a----b', { a, b });
    helpers
      .expectObservable(source.pipe(settle({ ...idle, commit, maxFlights: 1 })))
      .toBe('--#', undefined, 'disk full');
    helpers.expectSubscriptions(source.subscriptions).toBe('^-!');
  });
});

test('an error of the source passes at once, what waited is not committed', () => {
  let commits = 0;
  const commit = () => {
    commits += 1;
    return Promise.resolve();
  };
  marbles(({ cold, expectObservable }) => {
    expectObservable(cold('a-#', { a }).pipe(settle({ ...idle, commit }))).toBe('--#');
  });
  assert.is(commits, 0);
});

test('unsubscription stops the timer', () => {
  let commits = 0;
  const commit = () => {
    commits += 1;
    return Promise.resolve();
  };
  marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('a', { a });
    expectObservable(source.pipe(settle({ ...idle, commit, lingerMs: 5 })), '---!').toBe('----');
    expectSubscriptions(source.subscriptions).toBe('^--!');
  });
  assert.is(commits, 0);
});

/** The operator at work with commits that are settled by hand. */
function running(maxFlights = 1) {
  const source = new Subject<Answered>();
  const commits: { batch: readonly Answered[]; done: () => void; fail: (error: Error) => void }[] =
    [];
  const released: Answered[] = [];
  const out: (readonly Answered[])[] = [];
  const ends: unknown[] = [];
  let onRelease = (): void => undefined;
  const operator = settle({
    commit: (batch) => new Promise((done, fail) => commits.push({ batch, done, fail })),
    release: (one) => {
      released.push(one);
      onRelease();
    },
    maxFlights,
  });
  source.pipe(operator).subscribe({
    next: (batch) => out.push(batch),
    error: (error) => ends.push(error),
    complete: () => ends.push('complete'),
  });
  return {
    source,
    commits,
    released,
    out,
    ends,
    whenReleased: (step: () => void) => (onRelease = step),
  };
}

test('releases each flight once, in order, only after its commit', async () => {
  const { source, commits, released } = running(2);
  source.next(a);
  source.next(b);
  await turn();
  assert.equal(
    commits.map(({ batch }) => batch),
    [[a, b]],
  );
  assert.equal(released, []);
  commits[0]!.done();
  await turn();
  assert.equal(released, [a, b]);
});

test('a failed commit releases nothing of its batch', async () => {
  const { source, commits, released, ends, out } = running(2);
  source.next(a);
  source.next(b);
  commits[0]!.fail(new Error('disk full'));
  await turn();
  assert.equal(released, []);
  assert.equal(out, []);
  assert.is((ends[0] as Error).message, 'disk full');
  assert.not(source.observed);
});

test('what a release ends still comes out before the end', async () => {
  const { source, commits, out, ends, whenReleased } = running();
  // As where the next observation of the resource, the last of all, has waited for this one.
  whenReleased(() => source.complete());
  source.next(a);
  commits[0]!.done();
  await turn();
  assert.equal(out, [[a]]);
  assert.equal(ends, ['complete']);
});

test('what a release brings is committed before the end', async () => {
  const { source, commits, out, ends, whenReleased } = running();
  whenReleased(() => {
    whenReleased(() => undefined);
    source.next(b);
    source.complete();
  });
  source.next(a);
  commits[0]!.done();
  await turn();
  assert.equal(ends, []);
  commits[1]!.done();
  await turn();
  assert.equal(out, [[a], [b]]);
  assert.equal(ends, ['complete']);
});

test('what a commit or a release throws errors the stream', async () => {
  const broken = running();
  broken.whenReleased(() => {
    throw new Error('no such lane');
  });
  broken.source.next(a);
  broken.commits[0]!.done();
  await turn();
  assert.is((broken.ends[0] as Error).message, 'no such lane');

  const source = new Subject<Answered>();
  const errors: unknown[] = [];
  const commit = (): never => {
    throw new Error('closed');
  };
  source
    .pipe(settle({ ...idle, commit, maxFlights: 1 }))
    .subscribe({ error: (error) => errors.push(error) });
  source.next(a);
  assert.is((errors[0] as Error).message, 'closed');
});

test('a commit that throws when its time has come errors the stream', () => {
  const commit = (): never => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- compared by value
    throw 'closed';
  };
  marbles(({ cold, expectObservable }) => {
    const operator = settle({ ...idle, commit, lingerMs: 3 });
    expectObservable(cold('a', { a }).pipe(operator)).toBe('---#', undefined, 'closed');
  });
});

test.run();
