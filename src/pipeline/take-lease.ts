import type { Logger } from 'pino';
import type { Pipeline } from '../config/pipeline.js';
import { EnvironmentError } from '../errors/environment-error.js';
import { acquireLease } from '../port/lease.js';
import type { Lease } from '../port/lease.js';
import type { PortClient } from '../port/port-client.js';
import { installationId } from '../state/meta.js';
import type { StateStore } from '../state/state-store.js';

/**
 * The lease stands beside the mapping, and Port can't write one without the other: where people edit the
 * mapping, it is renewed seldom, so that a renewal hardly ever meets an edit.
 */
const EDITED_IN_PORT = { renewMs: 60_000, ttlMs: 180_000 };

/** Makes this process the integration's one writer; aborts `stop` where another takes over. */
export async function takeLease(
  client: PortClient,
  store: StateStore,
  stop: AbortController,
  log: Logger,
  pipeline: Pipeline,
): Promise<Lease> {
  return acquireLease({
    client,
    ...(pipeline.port.mappingFrom === 'port' && EDITED_IN_PORT),
    holder: await installationId(store),
    signal: stop.signal,
    settleMs: 250,
    onLost: (by) => {
      log.error(
        { host: by.host, pid: by.pid },
        'another Sluice has taken over this integration: stopping',
      );
      stop.abort(
        new EnvironmentError(
          `another Sluice has taken over this integration (host ${by.host}, process ${by.pid})`,
          {
            code: 'port.lease-lost',
            hint: 'Let one process write an integration; stop this one or the other.',
          },
        ),
      );
    },
  });
}
