import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process used, from its start to its end, all of its threads together. */
export interface Usage {
  readonly userMs: number;
  readonly systemMs: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Highest RssAnon that was seen, in bytes: heap, stacks, buffers. Absent without /proc. */
  readonly peakAnonBytes?: number;
  /** Highest RssFile that was seen, in bytes: mapped files, which belong to the page cache. */
  readonly peakFileBytes?: number;
  readonly exitCode: number;
  /** Empty where it was not kept. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface MeasureOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Standard output goes to /dev/null instead of being kept. Default false. */
  readonly discard?: boolean;
  /** Milliseconds between two looks at the memory. Default 20. */
  readonly everyMs?: number;
}

/**
 * The shell tells what its children used in user and system mode, to 10 ms, once they have ended; it
 * is the same measure for any program. Descriptor 3 gets the process's id, 4 the times.
 */
const SCRIPT = '"$@" 3>&- 4>&- & echo "$!" >&3; wait "$!"; code=$?; times >&4; exit $code';

/** Runs a command to its end and tells what it used. */
export async function measureProcess(
  command: string,
  args: readonly string[],
  options: MeasureOptions = {},
): Promise<Usage> {
  const startedAt = performance.now();
  const shell = spawn('sh', ['-c', SCRIPT, 'sh', command, ...args], {
    env: options.env,
    cwd: options.cwd,
    stdio: ['ignore', options.discard ? 'ignore' : 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  const texts = ['', '', '', '', ''];
  const peak = new PeakMemory();
  let timer: NodeJS.Timeout | undefined;
  for (const [at, stream] of shell.stdio.entries()) {
    stream?.on('data', (chunk: Buffer) => {
      texts[at] += chunk.toString();
      if (at === 3) timer ??= setInterval(() => peak.look(Number(texts[3])), options.everyMs ?? 20);
    });
  }
  const exitCode = await new Promise<number>((resolve, reject) => {
    shell.once('error', reject);
    shell.once('close', (code) => resolve(code ?? -1));
  }).finally(() => clearInterval(timer));
  const wallMs = performance.now() - startedAt;
  const [userMs, systemMs] = readTimes(texts[4]!);
  return {
    userMs,
    systemMs,
    cpuMs: userMs + systemMs,
    wallMs,
    ...peak.seen(),
    exitCode,
    stdout: texts[1]!,
    stderr: texts[2]!,
  };
}

/** The second line of what `times` prints: user and system time of the children, as `0m1.230000s`. */
export function readTimes(text: string): readonly [userMs: number, systemMs: number] {
  const times = text.trim().split('\n')[1]?.trim().split(/\s+/).map(readTime) ?? [];
  const [user, system] = times;
  if (user === undefined || system === undefined)
    throw new Error(`not the output of times: ${text}`);
  return [user, system];
}

function readTime(text: string): number {
  const [, minutes, seconds] = /^(\d+)m([\d.,]+)s$/.exec(text) ?? [];
  return (Number(minutes) * 60 + Number(seconds?.replace(',', '.'))) * 1000;
}

class PeakMemory {
  #anon = 0;
  #file = 0;

  look(pid: number): void {
    let status: string;
    try {
      status = readFileSync(`/proc/${pid}/status`, 'utf8');
    } catch {
      // No /proc, or the process has ended since.
      return;
    }
    this.#anon = Math.max(this.#anon, kilobytes(status, 'RssAnon'));
    this.#file = Math.max(this.#file, kilobytes(status, 'RssFile'));
  }

  seen(): Pick<Usage, 'peakAnonBytes' | 'peakFileBytes'> {
    if (this.#anon === 0) return {};
    return { peakAnonBytes: this.#anon * 1024, peakFileBytes: this.#file * 1024 };
  }
}

function kilobytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
}
