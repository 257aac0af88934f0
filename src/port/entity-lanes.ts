import { encodeEntityKey } from '../model/entity.js';
import type { PendingChange } from './sink-batch.js';

const NONE: readonly PendingChange[] = [];

/** Lets one change of an entity through at a time; the others wait in the order in which they came. */
export class EntityLanes {
  readonly #lanes = new Map<string, PendingChange[] | undefined>();

  /** True where the change may go on; otherwise `leave` of the one before it gives it back. */
  enter(item: PendingChange): boolean {
    const { change, identifier } = item;
    const key = (item.lane ??= encodeEntityKey({ blueprint: change.blueprint, identifier }));
    if (!this.#lanes.has(key)) {
      this.#lanes.set(key, undefined);
      return true;
    }
    const waiting = this.#lanes.get(key);
    if (waiting === undefined) this.#lanes.set(key, [item]);
    else waiting.push(item);
    return false;
  }

  /** The change that was let through is over. Returns those that waited: each must enter anew, in this order. */
  leave(item: PendingChange): readonly PendingChange[] {
    if (item.lane === undefined) return NONE;
    const waiting = this.#lanes.get(item.lane) ?? NONE;
    this.#lanes.delete(item.lane);
    return waiting;
  }

  clear(): void {
    this.#lanes.clear();
  }
}
