import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Options that every command that opens an engine has. */
export interface CommonFlags {
  readonly state: string;
  readonly json?: boolean;
  readonly logLevel: LogLevel;
}

/** Adds them to a command. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--state <dir>', 'state directory', '.sluice')
    .option('--json', 'a machine-readable summary as the last line of standard output')
    .option('--log-level <level>', LOG_LEVELS.join(', '), logLevel, 'info');
}

function logLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((one) => one === text);
  if (level === undefined)
    throw new InvalidArgumentError(`Expected one of ${LOG_LEVELS.join(', ')}.`);
  return level;
}

/** A whole number of at least `least`. */
export function count(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
    }
    return value;
  };
}

/** A part of the pipeline, as `--only` gives it; lists of globs. */
export interface OnlyFlag {
  kinds: string[];
  accounts: string[];
  regions: string[];
}

const ONLY_KEYS = { kind: 'kinds', account: 'accounts', region: 'regions' } as const;

/**
 * Reads `kind=…,account=…,region=…`: any of them, each as often as wanted, values may be globs. May be
 * given several times.
 */
export function only(
  text: string,
  before: OnlyFlag = { kinds: [], accounts: [], regions: [] },
): OnlyFlag {
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    const key = part.slice(0, Math.max(0, at)).trim();
    const value = part.slice(at + 1).trim();
    if (!Object.hasOwn(ONLY_KEYS, key) || value === '') {
      throw new InvalidArgumentError(
        `Expected kind=…, account=… or region=… (with commas between), got "${part}".`,
      );
    }
    before[ONLY_KEYS[key as keyof typeof ONLY_KEYS]].push(value);
  }
  return before;
}
