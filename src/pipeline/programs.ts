import type { KindConfig, Pipeline } from '../config/pipeline.js';
import { compileKind } from '../jq/compile-kind.js';
import type { KindProgram } from '../jq/kind-program.js';
import { GLOBAL } from '../model/resource-key.js';
import type { ResourceKey } from '../model/resource-key.js';

/** Whether a mapping's region policy lets a region in. */
export type RegionAllowed = (
  policy: KindConfig['mappings'][number]['regionPolicy'],
  region: string,
) => boolean;

/**
 * The compiled programs of a pipeline: one a kind, or, where the mappings of a kind have policies of
 * their own, one for each set of mappings that some region lets in. Compiled on first use, kept.
 */
export class Programs {
  readonly #kinds: ReadonlyMap<string, KindConfig>;
  readonly #allowed: RegionAllowed;
  readonly #engineVersion: string;
  readonly #byRegion = new Map<string, KindProgram>();
  readonly #bySet = new Map<string, KindProgram>();
  /** Resources come in pages of one kind and region. */
  #last:
    { readonly kind: string; readonly region: string; readonly program: KindProgram } | undefined;

  /** @param engineVersion of the jq that runs them: what another one made counts as changed */
  constructor(pipeline: Pipeline, allowed: RegionAllowed, engineVersion: string) {
    this.#engineVersion = engineVersion;
    this.#kinds = new Map(pipeline.kinds.map((kind) => [kind.kind, kind]));
    this.#allowed = allowed;
  }

  kind(kind: string): KindConfig | undefined {
    return this.#kinds.get(kind);
  }

  /** The program for resources of a kind in a region; one without mappings where none is let in. */
  for({ kind, region }: Pick<ResourceKey, 'kind' | 'region'>): KindProgram {
    const last = this.#last;
    if (last?.kind === kind && last.region === region) return last.program;
    const program = this.#find(kind, region);
    this.#last = { kind, region, program };
    return program;
  }

  #find(kind: string, region: string): KindProgram {
    const name = `${kind} ${region}`;
    const known = this.#byRegion.get(name);
    if (known) return known;
    const mappings = (this.#kinds.get(kind)?.mappings ?? []).filter(
      // A policy names regions; what has none is nobody's to turn away.
      (mapping) => region === GLOBAL || this.#allowed(mapping.regionPolicy, region),
    );
    const set = `${kind} ${mappings.map((mapping) => mapping.spec.position).join(',')}`;
    const program =
      this.#bySet.get(set) ??
      compileKind(
        mappings.map((mapping) => mapping.spec),
        { engineVersion: this.#engineVersion },
      );
    this.#bySet.set(set, program);
    this.#byRegion.set(name, program);
    return program;
  }
}
