import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BatchQueue } from '../../src/port/batch-queue.js';
import type { PendingChange } from '../../src/port/sink-batch.js';

const test = suite('port/batch-queue');

/** A queue whose time passes a linger at a time, when it is told to. */
function queue(): {
  readonly add: (count: number, patient?: boolean) => void;
  readonly pass: () => void;
  /** Sizes of the batches that were queued since the last look. */
  readonly queued: () => number[];
  readonly timers: () => number;
} {
  const timers = new Map<number, () => void>();
  let last = 0;
  const batches = new BatchQueue(50, () => undefined, {
    set: (task) => {
      timers.set(++last, task);
      return last;
    },
    clear: (timer) => timers.delete(timer as number),
  });
  return {
    add: (count, patient = true) => {
      for (let at = 0; at < count; at += 1) batches.add('upsert', item(patient));
    },
    pass: () => {
      const due = [...timers];
      for (const [timer, task] of due) {
        timers.delete(timer);
        task();
      }
    },
    queued: () => {
      const sizes: number[] = [];
      for (let batch = batches.next(); batch; batch = batches.next())
        sizes.push(batch.items.length);
      return sizes;
    },
    timers: () => timers.size,
  };
}

function item(patient: boolean): PendingChange {
  return {
    change: { op: 'upsert', blueprint: 'b', identifier: 'e', json: '{}', patient },
    done: () => undefined,
    identifier: 'e',
    bytes: 2,
    resolved: false,
    retries: 0,
    settled: false,
  };
}

test('a batch that nobody joins is queued after one linger, patient or not', () => {
  for (const patient of [true, false]) {
    const { add, pass, queued } = queue();
    add(1, patient);
    assert.equal(queued(), []);
    pass();
    assert.equal(queued(), [1]);
  }
});

test('a patient batch lingers on while others join, five times at most', () => {
  const { add, pass, queued, timers } = queue();
  add(1);
  for (let turn = 1; turn <= 4; turn += 1) {
    add(2);
    pass();
    assert.equal(queued(), [], `turn ${turn}`);
  }
  add(2);
  pass();
  assert.equal(queued(), [11]);
  assert.is(timers(), 0);
});

test('a patient batch is queued as soon as a linger brought nothing', () => {
  const { add, pass, queued } = queue();
  add(3);
  pass();
  assert.equal(queued(), []);
  pass();
  assert.equal(queued(), [3]);
});

test('one that somebody waits for is queued after one linger, with all that joined it', () => {
  const { add, pass, queued } = queue();
  add(5);
  add(1, false);
  pass();
  assert.equal(queued(), [6]);
});

test('whoever comes with haste ends the patience of the rest', () => {
  const { add, pass, queued } = queue();
  add(2);
  pass();
  add(1, false);
  pass();
  assert.equal(queued(), [3]);
});

test('a full batch waits for nobody', () => {
  const { add, queued, timers } = queue();
  add(45);
  assert.equal(queued(), [20, 20]);
  assert.is(timers(), 1, 'only that of the third');
});

test.run();
