import type { MappedEntity } from '../../model/entity.js';
import type {
  LeafFault,
  MappingFailure,
  MappingOutcome,
  MappingVerdict,
} from '../../model/mapping-result.js';
import { FAILED, MISSING } from './worker-messages.js';
import type { PackedOutcomes } from './worker-messages.js';

/** Packs outcomes for the way to the main thread; undefined stands for a line that was not evaluated. */
export function packOutcomes(outcomes: readonly (MappingOutcome | undefined)[]): PackedOutcomes {
  const lines: number[] = [];
  const counts: number[] = [];
  const mappings: number[] = [];
  const texts: string[] = [];
  const verdicts: (readonly MappingVerdict[])[] = [];
  const known = new Map<string, number>();
  const faults: (readonly LeafFault[])[] = [];
  const faulty: [number, number][] = [];
  const searches: [number, unknown][] = [];
  const failures: [number, MappingFailure][] = [];
  for (const [line, outcome] of outcomes.entries()) {
    if (!outcome?.ok) {
      lines.push(outcome ? FAILED : MISSING);
      counts.push(0);
      if (outcome) failures.push([line, { code: outcome.code, message: outcome.message }]);
      continue;
    }
    const key = verdictsKey(outcome.verdicts);
    let index = known.get(key);
    if (index === undefined) {
      index = verdicts.push(outcome.verdicts) - 1;
      known.set(key, index);
    }
    lines.push(index);
    counts.push(outcome.entities.length);
    if (outcome.faults.length > 0) {
      // A leaf that is amiss is so for many resources of a batch, in the same words.
      const name = faultsKey(outcome.faults);
      let at = known.get(name);
      if (at === undefined) known.set(name, (at = faults.push(outcome.faults) - 1));
      faulty.push([line, at]);
    }
    for (const { mapping, blueprint, identifier, json, hash, search } of outcome.entities) {
      if (search !== undefined) searches.push([mappings.length, search]);
      mappings.push(mapping);
      texts.push(blueprint, identifier, json, hash);
    }
  }
  return { lines, counts, mappings, texts, verdicts, faults, faulty, searches, failures };
}

/** The inverse of {@link packOutcomes}. Resources with the same verdicts share one list of them. */
export function unpackOutcomes(packed: PackedOutcomes): (MappingOutcome | undefined)[] {
  const faults = new Map(packed.faulty);
  const failures = new Map(packed.failures);
  const searches = new Map(packed.searches);
  // One copy of each name instead of one an entity: an index of many entities may hold on to them.
  const blueprints = new Map<string, string>();
  let entity = 0;
  return packed.lines.map((verdicts, line) => {
    if (verdicts === MISSING) return undefined;
    const failure = failures.get(line);
    if (failure) return { ok: false, ...failure };
    const entities: MappedEntity[] = [];
    for (let left = packed.counts[line]!; left > 0; left -= 1, entity += 1) {
      const blueprint = packed.texts[4 * entity]!;
      if (!blueprints.has(blueprint)) blueprints.set(blueprint, blueprint);
      entities.push({
        mapping: packed.mappings[entity]!,
        blueprint: blueprints.get(blueprint)!,
        identifier: packed.texts[4 * entity + 1]!,
        json: packed.texts[4 * entity + 2]!,
        hash: packed.texts[4 * entity + 3]!,
        ...(searches.size > 0 && searches.has(entity) ? { search: searches.get(entity) } : {}),
      });
    }
    return {
      ok: true,
      entities,
      verdicts: packed.verdicts[verdicts]!,
      faults: packed.faults[faults.get(line) ?? -1] ?? NONE,
    };
  });
}

const NONE: readonly LeafFault[] = [];

function faultsKey(faults: readonly LeafFault[]): string {
  let key = 'f';
  for (const { mapping, leaf, message } of faults) key += `${mapping} ${leaf} ${message};`;
  return key;
}

function verdictsKey(verdicts: readonly MappingVerdict[]): string {
  let key = '';
  for (const { mapping, selector, sound, incomplete } of verdicts) {
    key += `${mapping} ${selector} ${sound} ${incomplete};`;
  }
  return key;
}
