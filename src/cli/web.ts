import type { Logger } from 'pino';
import type { Engine } from '../pipeline/open-engine.js';
import type { Progress } from '../pipeline/progress.js';

export interface HttpFlags {
  /** `HOST:PORT`; false with `--no-http`. */
  readonly http: string | false;
}

/** Serves health, metrics and dashboard while the engine runs. Returns what ends it. */
export async function serveWeb(
  _flags: HttpFlags,
  _engine: Engine,
  _progress: Progress,
  _log: Logger,
): Promise<() => Promise<void>> {
  return () => Promise.resolve();
}
