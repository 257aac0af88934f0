import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { spreadOf } from './statistics.js';
import type { Spread } from './statistics.js';

/** What a figure should come to. */
export type Aim = { readonly atMost: number } | { readonly atLeast: number };

/** One measured quantity: its values, one a repeat, and what they come to. */
export interface Figure extends Spread {
  /** What it was measured on, e.g. `20,000 resources`. Case and name together name a figure. */
  readonly case: string;
  readonly name: string;
  readonly unit: string;
  /** Which way is an improvement; `neither`: it is told for information. */
  readonly better: 'lower' | 'higher' | 'neither';
  readonly values: readonly number[];
  readonly aim?: Aim;
}

/** Something that must hold however fast the machine is. */
export interface Check {
  readonly what: string;
  readonly holds: boolean;
  /** What was seen, where it does not hold. */
  readonly seen?: string;
}

/** The machine and the versions that a result was made with. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** Version of the jq that was compared with; absent where there was none. */
  readonly jq?: string;
  /** The commit that was measured; absent outside of a clone. */
  readonly commit?: string;
}

/** What a benchmark gives. */
export interface BenchResult {
  readonly bench: string;
  readonly startedAt: string;
  /** What was done, in words and numbers that a reader can repeat. */
  readonly work: Readonly<Record<string, string | number>>;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
}

/** Makes a figure of its values. */
export function figure(
  about: Pick<Figure, 'case' | 'name' | 'unit' | 'better'>,
  values: readonly number[],
  aim?: Aim,
): Figure {
  return { ...about, ...spreadOf(values), values, ...(aim && { aim }) };
}

/** Whether a figure comes to what it should. */
export function meets({ median, aim }: Figure): boolean {
  if (aim === undefined) return true;
  return 'atMost' in aim ? median <= aim.atMost : median >= aim.atLeast;
}

export function check(what: string, holds: boolean, seen?: string): Check {
  return { what, holds, ...(!holds && seen !== undefined && { seen }) };
}

/** This machine. `jq` is the version that was compared with. */
export function describeMachine(jq: string | undefined): Machine {
  const commit = commitOf();
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryBytes: totalmem(),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    ...(jq !== undefined && { jq }),
    ...(commit !== undefined && { commit }),
  };
}

function commitOf(): string | undefined {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

export async function writeResult(result: BenchResult, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
}
