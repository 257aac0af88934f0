import { Subject } from 'rxjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readBack } from '../../src/operators/read-back.js';
import { marbles } from './marbles.js';

const test = suite('operators/read-back');

/** A harness whose reads end when the test says so. Values are texts; their partition is the first letter. */
function harness(options: { atOnce?: number; patienceMs?: number } = {}) {
  const source = new Subject<string>();
  const reading = new Map<string, { end: (result?: string) => void; signal: AbortSignal }>();
  const read: string[] = [];
  const emitted: string[] = [];
  const late: string[] = [];
  let ended: unknown = 'no';
  const subscription = source
    .pipe(
      readBack<string, string>({
        partition: (value) => value[0]!,
        read: (value, signal) =>
          new Promise((resolve) => {
            read.push(value);
            reading.set(value, { end: resolve, signal });
          }),
        overdue: (value) => late.push(value),
        ...options,
      }),
    )
    .subscribe({
      next: (value) => emitted.push(value),
      complete: () => (ended = 'complete'),
      error: (error) => (ended = error),
    });
  return { source, reading, read, emitted, late, subscription, ended: () => ended };
}

const turn = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('so many of a partition are read at once, in the order they came', async () => {
  const { source, reading, read, emitted } = harness({ atOnce: 2 });
  for (const value of ['a1', 'a2', 'a3', 'a4']) source.next(value);
  assert.equal(read, ['a1', 'a2']);
  reading.get('a2')!.end('A2');
  await turn();
  assert.equal(read, ['a1', 'a2', 'a3']);
  reading.get('a1')!.end('A1');
  reading.get('a3')!.end();
  await turn();
  assert.equal(read, ['a1', 'a2', 'a3', 'a4']);
  assert.equal(emitted, ['A2', 'A1'], 'a read of which nothing comes emits nothing');
});

test('a slow partition keeps no other waiting', async () => {
  const { source, reading, read, emitted } = harness({ atOnce: 1 });
  for (const value of ['a1', 'a2', 'b1', 'b2']) source.next(value);
  assert.equal(read, ['a1', 'b1']);
  reading.get('b1')!.end('B1');
  await turn();
  reading.get('b2')!.end('B2');
  await turn();
  assert.equal(emitted, ['B1', 'B2']);
});

test('what waits too long in line is handed over unread, and its place goes on', async () => {
  const { source, reading, read, late } = harness({ atOnce: 1, patienceMs: 20 });
  source.next('a1');
  source.next('a2');
  await turn(40);
  assert.equal(late, ['a2']);
  assert.ok(reading.get('a1')!.signal.aborted, 'the one that is being read is told');
  source.next('a3');
  reading.get('a1')!.end();
  await turn();
  assert.equal(read, ['a1', 'a3']);
});

test('a read that ends in time is not told of a deadline', async () => {
  const { source, reading } = harness({ patienceMs: 20 });
  source.next('a1');
  reading.get('a1')!.end('A1');
  await turn(40);
  assert.not(reading.get('a1')!.signal.aborted);
});

test('completes when the last read has ended', async () => {
  const { source, reading, emitted, ended } = harness({ atOnce: 1 });
  source.next('a1');
  source.next('a2');
  source.complete();
  reading.get('a1')!.end('A1');
  await turn();
  assert.is(ended(), 'no');
  reading.get('a2')!.end('A2');
  await turn();
  assert.equal(emitted, ['A1', 'A2']);
  assert.is(ended(), 'complete');
});

test('completes when the last that waited was handed over', async () => {
  const { source, reading, late, ended } = harness({ atOnce: 1, patienceMs: 20 });
  source.next('a1');
  source.next('a2');
  source.complete();
  reading.get('a1')!.signal.addEventListener('abort', () => reading.get('a1')!.end());
  await turn(40);
  assert.equal(late, ['a2']);
  assert.is(ended(), 'complete');
});

test('unsubscribing ends the reads', () => {
  const { source, reading, subscription } = harness();
  source.next('a1');
  subscription.unsubscribe();
  assert.ok(reading.get('a1')!.signal.aborted);
});

test('a read that rejects errors the stream; so does the source', async () => {
  const broken = new Error('broken');
  let caught: unknown;
  const source = new Subject<string>();
  source
    .pipe(
      readBack({
        partition: () => '',
        read: () => Promise.reject(broken),
        overdue: () => undefined,
      }),
    )
    .subscribe({ error: (error) => (caught = error) });
  source.next('a');
  await turn();
  assert.is(caught, broken);
  marbles(({ cold, expectObservable }) => {
    const failing = cold<string>('--#');
    const options = {
      partition: () => '',
      read: () => Promise.resolve('x'),
      overdue: () => undefined,
    };
    expectObservable(failing.pipe(readBack(options))).toBe('--#');
  });
});

test('an option out of range is told', () => {
  const options = {
    partition: () => '',
    read: () => Promise.resolve('x'),
    overdue: () => undefined,
  };
  assert.throws(
    () => readBack({ ...options, atOnce: 0 }),
    /option atOnce: expected a number of at least 1, got 0/,
  );
});

test.run();
