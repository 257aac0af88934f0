import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Summary } from '../../../src/model/summary.js';

/**
 * The built command line, as users have it. `npm test` and `npm run build` make it; `SLUICE_CLI` names
 * another build, so that a build that is under way disturbs no test.
 */
export const CLI =
  process.env['SLUICE_CLI'] ?? fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

export interface CliResult {
  /** Exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stdout, where it is JSON. */
  readonly summary: Summary | undefined;
}

export interface CliProcess {
  readonly child: ChildProcess;
  /** Resolves once it has ended and its output is read. */
  readonly ended: Promise<CliResult>;
}

/**
 * Starts `sluice` with these arguments. It sees only the given environment, and PATH: nothing of the
 * machine's own credentials or proxies reaches it.
 */
export function startCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): CliProcess {
  if (!existsSync(CLI)) throw new Error(`${CLI} is missing: run "npm run build" first`);
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr, summary: summaryOf(stdout) });
    });
  });
  return { child, ended };
}

/** Runs `sluice` to its end; kills it where it takes longer than `timeoutMs` (default 60 s). */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { timeoutMs = 60_000 }: { readonly timeoutMs?: number } = {},
): Promise<CliResult> {
  const { child, ended } = startCli(args, env);
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  try {
    return await ended;
  } finally {
    clearTimeout(timer);
  }
}

function summaryOf(stdout: string): Summary | undefined {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    const value: unknown = JSON.parse(last);
    return typeof value === 'object' && value !== null ? (value as Summary) : undefined;
  } catch {
    return undefined;
  }
}
