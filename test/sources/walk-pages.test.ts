import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { firstValueFrom, take, toArray } from 'rxjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromWalk } from '../../src/sources/from-walk.js';
import { walkPages } from '../../src/sources/paginate.js';

const walking = suite('walkPages');

const loop = (): Error => new Error('circle');

/** Pages `0` to `count - 1`, each with a token to the next. */
const pages =
  (count: number, asked: (string | undefined)[] = []) =>
  async (token: string | undefined) => {
    asked.push(token);
    const at = Number(token ?? 0);
    return { value: at, nextToken: at + 1 < count ? String(at + 1) : undefined };
  };

walking('hands every page over, in order, and asks for none twice', async () => {
  const taken: number[] = [];
  const asked: (string | undefined)[] = [];
  await walkPages(pages(5, asked), loop, (page) => void taken.push(page));
  assert.equal(taken, [0, 1, 2, 3, 4]);
  assert.equal(asked, [undefined, '1', '2', '3', '4']);
});

walking('takes an empty token for the end', async () => {
  const taken: string[] = [];
  await walkPages(
    async () => ({ value: 'only', nextToken: '' }),
    loop,
    (page) => void taken.push(page),
  );
  assert.equal(taken, ['only']);
});

walking('asks for the next page once the last is dealt with', async () => {
  const events: string[] = [];
  const fetchPage = async (token: string | undefined) => {
    events.push(`fetch ${token ?? 'first'}`);
    return pages(2)(token);
  };
  await walkPages(fetchPage, loop, async (page) => {
    await new Promise((resolve) => setImmediate(resolve));
    events.push(`done ${page}`);
  });
  assert.equal(events, ['fetch first', 'done 0', 'fetch 1', 'done 1']);
});

for (const length of [1, 2, 3, 7]) {
  walking(`ends where its tokens run in a circle of ${length}`, async () => {
    let fetched = 0;
    const fetchPage = async () => {
      fetched += 1;
      if (fetched > 1000) throw new Error('it would never have ended');
      return { value: fetched, nextToken: `t${fetched % length}` };
    };
    try {
      await walkPages(fetchPage, loop, () => undefined);
      assert.unreachable('it ended as if it were whole');
    } catch (error) {
      assert.is((error as Error).message, 'circle');
    }
  });
}

walking('holds no page while it waits for the next', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let waits: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => (waits = resolve));
  let page: WeakRef<object> | undefined;
  const fetchPage = async (token: string | undefined) => {
    if (token === undefined) {
      const value = { large: 'x'.repeat(10) };
      page = new WeakRef(value);
      return { value, nextToken: 'more' };
    }
    waits();
    return new Promise<never>(() => undefined);
  };
  const subscription = fromWalk<object>((emit) => walkPages(fetchPage, loop, emit)).subscribe();
  await waiting;
  await new Promise((resolve) => setTimeout(resolve, 10));
  collect();
  assert.is(page?.deref(), undefined);
  subscription.unsubscribe();
});

walking('tells an error, and none after it was unsubscribed', async () => {
  const failing = fromWalk<number>(async (emit) => {
    emit(1);
    throw new Error('denied');
  });
  const seen: unknown[] = [];
  await new Promise<void>((resolve) => {
    failing.subscribe({
      next: (value) => seen.push(value),
      error: (error: Error) => {
        seen.push(error.message);
        resolve();
      },
    });
  });
  assert.equal(seen, [1, 'denied']);

  let signal: AbortSignal | undefined;
  const endless = fromWalk<number>(async (emit, aborted) => {
    signal = aborted;
    emit(1);
    emit(2);
    await new Promise((_, reject) =>
      aborted.addEventListener('abort', () => reject(aborted.reason as Error)),
    );
  });
  assert.equal(await firstValueFrom(endless.pipe(take(2), toArray())), [1, 2]);
  assert.ok(signal?.aborted);
});

walking.run();
