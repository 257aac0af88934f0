import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EnvironmentError } from '../../src/errors/environment-error.js';
import { openLmdbStore, type OpenLmdbOptions } from '../../src/state/open-lmdb-store.js';
import type { StateWrite } from '../../src/state/state-store.js';
import { withTempDir } from './temp-dir.js';

const test = suite('opening a state directory');
const DATA = 'state.mdb';

async function refused(options: OpenLmdbOptions): Promise<EnvironmentError> {
  try {
    const store = await openLmdbStore(options);
    await store.close();
  } catch (error) {
    assert.instance(error, EnvironmentError);
    const refusal = error as EnvironmentError;
    assert.ok(refusal.hint !== undefined && refusal.hint.length > 10);
    return refusal;
  }
  throw new Error('the directory was not refused');
}

function put(i: number, size = 500): StateWrite {
  return { op: 'put', table: 'resources', key: `k${i.toString()}`, value: 'v'.repeat(size) };
}

/** A state directory with some hundred pages. */
async function filled(dir: string): Promise<void> {
  const store = await openLmdbStore({ dir });
  await store.commit(Array.from({ length: 4_000 }, (_, i) => put(i)));
  await store.close();
}

test('makes one that its owner alone may enter', async () => {
  await withTempDir(async (root) => {
    const dir = join(root, 'a', 'b');
    const store = await openLmdbStore({ dir });
    assert.is((await stat(dir)).mode & 0o777, 0o700);
    for (const name of await readdir(dir)) {
      if (name.endsWith('.sock')) continue;
      assert.is((await stat(join(dir, name))).mode & 0o777, 0o600, name);
    }
    await store.close();
  });
});

test('uses an empty one that is there, and tightens it', async () => {
  await withTempDir(async (dir) => {
    await chmod(dir, 0o755);
    await mkdir(join(dir, 'lost+found'));
    const store = await openLmdbStore({ dir });
    await store.close();
    assert.is((await stat(dir)).mode & 0o777, 0o700);
  });
});

test('knows after a restart what was committed, folded or not', async () => {
  await withTempDir(async (dir) => {
    let store = await openLmdbStore({ dir, foldAt: 3 });
    for (let i = 0; i < 20; i++) await store.commit([put(i)]);
    await store.commit([{ op: 'delete', table: 'resources', key: 'k3' }]);
    await store.close();
    store = await openLmdbStore({ dir });
    assert.is(store.count('resources'), 19);
    assert.is(store.get('resources', 'k3'), undefined);
    assert.is(store.get('resources', 'k4'), 'v'.repeat(500));
    await store.close();
  });
});

test('refuses a directory of somebody else and touches nothing in it', async () => {
  await withTempDir(async (dir) => {
    await writeFile(join(dir, 'notes.txt'), 'mine');
    await chmod(dir, 0o755);
    const error = await refused({ dir });
    assert.is(error.code, 'state.foreign');
    assert.match(error.message, 'notes.txt');
    assert.equal(await readdir(dir), ['notes.txt']);
    assert.is((await stat(dir)).mode & 0o777, 0o755);
  });
});

test('refuses a file, and a path below one', async () => {
  await withTempDir(async (dir) => {
    await writeFile(join(dir, 'file'), '');
    assert.is((await refused({ dir: join(dir, 'file') })).code, 'state.unwritable');
    assert.is((await refused({ dir: join(dir, 'file', 'below') })).code, 'state.unwritable');
  });
});

test('refuses network file systems before it makes anything', async () => {
  await withTempDir(async (root) => {
    for (const type of [0x6969, 0xff534d42, 0xff534d42 | 0, 0xfe534d42]) {
      const dir = join(root, 'state');
      const error = await refused({ dir, fileSystem: () => Promise.resolve(type) });
      assert.is(error.code, 'state.network-file-system');
    }
    assert.equal(await readdir(root), []);
  });
});

test('refuses a newer format and leaves it as it is', async () => {
  await withTempDir(async (dir) => {
    await filled(dir);
    await writeFile(join(dir, 'sluice-state.json'), '{"format":99}');
    const before = await readFile(join(dir, DATA));
    const error = await refused({ dir });
    assert.is(error.code, 'state.newer-format');
    assert.match(error.message, '99');
    assert.ok(before.equals(await readFile(join(dir, DATA))));
  });
});

test('brings an older format up step by step, and refuses one it has no step for', async () => {
  await withTempDir(async (dir) => {
    await filled(dir);
    const taken: number[] = [];
    const step = (from: number) => () => {
      taken.push(from);
      return Promise.resolve();
    };
    const steps = new Map([1, 2].map((from) => [from, step(from)]));
    const store = await openLmdbStore({ dir, format: 3, steps });
    await store.close();
    assert.equal(taken, [1, 2]);
    assert.equal(JSON.parse(await readFile(join(dir, 'sluice-state.json'), 'utf8')), { format: 3 });
    assert.is((await refused({ dir, format: 5, steps })).code, 'state.corrupt');
  });
});

test('refuses a damaged format file', async () => {
  await withTempDir(async (dir) => {
    await filled(dir);
    await writeFile(join(dir, 'sluice-state.json'), '{"form');
    assert.is((await refused({ dir })).code, 'state.corrupt');
  });
});

test('refuses a data file that was cut, wherever', async () => {
  for (const share of [0.98, 0.9, 0.5, 0.1, 0.001, 0]) {
    await withTempDir(async (dir) => {
      await filled(dir);
      const file = join(dir, DATA);
      const { size } = await stat(file);
      await truncate(file, Math.floor(size * share));
      const error = await refused({ dir });
      assert.is(error.code, 'state.corrupt', `cut to ${share.toString()}`);
      assert.match(error.message, file);
    });
  }
});

test('opens a data file that lacks nothing but free pages', async () => {
  await withTempDir(async (dir) => {
    await filled(dir);
    const file = join(dir, DATA);
    // As if the last transaction had taken two more pages and given them up unwritten.
    const handle = await open(file, 'r+');
    for (const at of [0, 4_096]) {
      const page = Buffer.alloc(8);
      await handle.read(page, 0, 8, at + 144);
      page.writeBigUInt64LE(page.readBigUInt64LE() + 2n);
      await handle.write(page, 0, 8, at + 144);
    }
    await handle.close();
    const store = await openLmdbStore({ dir });
    assert.is(store.count('resources'), 4_000);
    await store.close();
  });
});

test('refuses a data file whose first pages were overwritten', async () => {
  for (const at of [0, 4_096]) {
    await withTempDir(async (dir) => {
      await filled(dir);
      const handle = await open(join(dir, DATA), 'r+');
      await handle.write(randomBytes(256), 0, 256, at);
      await handle.close();
      assert.is((await refused({ dir })).code, 'state.corrupt');
    });
  }
});

test('refuses a data file that was overwritten in the middle, if where it matters', async () => {
  for (const fill of [(n: number) => randomBytes(n), (n: number) => Buffer.alloc(n)]) {
    await withTempDir(async (dir) => {
      await filled(dir);
      const file = join(dir, DATA);
      const { size } = await stat(file);
      const handle = await open(file, 'r+');
      const start = Math.floor(size / 4_096 / 3) * 4_096;
      await handle.write(fill(size / 3), 0, Math.floor(size / 3), start);
      await handle.close();
      assert.is((await refused({ dir })).code, 'state.corrupt');
    });
  }
});

test('gives the lock back where opening fails', async () => {
  await withTempDir(async (dir) => {
    await filled(dir);
    const file = join(dir, DATA);
    const whole = await readFile(file);
    await truncate(file, 100);
    await refused({ dir });
    await writeFile(file, whole);
    const store = await openLmdbStore({ dir });
    assert.is(store.count('resources'), 4_000);
    await store.close();
  });
});

test('copies a state that is in use, whole, and leaves it in use', async () => {
  await withTempDir(async (root) => {
    const store = await openLmdbStore({ dir: join(root, 'state'), foldAt: 50 });
    const commits = Array.from({ length: 130 }, (_, i) => store.commit([put(i)]));
    await store.backupTo(join(root, 'copy'));
    await Promise.all(commits);
    await store.commit([put(999)]);
    const copy = await openLmdbStore({ dir: join(root, 'copy') });
    assert.is(copy.count('resources'), 130);
    await copy.commit([{ op: 'delete', table: 'resources', key: 'k1' }]);
    assert.is(store.get('resources', 'k1'), 'v'.repeat(500));
    assert.is(store.count('resources'), 131);
    await copy.close();
    await store.close();
  });
});

test('will not copy over a state that is in use, or over somebody else', async () => {
  await withTempDir(async (root) => {
    const a = await openLmdbStore({ dir: join(root, 'a') });
    const b = await openLmdbStore({ dir: join(root, 'b') });
    const codes: (string | undefined)[] = [];
    for (const dir of [join(root, 'b'), root]) {
      await a.backupTo(dir).catch((error: EnvironmentError) => codes.push(error.code));
    }
    assert.equal(codes, ['state.locked', 'state.foreign']);
    await a.close();
    await b.close();
  });
});

test('fails for good at what can not be stored, and keeps what was acknowledged', async () => {
  await withTempDir(async (dir) => {
    const store = await openLmdbStore({ dir });
    await store.commit([put(1)]);
    const bad: StateWrite = { op: 'put', table: 'meta', key: 'bad', value: { f: Symbol('no') } };
    let failures = 0;
    await store.commit([put(2), bad]).catch(() => (failures += 1));
    await store.commit([put(3)]).catch(() => (failures += 1));
    assert.is(failures, 2);
    await store.close();
    const again = await openLmdbStore({ dir });
    assert.ok(again.get('resources', 'k1'));
    assert.is(again.get('resources', 'k2'), undefined);
    assert.is(again.get('resources', 'k3'), undefined);
    await again.close();
  });
});

test('refuses commits after it was closed', async () => {
  await withTempDir(async (dir) => {
    const store = await openLmdbStore({ dir });
    const last = store.commit([put(1)]);
    const closing = store.close();
    await last;
    let code: string | undefined;
    await store.commit([put(2)]).catch((error: EnvironmentError) => (code = error.code));
    assert.is(code, 'state.closed');
    await Promise.all([closing, store.close()]);
    const again = await openLmdbStore({ dir });
    assert.is(again.count('resources'), 1);
    await again.close();
  });
});

test('fails where the disk takes no more, keeps what was acknowledged, and takes nothing after', async () => {
  await withTempDir(async (root) => {
    const dir = join(root, 'state');
    const child = fileURLToPath(new URL('./full-disk-child.ts', import.meta.url));
    // The limit on the size of files stands in for a full disk.
    const script = `ulimit -f 1500; exec "$0" --import tsx "$1" "$2"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, child, dir]);
    const report = JSON.parse(stdout.toString() || `"${stderr.toString()}"`) as {
      acknowledged: number;
      codes: string[];
    };
    assert.ok(report.acknowledged > 10, stderr.toString());
    assert.equal(report.codes, ['state.write-failed', 'state.write-failed']);
    const store = await openLmdbStore({ dir });
    assert.ok(store.count('resources') >= report.acknowledged);
    await store.close();
  });
});

test.run();
