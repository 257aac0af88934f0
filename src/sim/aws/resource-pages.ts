import { LRUCache } from 'lru-cache';
import { parentIn, type KindModel } from '../organization/kind-model.js';
import type { ScopeStore } from '../organization/scope-store.js';

/** Which page of a listing is wanted. */
export interface PageRequest {
  /** Where it starts, in positions of the store. */
  readonly position: number;
  /** Most resources of it. */
  readonly size: number;
  /** Only the children of this parent. */
  readonly parent: string | undefined;
  /** Leaves resources out. */
  readonly hidden: ((identifier: string) => boolean) | undefined;
  /** Only the identifier properties. */
  readonly partial: boolean;
}

/** A page of a listing. */
export interface ResourcePage {
  /** Its ResourceDescriptions, in JSON, without the brackets. */
  readonly json: Buffer;
  /** Where the next page starts; undefined behind the last. */
  readonly next: number | undefined;
}

/** Bytes of pages that are kept, because a benchmark lists the same organization again and again. */
const CACHE_BYTES = 64 * 1024 * 1024;
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from('}');

/** Makes pages of listings, and remembers them while nothing changes and the memory for it lasts. */
export class ResourcePages {
  private readonly pages = new LRUCache<string, ResourcePage>({
    maxSize: CACHE_BYTES,
    sizeCalculation: (page) => page.json.length + 1,
  });

  get(store: ScopeStore, model: KindModel, request: PageRequest): ResourcePage {
    if (request.hidden !== undefined) return makePage(store, model, request);
    const { position, size, parent = '', partial } = request;
    const key = `${store.id}|${store.version}|${position}|${size}|${partial}|${parent}`;
    let page = this.pages.get(key);
    if (page === undefined) this.pages.set(key, (page = makePage(store, model, request)));
    return page;
  }
}

function makePage(store: ScopeStore, model: KindModel, request: PageRequest): ResourcePage {
  const { size, parent, hidden, partial } = request;
  const parts: Buffer[] = [];
  let { position } = request;
  let count = 0;
  // Only children are searched for; other pages are counted in positions, and short where some were deleted.
  const last = parent === undefined ? Math.min(position + size, store.positions) : store.positions;
  for (; position < last && count < size; position++) {
    const held = store.at(position);
    if (held === undefined || hidden?.(held.identifier) === true) continue;
    if (parent !== undefined && parentIn(model, held.identifier) !== parent) continue;
    const quoted = partial ? quotedIdentifier(model, held.identifier) : held.quoted();
    if (count++ > 0) parts.push(COMMA);
    parts.push(
      Buffer.from(`{"Identifier":${JSON.stringify(held.identifier)},"Properties":`),
      quoted,
      CLOSE,
    );
  }
  return { json: Buffer.concat(parts), next: position < store.positions ? position : undefined };
}

function quotedIdentifier(model: KindModel, identifier: string): Buffer {
  const names = model.identifierProperties;
  const values = names.length === 1 ? [identifier] : identifier.split('|');
  const properties = JSON.stringify(Object.fromEntries(names.map((name, i) => [name, values[i]])));
  return Buffer.from(JSON.stringify(properties));
}
