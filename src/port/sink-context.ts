import type { ChangeResult } from '../model/change.js';
import type { MissingBlueprints } from './missing-blueprints.js';
import type { PortAnswer } from './port-answer.js';
import type { PortCall, PortClient } from './port-client.js';
import type { Batch, PendingChange } from './sink-batch.js';

/** The pipeline's settings that go with every write. */
export interface WriteSettings {
  /** Whether Port makes bare entities of missing relation targets. */
  readonly createMissingRelatedEntities: boolean;
  /** Whether properties that an upsert does not name are kept. */
  readonly enableMergeEntity: boolean;
  /** Whether a delete takes with it the entities that require the deleted one. */
  readonly deleteDependentEntities: boolean;
}

/** What the writers of batches are given by the sink. */
export interface SinkContext {
  readonly client: PortClient;
  readonly settings: WriteSettings;
  readonly missingBlueprints: MissingBlueprints;
  /** One request, tried until Port answers it for good; see BatchSender for when it rejects as transient. */
  send(batch: Batch, call: Omit<PortCall, 'retry' | 'signal' | 'observer'>): Promise<PortAnswer>;
  /** Answers a change. Nothing happens where it was answered before. */
  settle(item: PendingChange, result: ChangeResult): void;
  /** Queues a batch behind the others. */
  enqueue(batch: Batch): void;
  /** Takes a change whose identifier is known into a batch. */
  admit(item: PendingChange): void;
  /** Tries a change again after a while, a few times; then it is answered with `otherwise`. */
  again(item: PendingChange, otherwise: ChangeResult): void;
}

/** Answers every change of a batch that has no answer yet. */
export function settleAll(sink: SinkContext, batch: Batch, result: ChangeResult): void {
  for (const item of batch.items) sink.settle(item, result);
}

/** A refusal as a result. `code` is Port's `error` field, or one of ours with a `port.` in front. */
export function refused(statusCode: number, code: string, message: string): ChangeResult {
  return { status: 'refused', statusCode, code, message };
}

export function unknownBlueprint(blueprint: string): ChangeResult {
  return refused(
    404,
    'port.unknown-blueprint',
    `Port has no blueprint ${JSON.stringify(blueprint)}; create it, or correct the mapping's blueprint`,
  );
}
