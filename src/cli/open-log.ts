import type { Logger } from 'pino';
import { createLogger } from '../telemetry/logger.js';
import type { LogLevel } from './common-options.js';

/** Variables whose values must appear nowhere. */
const SECRETS = [
  'PORT_CLIENT_SECRET',
  'OCEAN__PORT__CLIENT_SECRET',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'OCEAN__INTEGRATION__CONFIG__AWS_SECRET_ACCESS_KEY',
  'SLUICE_HTTP_TOKEN',
];

/** The log of a command, on standard error: readable lines on a terminal, JSON elsewhere. */
export function openLog(level: LogLevel): { readonly log: Logger; readonly terminal: boolean } {
  const secrets = SECRETS.map((name) => process.env[name] ?? '').filter((value) => value !== '');
  const terminal = process.stderr.isTTY && level !== 'silent';
  return { log: createLogger({ level, pretty: process.stderr.isTTY, secrets }), terminal };
}
