import { tap } from 'rxjs';
import type { ResourceSource } from '../sources/resource-source.js';
import { maskExample } from '../telemetry/mask-example.js';

/** Examples of a kind that Port is given. */
const MOST_EXAMPLES = 3;
/** A larger resource is no example. */
const LARGEST_CHARS = 64 * 1024;

/** Keeps a few resources of each kind as they pass, for the page in Port where mappings are written. */
export class KindExamples {
  readonly #bodies = new Map<string, string[]>();

  /** The sources, looked at as they list and read. */
  watch(sourceOf: (kind: string) => ResourceSource): (kind: string) => ResourceSource {
    const watched = new Map<string, ResourceSource>();
    return (kind) => {
      let source = watched.get(kind);
      if (source === undefined) watched.set(kind, (source = this.#watched(kind, sourceOf(kind))));
      return source;
    };
  }

  /** What was seen of each kind since the last call, with secrets masked. */
  take(): ReadonlyMap<string, readonly unknown[]> {
    const taken = [...this.#bodies].map(
      ([kind, bodies]) => [kind, bodies.flatMap(parse).map(maskExample)] as const,
    );
    this.#bodies.clear();
    return new Map(taken.filter(([, examples]) => examples.length > 0));
  }

  #watched(kind: string, source: ResourceSource): ResourceSource {
    const watched: ResourceSource = {
      get readable() {
        return source.readable;
      },
      list: (scope, acquire) =>
        source.list(scope, acquire).pipe(
          tap(({ page }) => {
            if (this.#isFull(kind)) return;
            for (const { body } of page.resources) if (body !== undefined) this.#keep(kind, body);
          }),
        ),
      read: async (...args) => {
        const result = await source.read(...args);
        if (result.state === 'present') this.#keep(kind, result.body);
        return result;
      },
    };
    const { walkScopes } = source;
    return walkScopes === undefined
      ? watched
      : Object.assign(watched, { walkScopes: walkScopes.bind(source) });
  }

  #keep(kind: string, body: string): void {
    if (this.#isFull(kind) || body.length > LARGEST_CHARS) return;
    const bodies = this.#bodies.get(kind);
    if (bodies === undefined) this.#bodies.set(kind, [body]);
    else bodies.push(body);
  }

  #isFull(kind: string): boolean {
    return (this.#bodies.get(kind)?.length ?? 0) >= MOST_EXAMPLES;
  }
}

function parse(body: string): unknown[] {
  try {
    return [JSON.parse(body)];
  } catch {
    return [];
  }
}
