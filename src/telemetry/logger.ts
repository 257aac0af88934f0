import { pino } from 'pino';
import type { Logger } from 'pino';

export interface LoggerOptions {
  /** Lowest level that is written. */
  readonly level: string;
  /** Readable lines instead of JSON. */
  readonly pretty: boolean;
}

/** A logger that writes to standard error. */
export function createLogger({ level }: LoggerOptions): Logger {
  return pino({ level, base: undefined }, pino.destination({ dest: 2, sync: true }));
}
