import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Change, ChangeResult } from '../../src/model/change.js';
import type { Answer, Json, Received } from './fake-port.js';
import { remove, upsert, withSink } from './harness.js';

const test = suite('port/entity-sink (property)');

/** How the fake Port treats one write. */
const VERDICTS = [
  'take',
  'take',
  'take',
  'refuse',
  'defer',
  'fail',
  'forget',
  'request-422',
  'request-404',
  'request-413',
  'request-500',
  'request-429',
  'cut-before',
  'cut-middle',
  'no-json',
  'no-lists',
  'no-bulk',
] as const;
type Verdict = (typeof VERDICTS)[number];

const change = fc.record({
  op: fc.constantFrom('upsert', 'upsert', 'delete', 'search'),
  // Few names, so that changes of one entity meet; some that Port would never take.
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'not ok', '..', ''),
  blueprint: fc.constantFrom('vm', 'vm', 'acc', 'ghost'),
});
type Drawn = typeof change extends fc.Arbitrary<infer T> ? T : never;

function asChange({ op, name, blueprint }: Drawn, at: number): Change {
  if (op === 'delete') return remove(name, blueprint);
  if (op === 'upsert') return upsert(name, { at }, blueprint);
  const search = {
    combinator: 'and',
    rules: [{ property: '$identifier', operator: '=', value: name }],
  };
  return { op: 'upsert', blueprint, identifier: '', json: `{"properties":{"at":${at}}}`, search };
}

function answerFor(request: Received, verdict: Verdict): Answer | undefined {
  const bulk = request.path.endsWith('/entities/bulk');
  const error = (status: number) => ({
    status,
    body: { ok: false, error: 'e', message: 'an entity or a blueprint was not found' },
  });
  switch (verdict) {
    case 'request-422':
      return error(422);
    case 'request-404':
      return error(404);
    case 'request-413':
      return error(413);
    case 'request-500':
      return error(500);
    case 'request-429':
      return { status: 429, headers: { 'retry-after': '1' } };
    case 'cut-before':
      return { status: 200, cut: 'before' };
    case 'cut-middle':
      return { status: 200, body: { ok: true, entities: [], padding: 'xxxxxxxx' }, cut: 'middle' };
    case 'no-json':
      return { status: 200, raw: 'hello' };
    case 'no-lists':
      return { status: 200, body: { ok: true } };
    case 'no-bulk':
      return bulk ? undefined : { status: 405 };
    default:
      return bulk && verdict !== 'take' ? partial(request, verdict) : undefined;
  }
}

/** Spoils every second entity. */
function partial(request: Received, verdict: Verdict): Answer {
  const entities: Json[] = [];
  const errors: Json[] = [];
  (request.body.entities as Json[]).forEach(({ identifier }, index) => {
    if (index % 2 === 1) entities.push({ identifier, index, created: true });
    else if (verdict === 'refuse')
      errors.push({ identifier, index, statusCode: 422, message: 'm' });
    else if (verdict === 'defer')
      errors.push({ identifier, index, statusCode: 404, error: 'not_found' });
    else if (verdict === 'fail') errors.push({ identifier, index, statusCode: 503 });
  });
  return { status: 207, body: { ok: false, entities, errors } };
}

test('answers every change exactly once, whatever Port answers; order kept within an entity', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 80 }),
      fc.array(fc.constantFrom(...VERDICTS), { maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      async (drawn, verdicts, maxInFlight) => {
        await withSink(
          async ({ port, sink }) => {
            // Once the verdicts run out Port behaves, so that every run ends.
            const script = [...verdicts];
            port.script = (request) => {
              if (request.path === '/auth/access_token') return undefined;
              const verdict = script.shift();
              return verdict === undefined ? undefined : answerFor(request, verdict);
            };
            const answers = drawn.map((): ChangeResult[] => []);
            const finished: number[] = [];
            await Promise.all(
              drawn.map(
                (one, at) =>
                  new Promise<void>((resolve) => {
                    sink.submit(asChange(one, at), (result) => {
                      answers[at]?.push(result);
                      finished.push(at);
                      resolve();
                    });
                  }),
              ),
            );
            await new Promise((resolve) => setImmediate(resolve));
            assert.ok(answers.every((list) => list.length === 1));
            keepsOrder(drawn, finished, answers);
          },
          { maxInFlight, blueprints: ['vm', 'acc'] },
        );
      },
    ),
    { numRuns: 120 },
  ));

/** Changes that were sent (not refused at the door) and name one entity finish in the order they came. */
function keepsOrder(
  drawn: readonly Drawn[],
  finished: readonly number[],
  answers: ChangeResult[][],
) {
  const last = new Map<string, number>();
  for (const at of finished) {
    const one = drawn[at];
    const [result] = answers[at] ?? [];
    const atTheDoor = result?.status === 'refused' && result.code.startsWith('port.');
    if (one === undefined || one.op === 'search' || atTheDoor) continue;
    const key = `${one.blueprint} ${one.name}`;
    assert.ok((last.get(key) ?? -1) < at, `${key}: ${finished.join(',')}`);
    last.set(key, at);
  }
}

test.run();
