import { LRUCache } from 'lru-cache';
import { PortError } from '../errors/port-error.js';
import { asRecord } from './port-answer.js';
import { classifyRefusal } from './classify-refusal.js';
import { isTransient } from './retry-policy.js';
import type { Batch, PendingChange } from './sink-batch.js';
import { refused, unknownBlueprint, type SinkContext } from './sink-context.js';

/** How long a find is believed, and how many are kept. */
const MEMORY_MS = 10_000;
const MEMORY_ENTRIES = 1_000;

/**
 * Finds the identifiers of entities whose mapping gives a search in place of one. Exactly one hit is
 * taken; none defers the change (the entity may come later), several refuse it.
 */
export class IdentifierSearch {
  readonly #found: LRUCache<string, string>;

  constructor(now: () => number) {
    this.#found = new LRUCache({
      max: MEMORY_ENTRIES,
      ttl: MEMORY_MS,
      ttlResolution: 0,
      perf: { now },
    });
  }

  /** Resolves the one item of a batch of kind `search` and takes it into an upsert. */
  async resolve(batch: Batch, sink: SinkContext): Promise<void> {
    for (const item of batch.items) await this.#resolveItem(item, batch, sink);
  }

  async #resolveItem(item: PendingChange, batch: Batch, sink: SinkContext): Promise<void> {
    if (item.change.op !== 'upsert') return;
    const body = searchBody(batch.blueprint, item.change.search);
    let identifier = this.#found.get(body);
    if (identifier === undefined) {
      const found = await search(body, batch, item, sink);
      if (found === undefined) return;
      const [first, ...others] = found;
      if (first === undefined) {
        const message = `no entity of ${batch.blueprint} matches the search that stands for the identifier`;
        sink.settle(item, { status: 'deferred', message });
        return;
      }
      if (others.length > 0) {
        const message = `${found.length.toString()} entities of ${batch.blueprint} match the search that stands for the identifier; it must match one`;
        sink.settle(item, refused(422, 'port.ambiguous-identifier', message));
        return;
      }
      identifier = first;
      this.#found.set(body, identifier);
    }
    item.identifier = identifier;
    item.resolved = true;
    item.bytes += Buffer.byteLength(JSON.stringify(identifier)) + '"identifier":,'.length;
    sink.admit(item);
  }
}

/** The identifiers found; undefined where the search was refused and the item answered so. */
async function search(
  body: string,
  batch: Batch,
  item: PendingChange,
  sink: SinkContext,
): Promise<readonly string[] | undefined> {
  try {
    const answer = await sink.send(batch, {
      method: 'POST',
      path: '/entities/search',
      query: 'exclude_calculated_properties=true&include=blueprint&include=identifier',
      body,
    });
    return identifiersOf(answer.body, batch.blueprint);
  } catch (error) {
    if (!(error instanceof PortError) || isTransient(error.status)) throw error;
    const { status, portCode, portMessage, details, message } = error;
    const kind = classifyRefusal({
      statusCode: status,
      error: portCode,
      message: portMessage,
      details,
    });
    sink.settle(
      item,
      kind === 'missing-blueprint'
        ? unknownBlueprint(batch.blueprint)
        : refused(
            status,
            portCode ?? 'port.search-refused',
            `the search that stands for the identifier was refused: ${portMessage ?? message}`,
          ),
    );
    return undefined;
  }
}

/** The search, narrowed to the blueprint. */
function searchBody(blueprint: string, search: unknown): string {
  const { combinator, rules } = asRecord(search);
  const ofBlueprint = { property: '$blueprint', operator: '=', value: blueprint };
  const flat = combinator !== 'or' && Array.isArray(rules);
  return JSON.stringify({
    combinator: 'and',
    rules: flat ? [ofBlueprint, ...(rules as unknown[])] : [ofBlueprint, search],
  });
}

function identifiersOf(body: unknown, blueprint: string): readonly string[] {
  const { entities } = asRecord(body);
  if (!Array.isArray(entities)) return [];
  const identifiers = new Set<string>();
  for (const entity of entities.map(asRecord)) {
    const fits = entity['blueprint'] === undefined || entity['blueprint'] === blueprint;
    if (fits && typeof entity['identifier'] === 'string') identifiers.add(entity['identifier']);
  }
  return [...identifiers];
}
