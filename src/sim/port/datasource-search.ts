import { asObject, invalidRequest, ok, onlyFields, type PortAnswer } from './answer.js';
import type { EntityStore, PortEntity } from './entity-store.js';

const MAX_PAGE = 5_000;
/** Searches that are remembered between pages. */
const MAX_SEARCHES = 8;

/**
 * POST /blueprints/entities/datasource-entities: the entities that a datasource wrote, in pages. What
 * a search finds is fixed at its first page, because sorting again for each page would take minutes
 * with many entities; what was deleted since is left out of later pages.
 */
export class DatasourceSearch {
  private readonly searches = new Map<string, readonly PortEntity[]>();
  private count = 0;

  constructor(private readonly store: EntityStore) {}

  run(input: unknown): PortAnswer {
    const body = asObject(input, 'body');
    onlyFields(body, ['datasource_prefix', 'datasource_suffix', 'limit', 'before', 'from'], 'body');
    const { datasource_prefix: prefix, datasource_suffix: suffix, limit = MAX_PAGE, before } = body;
    if (typeof prefix !== 'string' || typeof suffix !== 'string') {
      throw invalidRequest('datasource_prefix and datasource_suffix must be strings');
    }
    if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
      throw invalidRequest(`limit must be from 1 to ${MAX_PAGE}`);
    }
    const from = body['from'] ?? null;
    const { id, offset } =
      from === null ? { id: this.search(prefix, suffix, before), offset: 0 } : readCursor(from);
    const found = this.searches.get(id);
    if (found === undefined)
      throw invalidRequest('from is not a cursor of this call, or has expired');
    const end = offset + limit;
    const page = found
      .slice(offset, end)
      .filter(({ blueprint, identifier }) => this.store.get(blueprint, identifier));
    const next = end < found.length ? Buffer.from(`${id}:${end}`).toString('base64') : null;
    if (next === null) this.searches.delete(id);
    return ok({
      entities: page.map(({ identifier, blueprint }) => ({ identifier, blueprint })),
      next,
    });
  }

  private search(prefix: string, suffix: string, before: unknown): string {
    const found: PortEntity[] = [];
    for (const entity of this.store.entities()) {
      const { datasource, updatedAt } = entity;
      if (!datasource.startsWith(prefix) || !datasource.endsWith(suffix)) continue;
      if (typeof before !== 'string' || updatedAt < before) found.push(entity);
    }
    const [oldest] = this.searches.keys();
    if (oldest !== undefined && this.searches.size >= MAX_SEARCHES) this.searches.delete(oldest);
    const id = String(++this.count);
    this.searches.set(id, found);
    return id;
  }
}

function readCursor(from: unknown): { id: string; offset: number } {
  const [id = '', offset = ''] = Buffer.from(typeof from === 'string' ? from : '', 'base64')
    .toString('utf8')
    .split(':');
  if (!/^\d+$/.test(id) || !/^\d+$/.test(offset))
    throw invalidRequest('from is not a cursor of this call');
  return { id, offset: Number(offset) };
}
