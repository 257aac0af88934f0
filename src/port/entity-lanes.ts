import { encodeEntityKey } from '../model/entity.js';
import type { PendingChange } from './sink-batch.js';

/** Lets one change of an entity through at a time; the others wait in the order in which they came. */
export class EntityLanes {
  readonly #lanes = new Map<string, PendingChange[] | undefined>();

  /** True where the change may go on; otherwise `leave` of the one before it gives it back. */
  enter(item: PendingChange): boolean {
    const key = keyOf(item);
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
    const key = keyOf(item);
    const waiting = this.#lanes.get(key) ?? [];
    this.#lanes.delete(key);
    return waiting;
  }

  clear(): void {
    this.#lanes.clear();
  }
}

function keyOf(item: PendingChange): string {
  return encodeEntityKey({ blueprint: item.change.blueprint, identifier: item.identifier });
}
