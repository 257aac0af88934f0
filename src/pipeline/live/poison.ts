import type { StreamRecord } from '../../model/stream-record.js';
import { recordLetterId } from '../../state/dead-letters.js';
import type { StateWrite } from '../../state/state-store.js';
import type { Parts } from '../parts.js';

/** A record of which a part or all could not be read. */
export interface PoisonRecord {
  readonly streamArn: string;
  readonly shardId: string;
  readonly record: StreamRecord;
  readonly poison: readonly { readonly reason: string; readonly message: string }[];
}

/**
 * Parks a record with its bytes; what else it held went its way. One letter a record, however often it
 * is read; one that was replayed in vain counts another attempt.
 */
export function poisonLetter(
  { state, log }: Parts,
  { streamArn, shardId, record, poison }: PoisonRecord,
  replayed = false,
): StateWrite[] {
  const { sequenceNumber, arrivedAt, data } = record;
  const id = recordLetterId(streamArn, shardId, sequenceNumber);
  const message = poison.map((one) => one.message).join('; ');
  log.warn({ shardId, sequenceNumber }, `parked a record that cannot be read: ${message}`);
  if (!replayed && state.deadLetters.get(id) !== undefined) return [];
  return state.deadLetters.park({
    id,
    record: {
      streamArn,
      shardId,
      sequenceNumber,
      arrivedAt,
      data: Buffer.from(data).toString('base64'),
    },
    code: `stream.${poison[0]?.reason ?? 'undecodable'}`,
    message,
    attempts: 1,
    parkedAt: Date.now(),
  });
}
