import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { abortable } from '../../src/port/abortable.js';
import { systemClock } from '../../src/port/clock.js';

const test = suite('port/clock');
const reason = new Error('stop');

async function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('sleeps, and wakes with the reason of an abort, before or amid', async () => {
  const before = systemClock.now();
  await systemClock.sleep(2, new AbortController().signal);
  assert.ok(systemClock.now() > before);
  assert.is(await caught(systemClock.sleep(60_000, AbortSignal.abort(reason))), reason);
  const controller = new AbortController();
  const sleeping = caught(systemClock.sleep(60_000, controller.signal));
  controller.abort(reason);
  assert.is(await sleeping, reason);
});

test('abortable gives the value, the failure, or the reason of the abort', async () => {
  const { signal } = new AbortController();
  assert.is(await abortable(Promise.resolve(1), signal), 1);
  assert.is(await abortable(Promise.resolve(1)), 1);
  const failure = new Error('no');
  assert.is(await caught(abortable(Promise.reject(failure), signal)), failure);
  const never = new Promise(() => undefined);
  assert.is(await caught(abortable(never, AbortSignal.abort(reason))), reason);
  const controller = new AbortController();
  const waiting = caught(abortable(never, controller.signal));
  controller.abort(reason);
  assert.is(await waiting, reason);
});

test.run();
