import { encodeEntityKey } from '../model/entity.js';
import { PortError } from '../errors/port-error.js';
import { SeenSet } from '../flow/seen-set.js';
import type { IndexRecord } from '../model/index-record.js';
import type { PortClient } from '../port/port-client.js';
import { STARTUP } from '../port/retry-policy.js';
import { datasourceEntities, datasourceOf } from '../port/search-datasource.js';
import type { Engine } from './open-engine.js';
import type { Parts } from './parts.js';

const VERIFIED = 'verified-at';
/** Entities that one reading of Port is compared with: some 16 MB. More are compared in several readings. */
const ENTITIES_A_PASS = 1_000_000;
const LOOKED_AT_ONCE = 1_000;

/** What of Port drifted: entities that the index takes for written and Port does not give as ours. */
interface Verification {
  readonly verified: number;
  readonly drifted: number;
}

/** {@link verifyAll}, where it was not done for as long as the pipeline says. */
export async function verifyWhenDue({
  parts,
  port,
}: Pick<Engine, 'parts' | 'port'>): Promise<Verification | undefined> {
  const last = parts.state.store.get<number>('meta', VERIFIED);
  const isDue = last === undefined || Date.now() - last >= parts.pipeline.resync.verifyAllMs;
  return isDue ? await verifyAll(parts, port) : undefined;
}

/**
 * Reads from Port which entities it holds as this integration's, and has those that are missing written
 * again by the next look at their resource, at the latest by the resync that follows. Missing is what was
 * deleted by hand, and what somebody else wrote last: Port gives an entity to whoever wrote it last.
 *
 * The index keeps hashes, not entities, so contents are not compared: an edit that Port does not give to
 * somebody else is not noticed. Nothing is deleted because of what is read here. What is written while
 * Port is read may be taken for missing; it is written once more, which changes nothing.
 */
async function verifyAll(parts: Parts, client: PortClient): Promise<Verification> {
  const { state, log, stop } = parts;
  const { total } = await state.index.countEntities();
  const passes = Math.max(1, Math.ceil(total / ENTITIES_A_PASS));
  let [verified, drifted] = [0, 0];
  try {
    for (let pass = 0; pass < passes && total > 0; pass += 1) {
      const inPass = (entity: string): boolean => passes === 1 || partOf(entity, passes) === pass;
      const held = new SeenSet();
      for await (const page of datasourceEntities(client, datasourceOf(client.integration), {
        signal: stop,
        retry: STARTUP,
      })) {
        for (const key of page.map(encodeEntityKey)) if (inPass(key)) held.add(key);
      }
      verified += held.size;
      drifted += await forgetMissing(parts, (entity) => inPass(entity) && !held.has(entity));
    }
  } catch (error) {
    if (stop.aborted) return { verified, drifted };
    if (!(error instanceof PortError)) throw error;
    log.warn({ code: error.code }, `what Port holds could not be verified: ${error.message}`);
    return { verified, drifted };
  }
  await state.store.commit([{ op: 'put', table: 'meta', key: VERIFIED, value: Date.now() }]);
  if (drifted > 0)
    log.info(
      { verified, drifted },
      `${drifted} entities were changed or deleted in Port by others`,
    );
  return { verified, drifted };
}

/** Forgets the hashes of what is missing; gives how many entities. */
async function forgetMissing(
  parts: Parts,
  isMissing: (entity: string) => boolean,
): Promise<number> {
  const { state, stop } = parts;
  const missing = new SeenSet();
  let looked = 0;
  for (const [id, record] of state.index.scan()) {
    looked += 1;
    if (looked % LOOKED_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    if (stop.aborted) return missing.size;
    if (withoutMissing(record, isMissing) === undefined) continue;
    await inLane(parts, id, async () => {
      const before = state.index.get(id);
      const after = before && withoutMissing(before, isMissing);
      if (before === undefined || after === undefined) return;
      for (const [at, owned] of before.entities.entries()) {
        if (after.entities[at] !== owned) missing.add(encodeEntityKey(owned));
      }
      await state.store.commit(state.index.put(id, after, before));
    });
  }
  return missing.size;
}

/** The record with what is missing to be written again; undefined where nothing is. */
function withoutMissing(
  record: IndexRecord,
  isMissing: (entity: string) => boolean,
): IndexRecord | undefined {
  const entities = record.entities.map((owned) => {
    // Somebody else's entity is not given as ours, and an intent is written anyway.
    if (owned.hash === null || owned.leaving || owned.foreign) return owned;
    return isMissing(encodeEntityKey(owned)) ? { ...owned, hash: null } : owned;
  });
  const changed = entities.some((owned, at) => owned !== record.entities[at]);
  return changed ? { ...record, entities } : undefined;
}

/** Runs where no observation of the resource is between the reading of its record and the writing. */
function inLane({ flow }: Parts, id: string, task: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    flow.resourceLanes.enter(id, '', () => {
      task()
        .finally(() => flow.resourceLanes.leave(id, true))
        .then(resolve, reject);
    });
  });
}

function partOf(text: string, parts: number): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1)
    hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return (hash >>> 0) % parts;
}
