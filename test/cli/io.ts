import type { CommandIo } from '../../src/cli/command-io.js';

/** What a command wrote and how it ended; 0 where it set no exit code. */
export class RecordedIo implements CommandIo {
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  code = 0;

  readonly out = (line: string): void => void this.stdout.push(line);
  readonly err = (line: string): void => void this.stderr.push(line);
  readonly exit = (code: number): void => {
    this.code = code;
  };
}
