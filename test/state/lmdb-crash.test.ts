import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EnvironmentError } from '../../src/errors/environment-error.js';
import { openLmdbStore } from '../../src/state/open-lmdb-store.js';
import { withTempDir } from './temp-dir.js';

const test = suite('LMDB store, killed');
const CHILD = fileURLToPath(new URL('./crash-child.ts', import.meta.url));

/** Starts the child and waits until it has acknowledged `count` commits. */
async function committing(dir: string, from: number, count: number) {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, dir, from.toString()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the child ended by itself')));
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      if (output.split('\n').length > count) resolve();
    });
  });
  return { child, acknowledged: () => output.split('\n').slice(0, -1).map(Number) };
}

async function kill(child: ChildProcess): Promise<void> {
  child.removeAllListeners('exit');
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

test('keeps every acknowledged commit, and the others whole or not at all, kill after kill', async () => {
  await withTempDir(async (root) => {
    const dir = join(root, 'state');
    const known = new Set<number>();
    for (const count of [40, 700, 250]) {
      const { child, acknowledged } = await committing(dir, Math.max(-1, ...known) + 1, count);
      await kill(child);
      for (const i of acknowledged()) known.add(i);

      const store = await openLmdbStore({ dir });
      const rows = new Map(store.range<[number, string]>('resources'));
      const owners = new Map(store.range<number>('owners'));
      assert.equal([...rows.keys()], [...owners.keys()], 'a commit is there whole or not at all');
      for (const i of known) {
        const key = i.toString().padStart(8, '0');
        assert.equal(rows.get(key), [i, 'x'.repeat(i % 3_000)], `commit ${key} was acknowledged`);
      }
      assert.ok((store.get<number>('meta', 'last') ?? -1) >= Math.max(...known));
      assert.is(store.count('resources'), rows.size);
      for (const key of rows.keys()) known.add(Number(key));
      await store.close();
    }
  });
});

test('is refused to a second process, which names the first, until that is killed', async () => {
  await withTempDir(async (root) => {
    const dir = join(root, 'state');
    const { child } = await committing(dir, 0, 1);
    try {
      await openLmdbStore({ dir });
      assert.unreachable('the lock is held');
    } catch (error) {
      assert.instance(error, EnvironmentError);
      assert.is((error as EnvironmentError).code, 'state.locked');
      assert.match(
        (error as EnvironmentError).message,
        new RegExp(`process ${String(child.pid)}\\b`),
      );
    }
    // A stopped process answers nothing and yet holds its lock.
    child.kill('SIGSTOP');
    try {
      await openLmdbStore({ dir });
      assert.unreachable('the lock is held');
    } catch (error) {
      assert.is((error as EnvironmentError).code, 'state.locked');
    }
    await kill(child);
    const store = await openLmdbStore({ dir });
    assert.ok(store.count('resources') >= 1);
    await store.close();
  });
});

test.run();
