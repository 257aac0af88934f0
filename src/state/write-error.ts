import { statfsSync } from 'node:fs';
import { EnvironmentError } from '../errors/environment-error.js';

/** Less than this many free bytes count as none. */
const FULL = 1 << 20;

/**
 * A failed write to the state directory as an error that says how to mend it. `freeBytes` tells what
 * the disk has left, where that is known.
 */
export function writeError(
  error: unknown,
  freeBytes: () => number | undefined = () => undefined,
): EnvironmentError {
  if (error instanceof EnvironmentError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (isFull(error, reason, freeBytes)) {
    return new EnvironmentError(`the disk of the state directory is full: ${reason}`, {
      code: 'state.disk-full',
      hint: 'Free some space and start again: what was acknowledged is kept.',
      cause: error,
    });
  }
  return new EnvironmentError(`the state could not be written: ${reason}`, {
    code: 'state.write-failed',
    hint: 'Check the space, the health and the permissions of its disk, then start again: what was acknowledged is kept.',
    cause: error,
  });
}

/** Free bytes of the file system that holds a path; undefined where it does not say. */
export function freeBytesAt(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/** LMDB gives system errors as their words, and a write that was cut short as an input/output error. */
function isFull(error: unknown, reason: string, freeBytes: () => number | undefined): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return true;
  if (/no space left|quota exceeded/i.test(reason)) return true;
  if (!/input\/output error/i.test(reason)) return false;
  const free = freeBytes();
  return free !== undefined && free < FULL;
}
