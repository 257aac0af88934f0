import type { ChangeResult } from '../model/change.js';
import { PortError } from '../errors/port-error.js';
import { classifyRefusal, type RefusalText } from './classify-refusal.js';
import { isTransient } from './retry-policy.js';
import { halves, makeBatch, type Batch, type PendingChange } from './sink-batch.js';
import { refused, settleAll, unknownBlueprint, type SinkContext } from './sink-context.js';
import { readUpsertAnswer } from './upsert-answer.js';
import { upsertBody } from './upsert-body.js';

/**
 * Sends a batch as one bulk upsert and sees to it that every item is answered, or on its way in another
 * batch. A request that Port refuses as a whole is halved until what it refuses stands alone, so one
 * bad entity costs its neighbours some requests and nothing else.
 */
export async function writeUpserts(batch: Batch, sink: SinkContext): Promise<void> {
  if (sink.missingBlueprints.has(batch.blueprint)) {
    settleAll(sink, batch, unknownBlueprint(batch.blueprint));
    return;
  }
  const { createMissingRelatedEntities, enableMergeEntity } = sink.settings;
  try {
    const answer = await sink.send(batch, {
      method: 'POST',
      path: `/blueprints/${encodeURIComponent(batch.blueprint)}/entities/bulk`,
      query: `upsert=true&merge=${String(enableMergeEntity)}&create_missing_related_entities=${String(createMissingRelatedEntities)}&validation_only=false`,
      body: upsertBody(batch.items),
    });
    readUpsertAnswer(answer.body, batch.items).forEach((verdict, at) => {
      const item = batch.items[at];
      if (item === undefined) return;
      if (verdict === undefined) handleSilence(item, batch, sink);
      else if (verdict.ok) sink.settle(item, { status: verdict.created ? 'created' : 'updated' });
      else handleRefusal(item, verdict.refusal, sink);
    });
  } catch (error) {
    if (!(error instanceof PortError) || isTransient(error.status)) throw error;
    await handleRefusedRequest(batch, error, sink);
  }
}

async function handleRefusedRequest(
  batch: Batch,
  error: PortError,
  sink: SinkContext,
): Promise<void> {
  const refusal: RefusalText = {
    statusCode: error.status,
    error: error.portCode,
    message: error.portMessage,
    details: error.details,
  };
  const kind = classifyRefusal(refusal);
  const unknown =
    kind === 'missing-blueprint' || (kind === 'unclear' && (await lacksBlueprint(batch, sink)));
  if (unknown) {
    sink.missingBlueprints.add(batch.blueprint);
    settleAll(sink, batch, unknownBlueprint(batch.blueprint));
    return;
  }
  const [only, ...others] = batch.items;
  if (only !== undefined && others.length === 0) handleRefusal(only, refusal, sink);
  else for (const half of halves(batch)) sink.enqueue(half);
}

/** A 404 that does not say what is missing: ask for the blueprint itself. */
async function lacksBlueprint(batch: Batch, sink: SinkContext): Promise<boolean> {
  try {
    await sink.send(batch, {
      method: 'GET',
      path: `/blueprints/${encodeURIComponent(batch.blueprint)}`,
    });
    return false;
  } catch (error) {
    if (error instanceof PortError && error.status === 404) return true;
    if (error instanceof PortError && !isTransient(error.status)) return false;
    throw error;
  }
}

function handleRefusal(item: PendingChange, refusal: RefusalText, sink: SinkContext): void {
  const { blueprint } = item.change;
  const result = refusedAs(item, refusal, sink);
  switch (classifyRefusal(refusal)) {
    case 'missing-blueprint':
      // About the blueprint of a relation's target, or this one: only a whole request's 404 is remembered.
      sink.settle(item, result);
      return;
    case 'missing-relation':
    case 'unclear':
      sink.settle(item, {
        status: 'deferred',
        message: sink.client.redact(
          refusal.message ?? `an entity that ${blueprint} ${item.identifier} relates to is missing`,
        ),
      });
      return;
    case 'transient':
      sink.again(item, result);
      return;
    case 'invalid':
      sink.settle(item, result);
  }
}

function refusedAs(item: PendingChange, refusal: RefusalText, sink: SinkContext): ChangeResult {
  const { statusCode, error, message } = refusal;
  if (statusCode === 413) {
    return refused(
      413,
      error ?? 'port.too-large',
      `the entity is too large for Port (${item.bytes.toString()} bytes)`,
    );
  }
  return refused(
    statusCode,
    sink.client.redact(error ?? 'port.refused'),
    sink.client.redact(message ?? `Port refused the entity with status ${statusCode.toString()}`),
  );
}

/** Port answered the request but said nothing about this entity: it is asked once more, alone. */
function handleSilence(item: PendingChange, batch: Batch, sink: SinkContext): void {
  if (batch.items.length > 1) {
    sink.enqueue(makeBatch('upsert', batch.blueprint, [item]));
    return;
  }
  sink.settle(
    item,
    refused(
      200,
      'port.unanswered',
      'Port took the request but did not say what became of the entity',
    ),
  );
}
