import type { Logger } from 'pino';
import type { Live } from '../pipeline/live/live.js';
import type { Engine } from '../pipeline/open-engine.js';
import type { MappingStatus } from '../pipeline/port-watch.js';
import type { Progress } from '../pipeline/progress.js';
import { Metrics } from '../telemetry/metrics.js';
import { startWeb } from '../web/start-web.js';
import { watchEngine } from '../web/watch-engine.js';
import type { HttpAddress } from './http-address.js';
import { readVersion } from './version.js';

/** Guards the pages where they are served beyond this machine. */
const TOKEN = 'SLUICE_HTTP_TOKEN';

/** The pages while the engine runs. */
export interface ServedWeb {
  readonly url: string;
  /** Tells the metrics of a finished resync. */
  readonly update: () => void;
  /** Shows the live path from now on. */
  readonly show: (live: Live | undefined) => void;
  readonly close: () => Promise<void>;
}

/** Serves health, metrics and dashboard while the engine runs. */
export async function serveWeb(
  { host, port }: HttpAddress,
  engine: Engine,
  progress: Progress,
  log: Logger,
  mapping: () => MappingStatus | undefined = () => undefined,
): Promise<ServedWeb> {
  let live: Live | undefined;
  const watch = watchEngine(engine, progress, readVersion(), () => live, mapping);
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
