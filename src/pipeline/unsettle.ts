import type { StateWrite } from '../state/state-store.js';
import type { Parts } from './parts.js';

/**
 * Marks what a resource owns as to be written again, so that the next resync does so even where its
 * body is unchanged: for a share that had to follow another owner's and could not.
 *
 * @param target encoded resource key
 */
export function unsettle(parts: Parts, target: string): StateWrite[] {
  const { index } = parts.state;
  const record = index.get(target);
  if (record === undefined) return [];
  const entities = record.entities.map((owned) => ({ ...owned, hash: null }));
  return index.put(target, { ...record, entities }, record);
}
