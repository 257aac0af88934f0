import { execFileSync } from 'node:child_process';
import { measureProcess } from './measure-process.js';
import type { Usage } from './measure-process.js';

/** The native jq that is compared with. */
export interface Jq {
  readonly path: string;
  /** As it tells it itself, e.g. `jq-1.7.1`. */
  readonly version: string;
}

/** The jq of `JQ_PATH` or on the PATH; undefined where there is none. */
export function findJq(): Jq | undefined {
  const path = process.env['JQ_PATH'] ?? 'jq';
  try {
    return { path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() };
  } catch {
    return undefined;
  }
}

/** Runs `jq -c` with a program from a file over a file of lines, its output thrown away. */
export async function runJq(jq: Jq, programFile: string, linesFile: string): Promise<Usage> {
  const usage = await measureProcess(jq.path, ['-c', '-f', programFile, linesFile], {
    discard: true,
  });
  if (usage.exitCode !== 0) {
    throw new Error(`${jq.version} ended with ${usage.exitCode}: ${usage.stderr.slice(0, 500)}`);
  }
  return usage;
}

/** Said in every result that lacks the comparison. */
export const NO_JQ =
  'there is no jq on the PATH (and no JQ_PATH): nothing was compared with it, so there are no ratios';
