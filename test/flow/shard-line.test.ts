import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ShardLine } from '../../src/flow/shard-line.js';

const test = suite('flow/shard-line');

test('the checkpoint never passes a record that has not settled, and reaches the end when all have', () => {
  const order = fc.integer({ min: 1, max: 60 }).chain((count) => {
    const all = Array.from({ length: count }, (_, at) => at);
    return fc.shuffledSubarray(all, { minLength: count, maxLength: count });
  });
  fc.assert(
    fc.property(order, fc.nat(60), (settling, lateFrom) => {
      const line = new ShardLine();
      const enter = (at: number) => line.enter(String(at), 1, at);
      const early = Math.min(lateFrom, settling.length);
      const receipts = Array.from({ length: early }, (_, at) => enter(at));
      const settled = new Set<number>();
      // Some settle before the last have entered.
      for (const at of settling.filter((one) => one < early)) {
        receipts[at]!.settle();
        settled.add(at);
        check(line, settled);
      }
      for (let at = early; at < settling.length; at += 1) receipts.push(enter(at));
      for (const at of settling.filter((one) => one >= early)) {
        receipts[at]!.settle();
        settled.add(at);
        check(line, settled);
      }
      assert.is(line.checkpoint, String(settling.length - 1));
      assert.equal([line.unsettled, line.gap, line.bytes], [0, 0, 0]);
    }),
  );
});

function check(line: ShardLine, settled: ReadonlySet<number>): void {
  const passed = line.checkpoint === undefined ? -1 : Number(line.checkpoint);
  for (let at = 0; at <= passed; at += 1) assert.ok(settled.has(at), `${at} has not settled`);
  assert.not(settled.has(passed + 1), 'it goes as far as it can');
}

test('whatever enters, settles and closes in whatever order, it counts as a plain list would', async () => {
  const step = fc.record({ what: fc.constantFrom('enter', 'settle', 'again'), pick: fc.nat(40) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 80 }),
      fc.integer({ min: 1, max: 6 }),
      async (steps, limit) => {
        const line = new ShardLine();
        const all: { readonly receipt: { settle(): void }; settled: boolean }[] = [];
        let isOpen = false;
        let whole = false;
        void line.whenFinished().then(() => (whole = true));
        const wait = (): void => {
          isOpen = false;
          void line.below(limit).then(() => (isOpen = true));
        };
        const settle = (pick: number, settled: boolean): void => {
          const left = all.filter((one) => one.settled === settled);
          const one = left[pick % Math.max(1, left.length)];
          one?.receipt.settle();
          if (one !== undefined) one.settled = true;
        };
        const agrees = async (): Promise<void> => {
          const first = all.findIndex(({ settled }) => !settled);
          const passed = first === -1 ? all.length : first;
          const unsettled = all.filter(({ settled }) => !settled).length;
          assert.is(line.checkpoint, passed === 0 ? undefined : String(passed));
          assert.equal(
            [line.gap, line.unsettled, line.bytes],
            [all.length - passed, unsettled, unsettled * 7],
          );
          assert.is(line.oldestArrivedAt, first === -1 ? undefined : first + 1);
          await Promise.resolve();
          if (line.gap < limit) assert.ok(isOpen, 'the gate stayed shut');
          assert.not(whole, 'not closed yet');
        };
        wait();
        for (const { what, pick } of steps) {
          if (what === 'enter') {
            const place = all.length + 1;
            all.push({ receipt: line.enter(String(place), 7, place), settled: false });
            wait();
          } else settle(pick, what === 'again');
          await agrees();
        }
        line.close();
        while (all.some(({ settled }) => !settled)) {
          assert.not(line.finished, 'finished before all has settled');
          settle(0, false);
        }
        await line.whenFinished();
        assert.ok(line.finished);
        assert.is(line.checkpoint, all.length === 0 ? undefined : String(all.length));
      },
    ),
  );
});

test('tells the gap, its bytes and the age of its oldest record', () => {
  const line = new ShardLine();
  const [a, b, c] = [line.enter('1', 10, 100), line.enter('2', 20, 200), line.enter('3', 30, 300)];
  b.settle();
  assert.equal([line.gap, line.unsettled, line.bytes, line.oldestArrivedAt], [3, 2, 40, 100]);
  a.settle();
  assert.equal([line.gap, line.unsettled, line.oldestArrivedAt], [1, 1, 300]);
  assert.is(line.checkpoint, '2');
  c.settle();
  assert.is(line.oldestArrivedAt, undefined);
});

test('settled twice is settled once', () => {
  const line = new ShardLine();
  const receipt = line.enter('1', 10, 100);
  line.enter('2', 10, 100);
  receipt.settle();
  receipt.settle();
  assert.equal([line.unsettled, line.bytes], [1, 10]);
});

test('whoever waits for the gap goes on when it is small enough', async () => {
  const line = new ShardLine();
  const receipts = [1, 2, 3].map((at) => line.enter(String(at), 1, 0));
  let open = false;
  const waiting = line.below(2).then(() => (open = true));
  receipts[1]!.settle();
  await Promise.resolve();
  assert.not(open, 'the gap is counted from the first that has not settled');
  receipts[0]!.settle();
  await waiting;
  await line.below(2);
});

test('a shard is finished when it was closed and all has settled', async () => {
  const line = new ShardLine();
  const receipt = line.enter('1', 1, 0);
  const finished = line.whenFinished();
  line.close();
  assert.not(line.finished);
  receipt.settle();
  await finished;
  const empty = new ShardLine();
  empty.close();
  await empty.whenFinished();
  assert.is(empty.checkpoint, undefined);
});

test('a million records cost no more memory than their gap', () => {
  const line = new ShardLine();
  let last = line.enter('first', 1, 0);
  for (let at = 0; at < 1_000_000; at += 1) {
    const next = line.enter(String(at), 1, 0);
    last.settle();
    last = next;
  }
  assert.equal([line.gap, line.unsettled], [1, 1]);
});

test.run();
