import { PipelineError } from '../config/problem.js';
import { SluiceError } from '../errors/sluice-error.js';
import type { CommandIo } from './command-io.js';

/**
 * Prints an error as a person can use it (what, where, how to mend it) and sets the exit code: what the
 * error says, or 1 for one that is not ours, which is printed with its stack.
 */
export function reportError(error: unknown, io: CommandIo): void {
  if (error instanceof PipelineError) {
    for (const line of error.message.split('\n')) io.err(line);
  } else if (error instanceof SluiceError) {
    const { position, code, hint } = error;
    const at = position ? `${position.file}:${position.line}:${position.column}: ` : '';
    io.err(`${at}error: ${error.message} [${code}]`);
    if (hint !== undefined) io.err(`  ${hint}`);
  } else {
    io.err(
      `internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    io.err(
      '  This is a defect of Sluice: please report it. Nothing is lost; running again goes on.',
    );
  }
  io.exit(error instanceof SluiceError ? error.exitCode : 1);
}
