import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** A native jq, and its version as it tells it itself, e.g. `jq-1.7.1`. */
export interface NativeJq {
  readonly path: string;
  readonly version: string;
}

/** The least version that keeps the digits of numbers, as the embedded jq does. */
export const LEAST_VERSION = 'jq-1.7';

/**
 * The native jq to run: `JQ_PATH` alone where it is set, else the one that node-jq installed, else the
 * first `jq` on the PATH. Undefined where there is none that runs and is recent enough.
 */
export async function findNativeJq(env: NodeJS.ProcessEnv): Promise<NativeJq | undefined> {
  for (const path of candidates(env)) {
    const version = await versionOf(path);
    if (version !== undefined && isRecent(version)) return { path, version };
  }
  return undefined;
}

function candidates(env: NodeJS.ProcessEnv): readonly string[] {
  const named = env['JQ_PATH'];
  if (named !== undefined && named !== '') return [resolve(named)];
  const found = (env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return [...installed(), ...found.map((folder) => join(folder, 'jq'))];
}

/** node-jq fetches its jq when it is installed; npm leaves the whole package out where it could not. */
function installed(): readonly string[] {
  try {
    const main = createRequire(import.meta.url).resolve('node-jq');
    return [join(dirname(main), '..', 'bin', 'jq')];
  } catch {
    return [];
  }
}

async function versionOf(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 5_000 });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

function isRecent(version: string): boolean {
  const [, major, minor] = /^jq-(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 7);
}
