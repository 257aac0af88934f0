import { PortError } from '../errors/port-error.js';
import { asRecord } from './port-answer.js';
import { isTransient } from './retry-policy.js';
import { halves, makeBatch, type Batch, type PendingChange } from './sink-batch.js';
import { refused, type SinkContext } from './sink-context.js';

/** Statuses by which a Port (or a gateway before it) says that it has no bulk delete. */
const NO_BULK = new Set([404, 405, 501]);

/**
 * Deletes a batch's entities with one request. What the answer does not list as deleted is deleted
 * alone, which finds out whether it was gone already; so is everything where there is no bulk delete.
 */
export async function writeDeletes(batch: Batch, sink: SinkContext): Promise<void> {
  const sparing = batch.items.filter(isSparing);
  if (sparing.length > 0 && sparing.length < batch.items.length) {
    // What is done with dependents is said once a request.
    const others = batch.items.filter((item) => !isSparing(item));
    for (const items of [sparing, others])
      sink.enqueue(makeBatch('delete', batch.blueprint, items));
    return;
  }
  const identifiers = batch.items.map((item) => item.identifier);
  try {
    const answer = await sink.send(batch, {
      method: 'POST',
      path: `/blueprints/${encodeURIComponent(batch.blueprint)}/bulk/entities/delete`,
      query: dependents(sink.settings.deleteDependentEntities && sparing.length === 0),
      body: JSON.stringify({ entities: identifiers }),
    });
    const deleted = deletedOf(answer.body);
    for (const item of batch.items) {
      if (deleted.has(item.identifier)) sink.settle(item, { status: 'deleted' });
      else alone(item, sink);
    }
  } catch (error) {
    if (!(error instanceof PortError) || isTransient(error.status)) throw error;
    // A 404 may also mean that the blueprint is gone, and its entities with it: single deletes tell.
    if (NO_BULK.has(error.status) || batch.items.length === 1) {
      for (const item of batch.items) alone(item, sink);
    } else {
      for (const half of halves(batch)) sink.enqueue(half);
    }
  }
}

/** Deletes the one entity of a batch. That Port does not have it is as good. */
export async function deleteOne(batch: Batch, sink: SinkContext): Promise<void> {
  for (const item of batch.items) {
    try {
      await sink.send(batch, {
        method: 'DELETE',
        path: `/blueprints/${encodeURIComponent(batch.blueprint)}/entities/${encodeURIComponent(item.identifier)}`,
        query: dependents(sink.settings.deleteDependentEntities && !isSparing(item)),
      });
      sink.settle(item, { status: 'deleted' });
    } catch (error) {
      if (!(error instanceof PortError) || isTransient(error.status)) throw error;
      if (error.status === 404) {
        sink.settle(item, { status: 'deleted' });
        continue;
      }
      const code = error.portCode ?? 'port.refused';
      const answer = refused(error.status, code, error.portMessage ?? error.message);
      // A conflict: what needs it may be on its way out as well.
      if (error.status === 409) sink.again(item, answer);
      else sink.settle(item, answer);
    }
  }
}

function alone(item: PendingChange, sink: SinkContext): void {
  sink.enqueue(makeBatch('delete-one', item.change.blueprint, [item]));
}

function isSparing({ change }: PendingChange): boolean {
  return change.op === 'delete' && change.sparing === true;
}

function dependents(deleted: boolean): string {
  return `delete_dependents=${String(deleted)}`;
}

function deletedOf(body: unknown): ReadonlySet<unknown> {
  const { deletedEntities } = asRecord(body);
  if (!Array.isArray(deletedEntities)) return new Set();
  return new Set(
    deletedEntities.map((entry: unknown) =>
      typeof entry === 'string' ? entry : asRecord(entry)['identifier'],
    ),
  );
}
