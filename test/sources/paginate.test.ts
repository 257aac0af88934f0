import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { paginate, walkPages } from '../../src/sources/paginate.js';

const test = suite('sources/paginate');

const loop = new Error('loop');

/** Follows `next`: a map from a token (`''`: the first page) to the token after it. */
async function follow(
  next: (token: string) => string | undefined,
  limit = 10_000,
): Promise<string[]> {
  const seen: string[] = [];
  const fetchPage = (token: string | undefined) => {
    if (seen.length > limit) throw new Error('it does not end');
    const at = token ?? '';
    return Promise.resolve({ value: at, nextToken: next(at) });
  };
  for await (const page of paginate(fetchPage, () => loop)) seen.push(page);
  return seen;
}

test('a walk hands on each page before it asks for the next', async () => {
  const steps: string[] = [];
  const fetchPage = (token: string | undefined) => {
    steps.push(`fetch ${token ?? ''}`);
    return Promise.resolve({
      value: token ?? '',
      nextToken: token === 'b' ? undefined : token === 'a' ? 'b' : 'a',
    });
  };
  await walkPages(
    fetchPage,
    () => loop,
    async (page) => {
      await Promise.resolve();
      steps.push(`take ${page}`);
    },
  );
  assert.equal(steps, ['fetch ', 'take ', 'fetch a', 'take a', 'fetch b', 'take b']);
});

test('follows the tokens to the end, over pages that hold nothing', async () => {
  assert.equal(await follow((token) => ({ '': 'a', a: 'b', b: '' })[token]), ['', 'a', 'b']);
  assert.equal(await follow(() => undefined), ['']);
});

test('a token that comes again at once is an error, and its page is not emitted', async () => {
  const seen: string[] = [];
  try {
    for await (const page of paginate(
      () => Promise.resolve({ value: 'x', nextToken: 'same' }),
      () => loop,
    ))
      seen.push(page);
    assert.unreachable();
  } catch (error) {
    assert.is(error, loop);
  }
  assert.equal(seen, ['x']);
});

test('any circle is found, and no line is taken for one', async () => {
  const shape = fc.record({
    tail: fc.integer({ min: 0, max: 60 }),
    circle: fc.integer({ min: 1, max: 60 }),
  });
  await fc.assert(
    fc.asyncProperty(shape, async ({ tail, circle }) => {
      const next = (token: string): string => {
        const at = token === '' ? 0 : Number(token);
        return String(at >= tail + circle ? tail + 1 : at + 1);
      };
      const found = await follow((token) => next(token), 4 * (tail + circle) + 10).catch(
        (error: unknown) => error,
      );
      return found === loop;
    }),
    { numRuns: 200 },
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 300 }), async (length) => {
      const pages = await follow((token) => {
        const at = token === '' ? 0 : Number(token);
        return at + 1 < length ? String(at + 1) : undefined;
      });
      return pages.length === length;
    }),
    { numRuns: 50 },
  );
});

test.run();
