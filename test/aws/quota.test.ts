import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Quotas, type QuotaKey } from '../../src/aws/quota.js';

const test = suite('aws/quota');

const key = (accountId: string, api: QuotaKey['api'] = 'list'): QuotaKey => ({
  accountId,
  region: 'us-east-1',
  api,
});
const nextTurns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 1));
};

test('spaces the starts of calls, and refuses who waits when it is closed', async () => {
  const quotas = new Quotas({ listPerSecond: 0.001 });
  const given: (() => void)[] = [];
  const refused: string[] = [];
  for (let i = 0; i < 3; i++) {
    void quotas.acquire(key('1')).then(
      (release) => given.push(release),
      (error: Error) => refused.push(error.name),
    );
  }
  await nextTurns();
  assert.is(given.length, 1, 'the second call would wait for a quarter of an hour');
  given[0]?.();
  await quotas.close();
  assert.equal(refused, ['AbortError', 'AbortError']);
});

test('bounds the calls in flight', async () => {
  const quotas = new Quotas({ listPerSecond: 5 });
  const given: (() => void)[] = [];
  const all = Array.from({ length: 6 }, () =>
    quotas.acquire(key('1')).then((release) => given.push(release)),
  );
  // At 5 a second four may be in flight: however long one waits, the fifth comes when one has come back.
  await Promise.all(all.slice(0, 4));
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.is(given.length, 4);
  given.shift()?.();
  await all[4];
  given.forEach((release) => release());
  await all[5];
  given.forEach((release) => release());
  await quotas.close();
});

test('what was learned goes on in the next process; what was not asked since is kept', async () => {
  let now = 0;
  const first = new Quotas({ now: () => now });
  first.throttled(key('1'));
  for (now = 1_000; now < 1_020; now += 1) first.clean(key('1'));
  first.clean(key('2'));
  const learned = first.learned();
  assert.equal(learned, [['1|us-east-1|list', first.perSecond(key('1'))]]);
  await first.close();
  const second = new Quotas({ known: learned });
  assert.is(second.perSecond(key('1')), learned[0]![1]);
  assert.is(second.perSecond(key('2')), 10);
  const third = new Quotas({ known: second.learned() });
  assert.is(third.perSecond(key('1')), learned[0]![1]);
  await Promise.all([second.close(), third.close()]);
});

test('one throttled account slows no other, and listings slow no reads', async () => {
  let now = 0;
  const quotas = new Quotas({ now: () => now });
  for (; now < 20_000; now += 600) quotas.throttled(key('1'));
  assert.is(quotas.perSecond(key('1')), 0.2);
  assert.is(quotas.perSecond(key('1', 'read')), 10);
  assert.is(quotas.perSecond(key('2')), 10);
  (await quotas.acquire(key('1')))();
  // The first account's next slot is five seconds away.
  const slow = new AbortController();
  const waiting = quotas.acquire(key('1'), 'resync', slow.signal);
  waiting.catch(() => undefined);
  for (let i = 0; i < 3; i++) (await quotas.acquire(key('2')))();
  slow.abort(new Error('enough'));
  await waiting.then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'enough'),
  );
  await quotas.close();
});

test('live goes first and never takes everything', async () => {
  const quotas = new Quotas({ readPerSecond: 1000 });
  const order: string[] = [];
  const wait = (priority: 'live' | 'resync'): Promise<void> =>
    quotas.acquire(key('1', 'read'), priority).then((release) => {
      order.push(priority);
      release();
    });
  const all = [
    ...Array.from({ length: 3 }, () => wait('resync')),
    ...Array.from({ length: 12 }, () => wait('live')),
  ];
  await Promise.all(all);
  assert.is(order.length, 15);
  assert.is(order[0], 'live', 'the order is decided when the slot comes');
  const firstResync = order.indexOf('resync');
  assert.ok(
    firstResync > 0 && firstResync <= 4,
    `resync waits for four live calls at most: ${order.join(' ')}`,
  );
  assert.is(order.slice(0, 10).filter((one) => one === 'resync').length, 2);
  await quotas.close();
});

test('a waiter that is aborted gives its place to the next', async () => {
  const quotas = new Quotas({ listPerSecond: 100 });
  const held = await Promise.all(Array.from({ length: 3 }, () => quotas.acquire(key('1'))));
  const abort = new AbortController();
  const gone = quotas.acquire(key('1'), 'resync', abort.signal);
  const next = quotas.acquire(key('1'));
  abort.abort(new Error('stopped'));
  await gone.then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'stopped'),
  );
  held.forEach((release) => release());
  (await next)();
  const late = quotas.acquire(key('1'), 'live', abort.signal);
  await late.then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'stopped'),
  );
  await quotas.close();
});

test('keeps a bounded number of idle limiters, and what they learned', async () => {
  let now = 0;
  const quotas = new Quotas({ maxIdle: 3, now: () => now });
  const held = await quotas.acquire(key('busy'));
  for (let i = 0; i < 20; i++) {
    (await quotas.acquire(key(`a${i}`)))();
    now += 1000;
    quotas.throttled(key(`a${i}`));
    await nextTurns();
  }
  assert.ok(quotas.alive <= 3, `${quotas.alive} alive`);
  assert.is(quotas.perSecond(key('a0')), 6);
  held();
  await quotas.close();
  assert.is(quotas.alive, 0);
});

test.run();
