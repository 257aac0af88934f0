import type { Logger } from 'pino';
import { PortError } from '../errors/port-error.js';
import { encodeEntityKey } from '../model/entity.js';
import type { PortClient } from '../port/port-client.js';
import { STARTUP } from '../port/retry-policy.js';
import { datasourceEntities, datasourceOf } from '../port/search-datasource.js';
import type { StateParts } from './parts.js';

const ADOPTED = 'adopted';

/**
 * Where the state is new: notes as unclaimed what Port already holds of this integration, so that what
 * nothing maps to any more is found and deleted in time. Done once a state, whole or not at all; a Port
 * that offers no such search is done without.
 */
export async function adopt(client: PortClient, state: StateParts, log: Logger): Promise<void> {
  const { store, unclaimed, index } = state;
  if (store.get<boolean>('meta', ADOPTED) !== undefined) return;
  let adopted = 0;
  try {
    const pages = datasourceEntities(client, datasourceOf(client.integration), { retry: STARTUP });
    for await (const page of pages) {
      const free = page.map(encodeEntityKey).filter((entity) => index.owners(entity).length === 0);
      adopted += free.length;
      await store.commit(free.flatMap((entity) => unclaimed.adopt(entity)));
    }
  } catch (error) {
    if (!(error instanceof PortError) || ![400, 404, 405, 422, 501].includes(error.status))
      throw error;
    log.warn(
      { code: error.code },
      'Port does not tell which entities are this integration’s: what is stale from before stays',
    );
  }
  if (adopted > 0) {
    log.info(
      { adopted },
      `found ${adopted} entities of this integration in Port; they are kept until two complete resyncs leave them unclaimed`,
    );
  }
  await store.commit([{ op: 'put', table: 'meta', key: ADOPTED, value: true }]);
}
