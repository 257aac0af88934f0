/** `replay` and `tap` against a state directory: with an engine that listens on its socket, and without. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { replayCommand } from '../../src/cli/replay.js';
import { tapCommand } from '../../src/cli/tap.js';
import type { Flight } from '../../src/flow/flight.js';
import type { DeadLetter } from '../../src/model/dead-letter.js';
import { encodeResourceKey } from '../../src/model/resource-key.js';
import { letterDesk } from '../../src/pipeline/letter-desk.js';
import { openLetters } from '../../src/pipeline/open-letters.js';
import { Tap } from '../../src/pipeline/tap.js';
import { deadLetterId, recordLetterId } from '../../src/state/dead-letters.js';
import { controlSocket, startControl } from '../../src/web/start-control.js';
import { RecordedIo } from './io.js';

const test = suite('replay and tap');
const LOG = pino({ level: 'silent' });
const KEY = {
  kind: 'AWS::S3::Bucket',
  accountId: '111111111111',
  region: 'eu-west-1',
  identifier: 'b',
};

const RESOURCE: DeadLetter = {
  id: deadLetterId(KEY),
  key: KEY,
  scope: { kind: KEY.kind, accountId: KEY.accountId, region: 'global' },
  code: 'aws.AccessDenied',
  message: 'not allowed',
  attempts: 3,
  parkedAt: 1_700_000_000_000,
};
const SECRET = 'bytes of a record that nobody may see';
const RECORD: DeadLetter = {
  id: recordLetterId('arn:stream', 'shard-1', '42'),
  record: {
    streamArn: 'arn:stream',
    shardId: 'shard-1',
    sequenceNumber: '42',
    arrivedAt: 1_700_000_000_000,
    data: Buffer.from(SECRET).toString('base64'),
  },
  code: 'stream.not-json',
  message: 'it is no JSON',
  attempts: 1,
  parkedAt: 1_700_000_000_000,
};

/** A state directory with two letters. */
async function withState(use: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-letters-'));
  const state = join(dir, 'state');
  try {
    const opened = await openLetters(state);
    const { store, deadLetters } = opened.state;
    await store.commit([...deadLetters.park(RESOURCE), ...deadLetters.park(RECORD)]);
    await opened.close();
    await use(state);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The same with an engine that has it open and listens. */
async function withEngine(
  use: (dir: string, opened: Awaited<ReturnType<typeof openLetters>>, tap: Tap) => Promise<void>,
): Promise<void> {
  await withState(async (dir) => {
    const opened = await openLetters(dir);
    const tap = new Tap();
    const end = await startControl({
      stateDir: dir,
      desk: letterDesk(opened.state),
      tap,
      log: LOG,
    });
    try {
      await use(dir, opened, tap);
    } finally {
      await end();
      await opened.close();
    }
  });
}

async function replay(dir: string, ...args: string[]): Promise<RecordedIo> {
  const io = new RecordedIo();
  await replayCommand(io).parseAsync(['--state', dir, ...args], { from: 'user' });
  return io;
}

test('lists what is parked, with and without a running engine, and shows no bytes', async () => {
  const lists = async (dir: string): Promise<void> => {
    const text = (await replay(dir)).stdout.join('\n');
    assert.match(text, RESOURCE.id);
    assert.match(
      text,
      'aws.AccessDenied  3 attempts  AWS::S3::Bucket b in 111111111111 eu-west-1: not allowed',
    );
    assert.match(text, 'stream.not-json  1 attempt  record shard-1 42 (37 bytes): it is no JSON');
    const whole = (await replay(dir, '--all', '--show', '--json')).stdout.join('\n');
    assert.not.match(whole, Buffer.from(SECRET).toString('base64'));
    assert.not.match(whole, SECRET);
  };
  await withState(lists);
  await withEngine(lists);
});

test('a replay is an entry of the retry table, and twice is once', async () => {
  const replays = async (dir: string): Promise<void> => {
    assert.match((await replay(dir, '--all')).stdout[0]!, '2 dead letters replayed.');
    await replay(dir, '--all');
  };
  const check = async (dir: string): Promise<void> => {
    const opened = await openLetters(dir);
    const entries = [...opened.state.retries.list()];
    await opened.close();
    assert.equal(
      entries.map(({ reason, target }) => [reason, target]),
      [
        ['live.record', RECORD.id],
        ['replay', encodeResourceKey(KEY)],
      ],
    );
    assert.ok(entries.every(({ nextAt }) => nextAt <= Date.now()));
  };
  await withState(async (dir) => {
    await replays(dir);
    await check(dir);
  });
  await withEngine(async (dir, { state }) => {
    await replays(dir);
    assert.is(state.retries.count(), 2);
  });
});

test('some: by id, by kind, by code', async () => {
  await withState(async (dir) => {
    const count = async (...args: string[]) =>
      (JSON.parse((await replay(dir, '--json', ...args)).stdout[0]!) as { replayed: number })
        .replayed;
    assert.is(await count(RESOURCE.id), 1);
    assert.is(await count('--all', '--kind', 'AWS::S3::Bucket'), 1);
    assert.is(await count('--all', '--kind', 'AWS::SQS::Queue'), 0);
    assert.is(await count('--all', '--code', 'stream.not-json'), 1);
  });
});

test('drops what it is told to, and nothing without being told', async () => {
  await withState(async (dir) => {
    await refuses(replay(dir, '--drop'), /--drop needs the ids of letters, or --all/);
    await refuses(replay(dir, 'nobody', '--drop'), /no dead letter has the id nobody/);
    assert.match((await replay(dir, RECORD.id, '--drop')).stdout[0]!, '1 dead letter dropped.');
    assert.is((await replay(dir)).stdout.length, 1);
    await replay(dir, '--all', '--drop');
    assert.equal((await replay(dir)).stdout, ['No dead letters.']);
  });
});

test('a directory that is none is one clear error', async () => {
  await refuses(replay('/nowhere/at/all'), /there is no state in \/nowhere\/at\/all/);
});

test('a socket that a killed process left behind is nobody', async () => {
  await withState(async (dir) => {
    await writeFile(controlSocket(dir)!, '');
    assert.is((await replay(dir)).stdout.length, 2);
  });
});

test('only its user can open the socket', async () => {
  await withEngine(async (dir) => {
    const { mode } = await stat(controlSocket(dir)!);
    assert.is(mode & 0o777, 0o600);
  });
});

test('a path that is too long for a socket is told, and the engine runs without', async () => {
  const told: string[] = [];
  const end = await startControl({
    stateDir: `/${'x'.repeat(120)}`,
    desk: undefined as never,
    tap: new Tap(),
    log: { info: (_, message) => told.push(message), error: () => undefined },
  });
  await end();
  assert.match(told[0]!, /too long/);
});

function flight(kind: string, identifier: string): Flight {
  const key = { ...KEY, kind, identifier };
  return { observation: { key, cause: 'live', state: 'present' } } as unknown as Flight;
}

test('the tap prints what settles, as it does, filtered', async () => {
  await withEngine(async (dir, _, tap) => {
    const io = new RecordedIo();
    const done = tapCommand(io).parseAsync(
      ['--state', dir, '--kind', 'AWS::EC2::*', '--outcome', 'written', '--limit', '2'],
      { from: 'user' },
    );
    const telling = setInterval(() => {
      tap.tell(flight('AWS::S3::Bucket', 'b'), 'written');
      tap.tell(flight('AWS::EC2::Instance', 'i-1'), 'unchanged');
      tap.tell(flight('AWS::EC2::Instance', 'i-2'), 'written');
    }, 5);
    await done;
    clearInterval(telling);
    assert.is(io.stdout.length, 2);
    assert.match(
      io.stdout[0]!,
      /live {5}written {4}present {2}AWS::EC2::Instance i-2 in 111111111111 eu-west-1$/,
    );
  });
});

test('the tap needs a running engine, and ends with it', async () => {
  await withState(async (dir) => {
    await refuses(
      tapCommand(new RecordedIo()).parseAsync(['--state', dir], { from: 'user' }),
      /no engine runs on/,
    );
  });
  let done: Promise<unknown> = Promise.resolve();
  await withEngine(async (dir, _, tap) => {
    const io = new RecordedIo();
    done = tapCommand(io).parseAsync(['--state', dir, '--json'], { from: 'user' });
    while (io.stdout.length === 0) {
      tap.tell(flight('AWS::EC2::Instance', 'i-1'), 'written');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.is((JSON.parse(io.stdout[0]!) as { identifier: string }).identifier, 'i-1');
  });
  await done;
});

async function refuses(action: Promise<unknown>, message: RegExp): Promise<void> {
  try {
    await action;
  } catch (error) {
    assert.match((error as Error).message, message);
    return;
  }
  assert.unreachable('it was not refused');
}

test.run();
