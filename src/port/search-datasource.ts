import type { EntityKey } from '../model/entity.js';
import { PortError } from '../errors/port-error.js';
import { asRecord } from './port-answer.js';
import type { PortClient } from './port-client.js';
import type { RetryPolicy } from './retry-policy.js';

/** Which entities: those whose datasource starts and ends so, whatever version wrote them. */
export interface DatasourceFilter {
  /** e.g. `port-ocean/aws`. */
  readonly prefix: string;
  /** e.g. `/aws-production/exporter`. */
  readonly suffix: string;
}

/** How many entities Port gives a page at most. */
const PAGE = 5_000;

/**
 * The filter that finds what an integration wrote, whatever its version: Sluice or Ocean's `aws`, and the
 * one that Port hosts (`aws-v3`). Integrations of other types are not ours, even under this identifier.
 */
export function datasourceOf(integration: string): DatasourceFilter {
  return { prefix: 'port-ocean/aws', suffix: `/${integration}/exporter` };
}

/**
 * Names every entity that Port holds of a datasource, a page at a time (at most 5,000). Throws where a
 * page can't be had: what came until then is not the whole, and must not be taken for it.
 */
export async function* datasourceEntities(
  client: PortClient,
  filter: DatasourceFilter,
  options: { readonly signal?: AbortSignal; readonly retry?: RetryPolicy } = {},
): AsyncGenerator<readonly EntityKey[], void, undefined> {
  const path = '/blueprints/entities/datasource-entities';
  let from: unknown;
  do {
    const answer = await client.request({
      method: 'POST',
      path,
      body: JSON.stringify({
        datasource_prefix: filter.prefix,
        datasource_suffix: filter.suffix,
        limit: PAGE,
        ...(from === undefined ? {} : { from }),
      }),
      ...options,
    });
    const { entities, next } = asRecord(answer.body);
    const keys = Array.isArray(entities) ? entities.map(keyOf) : [undefined];
    const repeats = next !== undefined && next !== null && next === from;
    if (repeats || !keys.every((key) => key !== undefined)) {
      const what = repeats ? 'names the same page again' : 'is no list of entities';
      throw new PortError(`the answer to POST ${path} ${what}`, {
        code: 'port.bad-answer',
        status: answer.status,
        method: 'POST',
        path,
      });
    }
    yield keys;
    from = next ?? undefined;
  } while (from !== undefined);
}

function keyOf(element: unknown): EntityKey | undefined {
  const { blueprint, identifier } = asRecord(element);
  return typeof blueprint === 'string' && typeof identifier === 'string'
    ? { blueprint, identifier }
    : undefined;
}
