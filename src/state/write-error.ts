import { EnvironmentError } from '../errors/environment-error.js';

/** A failed write to the state directory as an error that says how to mend it. */
export function writeError(error: unknown): EnvironmentError {
  if (error instanceof EnvironmentError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  // LMDB gives system errors as their words.
  if (code === 'ENOSPC' || code === 'EDQUOT' || /no space|quota|file too large/i.test(reason)) {
    return new EnvironmentError(`the disk of the state directory is full: ${reason}`, {
      code: 'state.disk-full',
      hint: 'Free some space and start again: what was acknowledged is kept.',
      cause: error,
    });
  }
  return new EnvironmentError(`the state could not be written: ${reason}`, {
    code: 'state.write-failed',
    hint: 'Check the disk and the permissions of the state directory, then start again.',
    cause: error,
  });
}
