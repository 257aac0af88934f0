import { Subject, asyncScheduler } from 'rxjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Lanes } from '../../src/flow/lanes.js';
import { PendingWrite } from '../../src/flow/pending-write.js';
import type { Answered, Planned } from '../../src/flow/stages.js';
import type { ChangeResult } from '../../src/model/change.js';
import { encodeEntityKey } from '../../src/model/entity.js';
import { write } from '../../src/operators/write.js';
import { present, turn } from '../flow/flights.js';
import { marbles, virtualPromise } from './marbles.js';

const test = suite('operators/write');

const UPDATED: ChangeResult = { status: 'updated' };
const REFUSED: ChangeResult = {
  status: 'refused',
  statusCode: 422,
  code: 'invalid',
  message: 'no',
};
const DEFERRED: ChangeResult = { status: 'deferred', message: 'no such relation' };

/** A write of an entity, with its place in the lane taken. */
function pending(lanes: Lanes, identifier: string, content = 'x'): PendingWrite {
  const key = { blueprint: 'b', identifier };
  const one = new PendingWrite(
    { op: 'upsert', ...key, json: content },
    encodeEntityKey(key),
    false,
  );
  lanes.enter(one.entity, content, (before) => one.reachHead(before));
  return one;
}

function planned(name: string, writes: readonly PendingWrite[], durable?: Promise<void>): Planned {
  const plan = { after: [], intent: [], writes: [], shares: [] };
  return { flight: present(name, 1), before: undefined, plan, writes, ...(durable && { durable }) };
}

/** The operator at work, answered by hand. */
function running() {
  const lanes = new Lanes();
  const source = new Subject<readonly Planned[]>();
  const sent: string[] = [];
  const answers: ((result: ChangeResult) => void)[] = [];
  const out: Answered[] = [];
  const ends: unknown[] = [];
  const subscription = source
    .pipe(
      write({
        submit: ({ change }, done) => {
          sent.push(
            change.op === 'upsert' ? `${change.identifier}=${change.json}` : change.identifier,
          );
          answers.push(done);
        },
        entityLanes: lanes,
      }),
    )
    .subscribe({
      next: (answered) => out.push(answered),
      error: (error) => ends.push(error),
      complete: () => ends.push('complete'),
    });
  return { lanes, source, sent, answers, out, ends, subscription };
}

test('sends nothing before the intent is durable, then all writes, and emits when all are answered', () => {
  marbles((helpers) => {
    const lanes = new Lanes();
    const at: string[] = [];
    const flight = planned(
      'a',
      [pending(lanes, 'e'), pending(lanes, 'f')],
      virtualPromise<void>(helpers, '---v'),
    );
    const submit = (one: PendingWrite, done: (result: ChangeResult) => void): void => {
      const { identifier } = one.change;
      at.push(`${identifier} at ${asyncScheduler.now()}`);
      helpers
        .cold(identifier === 'e' ? '-----v' : '--v')
        .subscribe(() => done({ status: identifier === 'e' ? 'created' : 'updated' }));
    };
    const source = helpers.cold('-p|', { p: [flight] });
    const expected = '---------(a|)';
    helpers.expectObservable(source.pipe(write({ submit, entityLanes: lanes }))).toBe(expected, {
      a: { planned: flight, results: [{ status: 'created' }, { status: 'updated' }] },
    });
    helpers.flush();
    assert.equal(at, ['e at 4', 'f at 4']);
    assert.is(lanes.size, 0);
  });
});

test('an intent that never becomes durable sends nothing, and holds back nobody else', async () => {
  const { lanes, source, sent, answers, out, ends } = running();
  const stuck = planned('a', [pending(lanes, 'e')], new Promise(() => undefined));
  const other = planned('b', [pending(lanes, 'f')], Promise.resolve());
  source.next([stuck, other]);
  source.complete();
  await turn();
  assert.equal(sent, ['f=x']);
  answers[0]!(UPDATED);
  assert.equal(out, [{ planned: other, results: [UPDATED] }]);
  assert.equal(ends, [], 'does not end while a flight waits');
});

test('an intent that cannot be made durable errors the stream and sends nothing', async () => {
  const { lanes, source, sent, ends } = running();
  source.next([planned('a', [pending(lanes, 'e')], Promise.reject(new Error('disk full')))]);
  await turn();
  assert.is((ends[0] as Error).message, 'disk full');
  assert.equal(sent, []);
  assert.not(source.observed);
});

test('once the stream has ended nothing is sent any more', async () => {
  const { lanes, source, sent, answers, subscription } = running();
  let durable: () => void = () => undefined;
  const intent = new Promise<void>((resolve) => (durable = resolve));
  source.next([
    planned('a', [pending(lanes, 'e', '1')], Promise.resolve()),
    planned('b', [pending(lanes, 'e', '2')], Promise.resolve()),
    planned('c', [pending(lanes, 'f', '3')], intent),
  ]);
  await turn();
  assert.equal(sent, ['e=1']);
  subscription.unsubscribe();
  durable();
  answers[0]!(UPDATED);
  await turn();
  assert.equal(sent, ['e=1']);
});

test('a flight without writes goes on at once, with an intent of its own once that is durable', async () => {
  const { source, out, ends } = running();
  const plain = planned('a', []);
  const intending = planned('b', [], Promise.resolve());
  source.next([intending, plain]);
  assert.equal(out, [{ planned: plain, results: [] }]);
  await turn();
  assert.equal(out[1], { planned: intending, results: [] });
  source.next([planned('c', [], Promise.reject(new Error('disk full')))]);
  await turn();
  assert.is((ends[0] as Error).message, 'disk full');
});

test('writes of one entity go one at a time in the order of their places', async () => {
  const { lanes, source, sent, answers, out, ends } = running();
  const [first, second, third] = ['1', '2', '3'].map((content) =>
    planned(content, [pending(lanes, 'e', content)], Promise.resolve()),
  );
  // Whatever order their flights come in: the place in the lane counts.
  source.next([third!, first!, second!]);
  source.complete();
  await turn();
  assert.equal(sent, ['e=1']);
  answers[0]!(REFUSED);
  assert.equal(sent, ['e=1', 'e=2']);
  answers[1]!(UPDATED);
  answers[2]!(UPDATED);
  assert.equal(sent, ['e=1', 'e=2', 'e=3']);
  assert.equal(
    out.map(({ planned: { flight } }) => flight.id),
    [first, second, third].map((one) => one!.flight.id),
  );
  assert.equal(ends, ['complete']);
  assert.is(lanes.size, 0);
});

test('the head of a lane that is not durable yet holds back the next, however ready that is', async () => {
  const { lanes, source, sent, answers } = running();
  let durable: () => void = () => undefined;
  const intent = new Promise<void>((resolve) => (durable = resolve));
  const first = planned('a', [pending(lanes, 'e', '1')], intent);
  const second = planned('b', [pending(lanes, 'e', '2')], Promise.resolve());
  source.next([second, first]);
  await turn();
  assert.equal(sent, []);
  durable();
  await turn();
  assert.equal(sent, ['e=1']);
  answers[0]!(UPDATED);
  assert.equal(sent, ['e=1', 'e=2']);
});

test('a content that was just written is not written again', async () => {
  const { lanes, source, sent, answers, out } = running();
  const flights = ['a', 'b', 'c'].map((name) =>
    planned(name, [pending(lanes, 'e')], Promise.resolve()),
  );
  source.next(flights);
  await turn();
  answers[0]!(UPDATED);
  assert.equal(sent, ['e=x']);
  assert.equal(
    out.map(({ results }) => results),
    [[UPDATED], [{ status: 'repeated' }], [{ status: 'repeated' }]],
  );
});

for (const bad of [REFUSED, DEFERRED]) {
  test(`a content that was ${bad.status} is tried again by the next`, async () => {
    const { lanes, source, sent, answers, out } = running();
    const flights = ['a', 'b'].map((name) =>
      planned(name, [pending(lanes, 'e')], Promise.resolve()),
    );
    source.next(flights);
    await turn();
    answers[0]!(bad);
    assert.equal(sent, ['e=x', 'e=x']);
    answers[1]!(UPDATED);
    assert.equal(
      out.map(({ results }) => results),
      [[bad], [UPDATED]],
    );
  });
}

test('results answer the writes at their place, in whatever order they come', async () => {
  const { lanes, source, answers, out } = running();
  const flight = planned(
    'a',
    ['e', 'f', 'g'].map((name) => pending(lanes, name)),
    Promise.resolve(),
  );
  source.next([flight]);
  await turn();
  answers[2]!({ status: 'deleted' });
  answers[0]!(REFUSED);
  assert.equal(out, []);
  answers[1]!(UPDATED);
  assert.equal(out, [{ planned: flight, results: [REFUSED, UPDATED, { status: 'deleted' }] }]);
});

test('a sink that throws errors the stream', async () => {
  const lanes = new Lanes();
  const source = new Subject<readonly Planned[]>();
  const errors: unknown[] = [];
  const submit = (): never => {
    throw new Error('sink is closed');
  };
  source
    .pipe(write({ submit, entityLanes: lanes }))
    .subscribe({ error: (error) => errors.push(error) });
  source.next([planned('a', [pending(lanes, 'e')], Promise.resolve())]);
  await turn();
  assert.is((errors[0] as Error).message, 'sink is closed');
});

test('an error of the source passes on, completion comes with nothing open', () => {
  const { source, ends } = running();
  source.complete();
  assert.equal(ends, ['complete']);
  const other = running();
  other.source.error(new Error('upstream'));
  assert.is((other.ends[0] as Error).message, 'upstream');
});

test.run();
