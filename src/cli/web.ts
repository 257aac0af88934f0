import type { Logger } from 'pino';
import { ConfigError } from '../errors/config-error.js';
import type { Engine } from '../pipeline/open-engine.js';
import type { Progress } from '../pipeline/progress.js';
import { Metrics } from '../telemetry/metrics.js';
import { startWeb } from '../web/start-web.js';
import { watchEngine } from '../web/watch-engine.js';
import { readVersion } from './version.js';

export interface HttpFlags {
  /** `HOST:PORT`; false with `--no-http`. */
  readonly http: string | false;
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
  const { host, port } = addressOf(flags.http);
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
  log.info({ url: web.url }, `dashboard on ${web.url}`);
  return { update: () => metrics.update(), close: () => web.close() };
}

function addressOf(text: string): { readonly host: string; readonly port: number } {
  const at = text.lastIndexOf(':');
  const host = text.slice(0, at).replace(/^\[|\]$/g, '');
  const port = Number(text.slice(at + 1));
  if (at > 0 && Number.isInteger(port) && port >= 0 && port <= 65_535) return { host, port };
  throw new ConfigError(`--http ${text}: expected HOST:PORT`, {
    code: 'usage.http',
    hint: 'For example --http 127.0.0.1:8414, or --no-http.',
  });
}
