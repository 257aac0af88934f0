import { Subject } from 'rxjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Flight } from '../../src/flow/flight.js';
import type { Mapped } from '../../src/flow/stages.js';
import type { MappingOutcome } from '../../src/model/mapping-result.js';
import { transform } from '../../src/operators/transform.js';
import { absent, entity, mapped, present, turn } from '../flow/flights.js';

const test = suite('operators/transform');

type Map = Parameters<typeof transform>[0];

/** A running transform: feed it through `source`, look at what came out. */
function running(map: Map) {
  const source = new Subject<readonly Flight[]>();
  const out: (readonly Mapped[])[] = [];
  const ends: unknown[] = [];
  const subscription = source.pipe(transform(map)).subscribe({
    next: (batch) => out.push(batch),
    error: (error) => ends.push(error),
    complete: () => ends.push('complete'),
  });
  return { source, out, ends, subscription };
}

const echo = (bodies: readonly string[]): MappingOutcome[] =>
  bodies.map((body) => mapped([entity(body)]));

test('gives each flight the outcome of its own body, and the program by the first with a body', async () => {
  const calls: unknown[] = [];
  const { source, out } = running(async (first, bodies) => {
    calls.push([first.id, bodies]);
    return echo(bodies);
  });
  const [gone, a, b] = [
    absent('g', 1),
    present('a', 1, { body: 'A' }),
    present('b', 1, { body: 'B' }),
  ];
  source.next([gone, a, b]);
  await turn();
  assert.equal(calls, [[a.id, ['A', 'B']]]);
  assert.equal(out, [
    [
      { flight: gone },
      { flight: a, result: mapped([entity('A')]) },
      { flight: b, result: mapped([entity('B')]) },
    ],
  ]);
});

test('asks JQ nothing where no flight has a body to map', async () => {
  const { source, out } = running(() => Promise.reject(new Error('must not be asked')));
  const flights = [absent('a', 1), present('b', 1, { directive: 'purge-leaving' })];
  source.next(flights);
  await turn();
  assert.equal(out, [flights.map((flight) => ({ flight }))]);
});

test('a resource that JQ could not evaluate is handed on with its failure, the others with their results', async () => {
  const failure: MappingOutcome = { ok: false, code: 'timeout', message: 'took too long' };
  const { source, out } = running(async () => [failure, mapped([])]);
  const [a, b] = [present('a', 1), present('b', 1)];
  source.next([a, b]);
  await turn();
  assert.equal(out, [
    [
      { flight: a, result: failure },
      { flight: b, result: mapped([]) },
    ],
  ]);
});

test('batches run side by side and may overtake each other', async () => {
  const answers: ((outcomes: MappingOutcome[]) => void)[] = [];
  const { source, out, ends } = running(() => new Promise((resolve) => answers.push(resolve)));
  source.next([present('a', 1)]);
  source.next([present('b', 1)]);
  source.complete();
  assert.is(answers.length, 2);
  answers[1]!([mapped([])]);
  await turn();
  assert.equal(
    out.map((batch) => batch[0]?.flight.id),
    [present('b', 1).id],
  );
  assert.equal(ends, [], 'does not end while a batch is under way');
  answers[0]!([mapped([])]);
  await turn();
  assert.is(out.length, 2);
  assert.equal(ends, ['complete']);
});

test('an engine that fails as a whole errors the stream', async () => {
  const { source, ends } = running(() => Promise.reject(new Error('no worker starts')));
  source.next([present('a', 1)]);
  await turn();
  assert.is((ends[0] as Error).message, 'no worker starts');
  assert.not(source.observed);
});

test('an engine that throws at once does too', async () => {
  const { source, ends } = running(() => {
    throw new Error('closed');
  });
  source.next([present('a', 1)]);
  await turn();
  assert.is((ends[0] as Error).message, 'closed');
});

test('emits nothing after unsubscription', async () => {
  let answer: (outcomes: MappingOutcome[]) => void = () => undefined;
  const { source, out, ends, subscription } = running(
    () => new Promise((resolve) => (answer = resolve)),
  );
  source.next([present('a', 1)]);
  subscription.unsubscribe();
  answer([mapped([])]);
  await turn();
  assert.equal(out, []);
  assert.equal(ends, []);
  assert.not(source.observed);
});

test.run();
