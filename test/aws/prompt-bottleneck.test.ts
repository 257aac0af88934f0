import Bottleneck from 'bottleneck';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { promptBottleneck } from '../../src/aws/prompt-bottleneck.js';

const test = suite('aws/prompt-bottleneck');

/** Timers that one job sets. */
async function timersOf(bottleneck: Bottleneck): Promise<number> {
  const original = globalThis.setTimeout;
  let timers = 0;
  const counting = (...args: Parameters<typeof setTimeout>): ReturnType<typeof setTimeout> => {
    timers += 1;
    return original(...args);
  };
  globalThis.setTimeout = counting as typeof setTimeout;
  try {
    await bottleneck.schedule(() => Promise.resolve());
  } finally {
    globalThis.setTimeout = original;
  }
  await bottleneck.disconnect(false);
  return timers;
}

test('a job sets the one timer that starts it, where a plain Bottleneck sets several', async () => {
  const options = { minTime: 1, maxConcurrent: 2 };
  assert.is(await timersOf(promptBottleneck(options)), 1);
  assert.ok(
    (await timersOf(new Bottleneck(options))) > 1,
    'if this fails, the work-around is no longer needed',
  );
});

test.run();
