import { InvalidArgumentError } from 'commander';
import type { Logger } from 'pino';
import type { Live } from '../pipeline/live/live.js';
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

/** The pages while the engine runs. */
export interface ServedWeb {
  /** Undefined where nothing is served. */
  readonly url: string | undefined;
  /** Tells the metrics of a finished resync. */
  readonly update: () => void;
  /** Shows the live path from now on. */
  readonly show: (live: Live | undefined) => void;
  readonly close: () => Promise<void>;
}

/** Serves health, metrics and dashboard while the engine runs. */
export async function serveWeb(
  flags: HttpFlags,
  engine: Engine,
  progress: Progress,
  log: Logger,
): Promise<ServedWeb> {
  if (flags.http === false) {
    return {
      url: undefined,
      update: () => undefined,
      show: () => undefined,
      close: () => Promise.resolve(),
    };
  }
  const { host, port } = flags.http;
  let live: Live | undefined;
  const watch = watchEngine(engine, progress, readVersion(), () => live);
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
  return {
    url: web.url,
    update: () => metrics.update(),
    show: (shown) => (live = shown),
    close: () => web.close(),
  };
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
