import { randomUUID } from 'node:crypto';
import type { StateStore, StateWrite } from './state-store.js';

const INSTALLATION = 'installation';
const GENERATION = 'generation';
const FIRST_LISTING = 'first-listing-at';

/** Where the newest resync stands. */
export interface GenerationState {
  /** 1 for the first resync of a state directory, one more for each after it. */
  readonly number: number;
  /** Whether all its scopes ended and its deletes were decided; if not, a restart goes on with it. */
  readonly finished: boolean;
  /** Hash of the pipeline (mapping, filters) that it was started for; another one starts a new resync. */
  readonly pipeline: string;
}

/** The newest generation; undefined before the first resync. */
export function readGeneration(store: StateStore): GenerationState | undefined {
  return store.get<GenerationState>('meta', GENERATION);
}

/** Notes that a generation was started or finished. */
export function writeGeneration(state: GenerationState): StateWrite {
  return { op: 'put', table: 'meta', key: GENERATION, value: { ...state } };
}

/**
 * Wall-clock time in ms before the very first listing began: where a stream without checkpoints is
 * read from. Undefined until it was noted.
 */
export function readFirstListing(store: StateStore): number | undefined {
  return store.get<number>('meta', FIRST_LISTING);
}

/** Notes the time before the first listing; nothing to write where one was noted already. */
export function noteFirstListing(store: StateStore, now: number): StateWrite[] {
  if (readFirstListing(store) !== undefined) return [];
  return [{ op: 'put', table: 'meta', key: FIRST_LISTING, value: now }];
}

/** The id of this installation: made on first use, durable once the promise resolves. */
export async function installationId(store: StateStore): Promise<string> {
  const known = store.get<string>('meta', INSTALLATION);
  if (known !== undefined) return known;
  const id = randomUUID();
  await store.commit([{ op: 'put', table: 'meta', key: INSTALLATION, value: id }]);
  return id;
}
