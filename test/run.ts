/**
 * Runs every file under test/ that ends with `.test.ts`, each in a process of its own, and ends with
 * the line `N passed, N failed`. Arguments are parts of paths: only files whose path contains one of
 * them run (`npm test -- port/ fence`).
 *
 * A file that crashes, hangs, keeps its process open or runs no test counts as a failure of its own,
 * so nothing that was not seen to pass is taken for passed. An end-to-end file, which starts processes
 * that share the machine with the file beside it, is run once more alone when it fails; its second
 * result counts, and both are printed.
 */
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Files at a time: one more than there are cores, since what runs end to end waits a good part of its time. */
const CONCURRENCY = availableParallelism() + 1;
const FILE_TIMEOUT_MS = 300_000;
/** How long the pipes of an ended process may stay open (a process it left behind may hold them). */
const PIPE_GRACE_MS = 2_000;
/** The end of uvu's report; a file whose last suite was late prints several. */
const REPORT = /^ {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)$/gm;

const testRoot = fileURLToPath(new URL('.', import.meta.url));

interface FileRun {
  readonly output: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
}

interface FileResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What is wrong with the file as a whole, besides tests that failed. */
  readonly fault: string | undefined;
}

/** Unit tests in order of their paths, then end-to-end tests, which start processes of their own. */
async function findTests(filters: readonly string[]): Promise<string[]> {
  const rank = (file: string): number => (file.startsWith('test/e2e/') ? 1 : 0);
  const entries = await readdir(testRoot, { recursive: true });
  return entries
    .filter((entry) => entry.endsWith('.test.ts'))
    .map((entry) => `test/${entry.split(sep).join('/')}`)
    .filter((file) => filters.length === 0 || filters.some((part) => file.includes(part)))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

const running = new Set<number>();

/** Ends a test and whatever it started: each test leads a process group. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

function runFile(file: string): Promise<FileRun> {
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    cwd: join(testRoot, '..'),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`could not start ${process.execPath}`);
  running.add(pid);

  let output = '';
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(pid);
  }, FILE_TIMEOUT_MS);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      killGroup(pid);
      running.delete(pid);
      const finish = (): void => {
        clearTimeout(grace);
        resolve({ output, code, signal, timedOut });
      };
      const grace = setTimeout(finish, PIPE_GRACE_MS);
      child.once('close', finish);
    });
  });
}

function judge(run: FileRun): FileResult {
  let total = 0;
  let passed = 0;
  let skipped = 0;
  for (const match of run.output.matchAll(REPORT)) {
    total += Number(match[1]);
    passed += Number(match[2]);
    skipped += Number(match[3]);
  }
  const fault = faultOf(run, total, total - passed, skipped);
  return { passed, failed: total - passed + (fault === undefined ? 0 : 1), skipped, fault };
}

function faultOf(run: FileRun, total: number, failed: number, skipped: number): string | undefined {
  if (run.timedOut) {
    const why = total > 0 ? ' although its tests ended: something keeps the process open' : '';
    return `still running after ${FILE_TIMEOUT_MS / 1000} s${why}`;
  }
  if (run.signal !== null) return `killed by ${run.signal}`;
  if (run.code !== 0 && failed === 0) return `crashed with exit code ${run.code}`;
  if (total + skipped === 0) return 'ended without running a test';
  // uvu swallows what a hook throws and exits with 0.
  if (run.code === 0 && failed > 0) return 'has a `before` hook that throws (uvu does not show it)';
  return undefined;
}

function print(file: string, result: FileResult, output: string, ms: number): void {
  const { passed, failed, skipped, fault } = result;
  const skips = skipped > 0 ? `, ${skipped} SKIPPED` : '';
  const counts = `${passed} passed, ${failed} failed${skips}`;
  console.log(`${failed > 0 ? 'FAIL' : 'ok  '} ${file}: ${counts} (${(ms / 1000).toFixed(1)} s)`);
  if (failed === 0) return;
  console.log(output.trimEnd().replace(/^/gm, '     | '));
  if (fault !== undefined) console.log(`     ${file} ${fault}`);
}

async function main(filters: readonly string[]): Promise<void> {
  const queue = (await findTests(filters)).values();
  const sum = { files: 0, passed: 0, failed: 0, skipped: 0 };
  const again: string[] = [];
  const runOne = async (file: string, last: boolean): Promise<void> => {
    const started = performance.now();
    const run = await runFile(file);
    const result = judge(run);
    print(file, result, run.output, performance.now() - started);
    if (result.failed > 0 && !last) {
      again.push(file);
      return;
    }
    sum.files += 1;
    sum.passed += result.passed;
    sum.failed += result.failed;
    sum.skipped += result.skipped;
  };
  const work = async (): Promise<void> => {
    for (const file of queue) await runOne(file, !file.startsWith('test/e2e/'));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  for (const file of again) {
    console.log(`     ${file} failed beside others; once more, alone:`);
    await runOne(file, true);
  }

  if (sum.files === 0) console.log(`no test file matches ${filters.join(' ') || '*.test.ts'}`);
  if (sum.skipped > 0) console.log(`${sum.skipped} SKIPPED: their files are marked above`);
  console.log(`${sum.passed} passed, ${sum.failed} failed`);
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const pid of running) killGroup(pid);
    process.exit(1);
  });
}

await main(process.argv.slice(2));
