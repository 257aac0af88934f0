import type { Change, ChangeResult } from '../model/change.js';

/** One submitted change on its way. */
export interface PendingChange {
  readonly change: Change;
  readonly done: (result: ChangeResult) => void;
  /** The identifier as Port is sent it: of the change, or found by its search. */
  identifier: string;
  /** Bytes of the entity in the request, or of the identifier. */
  bytes: number;
  /** The search's find that has to be told with the result. */
  resolved: boolean;
  /** Times that Port answered in a way that asks for another try. */
  retries: number;
  settled: boolean;
  /** The name of its lane, from when it enters. */
  lane?: string;
}

/** What one request (or a series of them) carries. `delete-one` is the way around bulk deletes. */
export type BatchKind = 'upsert' | 'delete' | 'delete-one' | 'search';

export interface Batch {
  readonly kind: BatchKind;
  readonly blueprint: string;
  readonly items: PendingChange[];
  /** Of all items together. */
  bytes: number;
  /** Whether it stands in the queue of batches to be sent (and may still take items until it is). */
  queued: boolean;
  /** The timer at which it is queued. */
  linger?: unknown;
  /** Whether nobody waits for any of its items. */
  patient: boolean;
  /** Writes that Port had decided on when this one first failed. */
  troubledSince?: number;
  /** Whether Port decided on others while this one failed time and again. */
  guilty?: boolean;
}

/** Port's bounds on a bulk upsert, and on a bulk delete. */
const MAX_UPSERTS = 20;
const MAX_BODY_BYTES = 1_048_576;
const MAX_DELETES = 100;

/** Bytes of `{"entities":[` and `]}`. */
const FRAME_BYTES = 15;

/** Whether a batch can take one more item of so many bytes. An item that is too large alone goes alone. */
export function fits(batch: Batch, bytes: number): boolean {
  const { length } = batch.items;
  if (length === 0) return true;
  if (batch.kind === 'search' || batch.kind === 'delete-one') return false;
  if (length >= (batch.kind === 'upsert' ? MAX_UPSERTS : MAX_DELETES)) return false;
  // A comma between the items; a hundred identifiers of a delete never come near the bound.
  return FRAME_BYTES + batch.bytes + bytes + length <= MAX_BODY_BYTES;
}

/** Whether nothing more can be expected to fit. */
export function isFull(batch: Batch): boolean {
  return !fits(batch, 1);
}

export function makeBatch(kind: BatchKind, blueprint: string, items: PendingChange[] = []): Batch {
  let bytes = 0;
  for (const item of items) bytes += item.bytes;
  return { kind, blueprint, items, bytes, queued: false, patient: true };
}

/** Two halves, each at least one item; the batch must hold two or more. */
export function halves(batch: Batch): [Batch, Batch] {
  const middle = Math.ceil(batch.items.length / 2);
  return [
    makeBatch(batch.kind, batch.blueprint, batch.items.slice(0, middle)),
    makeBatch(batch.kind, batch.blueprint, batch.items.slice(middle)),
  ];
}
