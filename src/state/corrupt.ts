import { EnvironmentError } from '../errors/environment-error.js';

/** The state file can't be trusted. */
export function corrupt(file: string, cause: unknown): EnvironmentError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EnvironmentError(`the state file ${file} is damaged: ${reason}`, {
    code: 'state.corrupt',
    hint:
      'Move the state directory away and start without it. Nothing is lost: AWS is listed again, and ' +
      'what Port holds of this integration is adopted.',
    cause,
  });
}
