import type { Pipeline } from '../config/pipeline.js';
import { ConfigError } from '../errors/config-error.js';
import { DeadLetters } from '../state/dead-letters.js';
import { IndexTable } from '../state/index-table.js';
import { RetryTable } from '../state/retry-table.js';
import { RicherKinds } from '../state/richer-kinds.js';
import { EndedScopes } from '../state/scopes.js';
import { StaleTable } from '../state/stale.js';
import type { StateStore } from '../state/state-store.js';
import { Ticks } from '../state/ticks.js';
import { UnclaimedTable } from '../state/unclaimed.js';
import type { StateParts } from './parts.js';
import { RelatedClaims } from './related-claims.js';

/** The tables of a store. Throws a ConfigError where it is the state of another integration. */
export async function openState(store: StateStore, pipeline: Pipeline): Promise<StateParts> {
  const { integration } = pipeline.port;
  const owner = store.get<string>('meta', 'integration');
  if (owner !== undefined && owner !== integration) {
    throw new ConfigError(
      `the state directory belongs to integration ${owner}, not ${integration}`,
      {
        code: 'state.other-integration',
        hint: 'Give each integration a state directory of its own (--state DIR).',
      },
    );
  }
  await store.commit([{ op: 'put', table: 'meta', key: 'integration', value: integration }]);
  const unclaimed = new UnclaimedTable(store);
  return {
    store,
    index: new IndexTable(store),
    retries: new RetryTable(store),
    deadLetters: new DeadLetters(store),
    richer: new RicherKinds(store),
    ended: new EndedScopes(store),
    stale: new StaleTable(store),
    unclaimed,
    relatedClaims: new RelatedClaims(unclaimed),
    ticks: await Ticks.open(store),
  };
}
