import type { Logger } from 'pino';
import type { Pipeline } from '../config/pipeline.js';
import { listBlueprints } from '../port/blueprints.js';
import type { PortClient } from '../port/port-client.js';

/**
 * Tells of which blueprints an entity may have dependents among ours. Where Port is asked to delete
 * dependents, it takes along whatever relates to the entity, whether AWS still holds that or not; so
 * entities that others may relate to are deleted alone, and only the rest as the pipeline says.
 */
export class Dependents {
  readonly #client: PortClient;
  readonly #log: Logger;
  /** No mapping relates to anything: nothing of ours can depend on anything. */
  readonly #none: boolean;
  #targets: ReadonlySet<string> | undefined;

  constructor(client: PortClient, pipeline: Pipeline, log: Logger) {
    this.#client = client;
    this.#log = log;
    const mappings = pipeline.kinds.flatMap((kind) => kind.mappings);
    this.#none = mappings.every(({ spec }) => spec.relations.length === 0);
  }

  /** Asks Port anew which blueprints relations point to; until that works, any may have dependents. */
  async refresh(): Promise<void> {
    if (this.#none) return;
    try {
      const blueprints = await listBlueprints(this.#client);
      this.#targets = new Set(blueprints.flatMap(targetsOf));
    } catch (error) {
      this.#log.debug(
        { reason: String(error) },
        'Port does not tell its blueprints: deletes spare dependents',
      );
    }
  }

  /** Whether an entity of the blueprint must be deleted alone. */
  mayHave(blueprint: string): boolean {
    if (this.#none) return false;
    return this.#targets?.has(blueprint) ?? true;
  }
}

function targetsOf({ relations }: Readonly<Record<string, unknown>>): readonly string[] {
  if (typeof relations !== 'object' || relations === null) return [];
  return Object.values(relations).flatMap((relation: unknown) =>
    typeof relation === 'object' && relation !== null && 'target' in relation
      ? [String(relation.target)]
      : [],
  );
}
