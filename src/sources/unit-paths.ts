import type { OrganizationCalls } from './organization-calls.js';

/** Where something stands in the organization's tree: units from the root down. */
export interface UnitPath {
  /** Their names, each behind a slash. */
  readonly path: string;
  readonly ids: readonly string[];
}

const NOWHERE: UnitPath = { path: '', ids: [] };

/** The organization's tree from below: each unit is asked for once, however many accounts it holds. */
export class UnitPaths {
  readonly #calls: OrganizationCalls;
  readonly #units = new Map<string, Promise<UnitPath>>();
  #roots: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(calls: OrganizationCalls) {
    this.#calls = calls;
  }

  /** The units above an account or unit. Rejects with an AwsError where one of them can't be asked for. */
  async above(child: string): Promise<UnitPath> {
    const parent = await this.#calls.parentOf(child);
    let path = this.#units.get(parent);
    if (path === undefined) {
      path = this.#pathOf(parent);
      this.#units.set(parent, path);
      path.catch(() => this.#units.delete(parent));
    }
    return path;
  }

  async #pathOf(id: string): Promise<UnitPath> {
    const isRoot = id.startsWith('r-');
    const [parent, name] = await Promise.all([
      isRoot ? NOWHERE : this.above(id),
      isRoot ? this.#rootName(id) : this.#calls.unitName(id),
    ]);
    return { path: `${parent.path}/${name}`, ids: [...parent.ids, id] };
  }

  async #rootName(id: string): Promise<string> {
    this.#roots ??= this.#listRoots();
    this.#roots.catch(() => (this.#roots = undefined));
    return (await this.#roots).get(id) ?? id;
  }

  async #listRoots(): Promise<ReadonlyMap<string, string>> {
    const roots = new Map<string, string>();
    for await (const page of this.#calls.roots())
      for (const { id, name } of page) roots.set(id, name);
    return roots;
  }
}
