import { InvalidArgumentError } from 'commander';
import type { Logger } from 'pino';
import type { Engine } from '../pipeline/open-engine.js';
import type { Progress } from '../pipeline/progress.js';
import { Metrics } from '../telemetry/metrics.js';
import { startWeb } from '../web/start-web.js';
import { watchEngine } from '../web/watch-engine.js';
import { readVersion } from './version.js';

/** Where the pages are served. */
export interface HttpAddress {
  readonly host: string;
  readonly port: number;
}

export const DEFAULT_ADDRESS: HttpAddress = { host: '127.0.0.1', port: 8414 };

export interface HttpFlags {
  /** False with `--no-http`. */
  readonly http: HttpAddress | false;
}

/** Guards the pages where they are served beyond this machine. */
const TOKEN = 'SLUICE_HTTP_TOKEN';

/**
 * Serves health, metrics and dashboard while the engine runs. Returns what tells the metrics of a
 * finished resync, and what ends it all.
 */
export async function serveWeb(
  flags: HttpFlags,
  engine: Engine,
  progress: Progress,
  log: Logger,
): Promise<{ readonly update: () => void; readonly close: () => Promise<void> }> {
  if (flags.http === false) return { update: () => undefined, close: () => Promise.resolve() };
  const { host, port } = flags.http;
  const watch = watchEngine(engine, progress, readVersion());
  const metrics = new Metrics({ read: watch.read });
  const token = process.env[TOKEN];
  const web = await startWeb({
    host,
    port,
    metrics,
    status: watch.status,
    log,
    ...(token !== undefined && token !== '' && { token }),
  });
  return { update: () => metrics.update(), close: () => web.close() };
}

/** Reads `HOST:PORT`; an IPv6 host stands in brackets. */
export function httpAddress(text: string): HttpAddress {
  const at = text.lastIndexOf(':');
  const host = text.slice(0, at).replace(/^\[|\]$/g, '');
  const port = Number(text.slice(at + 1));
  const valid = at > 0 && /^\d+$/.test(text.slice(at + 1)) && port <= 65_535;
  if (!valid) throw new InvalidArgumentError('Expected HOST:PORT, such as 127.0.0.1:8414.');
  return { host, port };
}
