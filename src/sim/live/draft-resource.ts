import { WORDS } from '../organization/awkward.js';
import { joinIdentifier, type Identity, type KindModel } from '../organization/kind-model.js';
import { parseLossless } from '../organization/lossless-json.js';
import { hex8, type Random } from '../organization/random.js';

/** Where a drafted resource is to live. */
export interface Place {
  readonly partition: string;
  readonly accountId: string;
  /** Its own region; that of buckets, too. `global` for global kinds. */
  readonly region: string;
  /** Identifier of the parent, for kinds that have one. */
  readonly parent?: string;
}

/** Draws a resource that nobody holds yet, but for a chance of one in billions. */
export function draftResource(
  model: KindModel,
  place: Place,
  random: Random,
): { readonly identifier: string; readonly properties: Record<string, unknown> } {
  const id = identityIn(place, random);
  const values = model.identifier(id);
  const named = model.identifierProperties.map((name, i) => [name, values[i]] as const);
  const properties = { ...Object.fromEntries(named), ...model.body(id, random, values) };
  return { identifier: joinIdentifier(values), properties };
}

/** Draws another value for one property of a resource; undefined where none is found that differs. */
export function draftUpdate(
  model: KindModel,
  place: Place,
  current: { readonly identifier: string; readonly json: string },
  random: Random,
): Record<string, unknown> | undefined {
  const held = parseLossless(current.json);
  const values =
    model.identifierProperties.length === 1 ? [current.identifier] : current.identifier.split('|');
  for (let tries = 0; tries < 4; tries++) {
    const drawn = model.body(identityIn(place, random), random, values);
    const other = Object.keys(drawn).filter(
      (name) =>
        name !== model.tagProperty &&
        !name.endsWith('Arn') &&
        JSON.stringify(drawn[name]) !== JSON.stringify(held[name]),
    );
    if (other.length === 0) continue;
    const name = random.pick(other);
    return { [name]: drawn[name] };
  }
  return undefined;
}

/** Other tags for a resource: one that tells how often it was changed, and at times one that comes or goes. */
export function draftTags(
  model: KindModel,
  json: string,
  revision: number,
  random: Random,
): Record<string, unknown> | undefined {
  const { tagProperty } = model;
  if (tagProperty === undefined) return undefined;
  const held = JSON.parse(json) as Record<string, unknown>;
  const change: Record<string, string> = { revision: String(revision) };
  if (random.oneIn(3)) change['team'] = random.pick(WORDS);
  const dropped = random.oneIn(4) ? 'team' : undefined;
  const now = held[tagProperty];
  if (now !== null && typeof now === 'object' && !Array.isArray(now)) {
    const tags: Record<string, unknown> = { ...now, ...change };
    if (dropped !== undefined) delete tags[dropped];
    return { [tagProperty]: tags };
  }
  const list = (Array.isArray(now) ? now : []) as { Key: string; Value: string }[];
  const kept = list.filter(({ Key }) => !(Key in change));
  const added = Object.entries(change).map(([Key, Value]) => ({ Key, Value }));
  return { [tagProperty]: [...kept, ...added].filter(({ Key }) => Key !== dropped) };
}

function identityIn({ partition, accountId, region, parent }: Place, random: Random): Identity {
  return {
    partition,
    accountId,
    region,
    index: random.int(1_000_000),
    mark: hex8(random.bits()),
    hash: random.bits(),
    ...(parent !== undefined && { parent }),
  };
}
