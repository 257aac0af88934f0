import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EnvironmentError } from '../../src/errors/environment-error.js';
import { lockDir } from '../../src/state/dir-lock.js';
import { withTempDir } from './temp-dir.js';

const test = suite('directory lock');

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return (error as EnvironmentError).code;
  }
}

test('is held once, released, and taken again any number of times', async () => {
  await withTempDir(async (dir) => {
    for (let round = 0; round < 12; round++) {
      const lock = await lockDir(dir);
      assert.is(await codeOf(lockDir(dir)), 'state.locked');
      await lock.release();
    }
    assert.is((await readdir(dir)).length, 1, 'one old claim is all that is left');
  });
});

test('goes to exactly one of many who want it at once', async () => {
  await withTempDir(async (dir) => {
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.allSettled(Array.from({ length: 12 }, () => lockDir(dir)));
      const held = answers.filter((answer) => answer.status === 'fulfilled');
      assert.is(held.length, 1);
      await held[0]?.value.release();
    }
  });
});

test('takes over from a claim whose holder is gone, or that was cut', async () => {
  await withTempDir(async (dir) => {
    await writeFile(join(dir, 'lock.7'), '{"pid":1,"socket":"lock-0123456789ab.sock"}');
    await writeFile(join(dir, 'lock-0123456789ab.sock'), '');
    await (await lockDir(dir)).release();
    assert.equal(await readdir(dir), ['lock.8']);
    await writeFile(join(dir, 'lock.8'), '{"pi');
    await (await lockDir(dir)).release();
    assert.equal(await readdir(dir), ['lock.9']);
  });
});

test('works where the path of the directory is longer than a socket may be', async () => {
  await withTempDir(async (root) => {
    const dir = join(root, 'd'.repeat(120));
    await mkdir(dir);
    const lock = await lockDir(dir);
    assert.is(await codeOf(lockDir(dir)), 'state.locked');
    await lock.release();
    await (await lockDir(dir)).release();
  });
});

test.run();
