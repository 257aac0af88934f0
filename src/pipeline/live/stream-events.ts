import type { Logger } from 'pino';
import type { StreamEvents } from '../../sources/kinesis/kinesis-records.js';
import type { LiveCounters } from './live-counters.js';

/** A wait from which on a failure is more than a hiccup, in ms. */
const SAID_FROM_MS = 5_000;

/** What is said and counted of what happens on the stream. Normal operation says nothing. */
export function streamEvents(
  log: Logger,
  counters: LiveCounters,
  listed: (shardIds: readonly string[]) => void,
): StreamEvents {
  return {
    listed,
    opened: (shardId, from) => log.debug({ shardId, from }, `reading ${shardId}`),
    ended: (shardId) => log.debug({ shardId }, `${shardId} was read to its end`),
    retry: (shardId, { code, message }, waitMs) => {
      counters.noteStreamError(code);
      const level = waitMs >= SAID_FROM_MS ? 'warn' : 'debug';
      log[level]({ shardId, code, waitMs }, `${shardId} could not be read: ${message}`);
    },
    gap: (shardId, { code, message }) => {
      counters.noteStreamError('gap');
      log.error(
        { shardId, code },
        `${shardId} can't be read on from its checkpoint, so its oldest record is read next; a resync finds what may be missing: ${message}`,
      );
    },
    failed: ({ code, message }, waitMs) => {
      counters.noteStreamError(code);
      log.warn({ code, waitMs }, `the stream's shards could not be listed: ${message}`);
    },
  };
}
