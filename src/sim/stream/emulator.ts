import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A running emulator of Kinesis. */
export interface Emulator {
  /** Plain HTTP/1.1. */
  readonly url: string;
  close(): Promise<void>;
}

/** Tries at a start: the ports that were free may be taken meanwhile. */
const TRIES = 3;
const START_MS = 60_000;
/** What creating, splitting and deleting takes; the emulator's own default is half a second. */
const DURATION = '100ms';
/**
 * Runs the emulator for as long as its standard input is open: the system closes it however this
 * process ends. It is killed, for at an exit it would wait half a minute for its connections.
 */
const BOOT =
  'process.stdin.on("end", () => process.kill(process.pid, "SIGKILL")).resume(); require(process.argv[1]);';

/**
 * Starts kinesis-local as a process of its own, which ends with this one. It enforces no limits and
 * keeps all in memory.
 */
export async function startEmulator(): Promise<Emulator> {
  let reason: unknown;
  for (let tried = 0; tried < TRIES; tried += 1) {
    try {
      return await start();
    } catch (error) {
      reason = error;
    }
  }
  throw new Error('the emulator of Kinesis did not start', { cause: reason });
}

async function start(): Promise<Emulator> {
  const main = createRequire(import.meta.url).resolve('kinesis-local/main.js');
  const [plain, tls] = await freePorts();
  const child = spawn(process.execPath, ['--max-semi-space-size=8', '-e', BOOT, main], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, ...settings(plain, tls, dirname(main)) },
  });
  const end = (): void => void child.kill('SIGKILL');
  try {
    await untilUp(child, plain);
  } catch (error) {
    end();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${plain}`,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      end();
      await ended;
    },
  };
}

function settings(plain: number, tls: number, folder: string): Record<string, string> {
  return {
    KINESIS_MOCK_PLAIN_PORT: String(plain),
    KINESIS_MOCK_TLS_PORT: String(tls),
    KINESIS_MOCK_CERT_PATH: join(folder, 'server.json'),
    SHARD_LIMIT: '500',
    ON_DEMAND_STREAM_COUNT_LIMIT: '50',
    CREATE_STREAM_DURATION: DURATION,
    DELETE_STREAM_DURATION: DURATION,
    REGISTER_STREAM_CONSUMER_DURATION: DURATION,
    SPLIT_SHARD_DURATION: DURATION,
    MERGE_SHARDS_DURATION: DURATION,
    UPDATE_SHARD_COUNT_DURATION: DURATION,
    LOG_LEVEL: 'ERROR',
  };
}

async function untilUp(child: ChildProcess, port: number): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)));
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`kinesis-local ended at its start: ${said}`);
    }
    if (await answers(port)) return;
    await sleep(50);
  }
  throw new Error(`kinesis-local did not listen within ${START_MS} ms: ${said}`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
  const [a, b] = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return [a!, b!];
}
