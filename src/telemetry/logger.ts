import { writeSync } from 'node:fs';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { prettyLine } from './pretty-line.js';
import { redact, redactText } from './redact.js';

export type { Logger };

export interface LoggerOptions {
  /** Lowest level that is written; `silent` for none. */
  readonly level: string;
  /** Readable lines instead of JSON. */
  readonly pretty: boolean;
  /** Values that must appear nowhere, whatever their form: the secrets of this process. */
  readonly secrets?: Iterable<string>;
  /** Where lines go; default standard error. */
  readonly write?: (line: string) => void;
}

/**
 * A logger that writes to standard error, at once, so that a crash loses no line. Fields and messages
 * are redacted. Errors are given as `err`.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { level, pretty, write = writeToStderr } = options;
  const secrets = [...(options.secrets ?? [])];
  const colours = pretty && process.stderr.isTTY && process.env.NO_COLOR === undefined;
  const clean = (fields: object): Record<string, unknown> =>
    redact(fields, secrets) as Record<string, unknown>;
  return pino(
    {
      level,
      base: null,
      serializers: { err: (error: unknown) => error },
      formatters: { log: clean, bindings: clean },
    },
    {
      write: (line: string) => {
        // Once more as a whole: a message, and what was put into it, is no field.
        const safe = redactText(line, secrets);
        write(pretty ? prettyLine(safe, colours) : safe);
      },
    },
  );
}

/** A terminal that does not take more at the moment must not end the process. */
function writeToStderr(line: string): void {
  let rest = Buffer.from(line);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(2, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(PAUSE, 0, 0, 5);
    }
  }
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));
