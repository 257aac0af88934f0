import { gzipSync } from 'node:zlib';
import type { TrailRecord } from '../cloudtrail/make-record.js';
import type { Random } from '../organization/random.js';
import { aggregate } from './kpl.js';

/** Ways in which a record of the stream can be beyond reading. */
export const POISONS = [
  'notJson',
  'cutJson',
  'noEventName',
  'cutGzip',
  'gzipOfNothing',
  'badChecksum',
  'binary',
] as const;

export type Poison = (typeof POISONS)[number];

/** Spoils a record. Everything that comes out of this is one record of the stream, and no event can be read from it. */
export function poison(kind: Poison, record: TrailRecord, random: Random): Buffer {
  const text = JSON.stringify(record);
  switch (kind) {
    case 'notJson':
      return Buffer.from(
        `ERROR ${record.eventTime} could not be written: {eventName=${random.hex(8)}`,
      );
    case 'cutJson':
      return Buffer.from(text.slice(0, text.length >> 1));
    case 'noEventName': {
      const { eventName: _, ...rest } = record;
      return Buffer.from(JSON.stringify(rest));
    }
    case 'cutGzip': {
      const zipped = gzipSync(
        JSON.stringify({
          messageType: 'DATA_MESSAGE',
          owner: record.recipientAccountId,
          logGroup: 'aws-cloudtrail-logs',
          logStream: 'cut',
          logEvents: [{ id: '1', timestamp: 0, message: text }],
        }),
      );
      return zipped.subarray(0, zipped.length >> 1);
    }
    case 'gzipOfNothing':
      return gzipSync(`no message ${random.hex(8)}`);
    case 'badChecksum': {
      const bytes = aggregate([Buffer.from(text)], 'poison');
      const last = bytes.length - 1;
      bytes[last] = (bytes[last] as number) ^ 0xff;
      return bytes;
    }
    case 'binary':
      // A zero first, so that it can be nothing else by chance.
      return Buffer.from(`00${random.hex(128)}`, 'hex');
  }
}
