import { Subject, map } from 'rxjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { coalesce } from '../../src/operators/coalesce.js';
import type { CoalesceOptions, Due } from '../../src/operators/coalesce.js';
import { marbles } from './marbles.js';

const test = suite('operators/coalesce');

/** Values are texts; their key is the first letter, merged they stand side by side. */
const OPTIONS: CoalesceOptions<string> = {
  key: (value) => value[0]!,
  merge: (waiting, next) => waiting + next,
  windowMs: 5,
};

const taken = (due: Due<string>): string => due.take();

test('values of one key within the window are due together, counted from the first', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('m--n', { m: ['a1'], n: ['a2'] });
    const due$ = source.pipe(coalesce(OPTIONS));
    expectObservable(due$.pipe(mapTaken())).toBe('-----x', { x: 'a1a2' });
  });
});

test('keys wait apart, and a batch may hold several', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('m---n', { m: ['a1', 'b1', 'a2'], n: ['c1'] });
    const due$ = source.pipe(coalesce(OPTIONS));
    expectObservable(due$.pipe(mapTaken())).toBe('-----(xy)z', {
      x: 'a1a2',
      y: 'b1',
      z: 'c1',
    });
  });
});

test('what changes for ever is due again and again', () => {
  marbles(({ hot, expectObservable }) => {
    const source = hot('mmmmmmmmmmmmm', { m: ['a'] });
    const due$ = source.pipe(coalesce(OPTIONS));
    // Each window takes what came up to it; the frame in which it is due still joins.
    expectObservable(due$.pipe(mapTaken())).toBe('-----x-----y-----z', {
      x: 'aaaaaa',
      y: 'aaaaaa',
      z: 'a',
    });
  });
});

test('what comes late waits a shorter time, and is joined within it as others are', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('m-n--o', { m: ['a1', 'b!'], n: ['b2', 'a2'], o: ['b3'] });
    const due$ = source.pipe(
      coalesce({ ...OPTIONS, late: (value) => value.endsWith('!'), lateMs: 3 }),
      mapTaken(),
    );
    expectObservable(due$).toBe('---x-y----z', { x: 'b!b2', y: 'a1a2', z: 'b3' });
  });
});

test('what comes late never waits longer than the rest', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('m---', { m: ['a!'] });
    const due$ = source.pipe(coalesce({ ...OPTIONS, windowMs: 2, late: () => true }), mapTaken());
    expectObservable(due$).toBe('--x', { x: 'a!' });
  });
});

test('completion and the end of interest hold for what is late too', () => {
  marbles(({ cold, expectObservable }) => {
    const late = { ...OPTIONS, late: () => true, lateMs: 4 };
    const source = cold('m-|', { m: ['a!'] });
    expectObservable(source.pipe(coalesce(late), mapTaken())).toBe('--(a|)', { a: 'a!' });
    const endless = cold('m---', { m: ['a!'] });
    expectObservable(endless.pipe(coalesce(late), mapTaken()), '--!').toBe('---');
  });
});

test('what is due can be joined until it is taken, and not after', () => {
  const source = new Subject<readonly string[]>();
  const dues: Due<string>[] = [];
  source.pipe(coalesce({ ...OPTIONS, windowMs: 0 })).subscribe((due) => dues.push(due));
  return new Promise<void>((resolve) => {
    source.next(['a1']);
    setTimeout(() => {
      source.next(['a2']);
      assert.is(dues[0]!.take(), 'a1a2');
      source.next(['a3']);
      assert.is(dues[0]!.take(), 'a1a2', 'taken once, it stays what it is');
      setTimeout(() => {
        assert.is(dues.length, 2);
        assert.is(dues[1]!.value, 'a3');
        resolve();
      }, 10);
    }, 10);
  });
});

test('completion makes all that waits due at once', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('m-n|', { m: ['a'], n: ['b'] });
    expectObservable(source.pipe(coalesce(OPTIONS), mapTaken())).toBe('---(ab|)');
  });
});

test('errors pass at once, and what waited is dropped', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold<readonly string[]>('m-#', { m: ['a'] });
    expectObservable(source.pipe(coalesce(OPTIONS), mapTaken())).toBe('--#');
  });
});

test('a merge that throws errors the stream', () => {
  marbles(({ cold, expectObservable }) => {
    const broken = new Error('no merge');
    const merge = (): never => {
      throw broken;
    };
    const source = cold('m-m', { m: ['a'] });
    const due$ = source.pipe(coalesce({ ...OPTIONS, merge }), mapTaken());
    expectObservable(due$).toBe('--#', {}, broken);
  });
});

test('unsubscribed, it unsubscribes from its source and emits nothing more', () => {
  marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('m------', { m: ['a'] });
    expectObservable(source.pipe(coalesce(OPTIONS), mapTaken()), '---!').toBe('');
    expectSubscriptions(source.subscriptions).toBe('^--!');
  });
});

function mapTaken() {
  return map(taken);
}

test.run();
