import { createHash } from 'node:crypto';

/** First bytes of an aggregate of the Kinesis Producer Library, from its aggregation format. */
const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const MD5_BYTES = 16;
/** `AggregatedRecord.records`, and `Record.data` within it. */
const RECORDS_FIELD = 3;
const DATA_FIELD = 3;

export function isKplAggregate(bytes: Buffer): boolean {
  if (bytes[0] !== MAGIC[0]) return false;
  return bytes.length > MAGIC.length + MD5_BYTES && bytes.subarray(0, MAGIC.length).equals(MAGIC);
}

/**
 * The records of an aggregate: magic, a protobuf message, and the message's MD5. Throws a RangeError
 * where the message is damaged.
 */
export function kplRecords(bytes: Buffer): readonly Buffer[] {
  const message = bytes.subarray(MAGIC.length, bytes.length - MD5_BYTES);
  const sum = bytes.subarray(bytes.length - MD5_BYTES);
  if (!createHash('md5').update(message).digest().equals(sum)) {
    throw new RangeError('the checksum of an aggregate does not match its records');
  }
  const records: Buffer[] = [];
  for (const record of fields(message, RECORDS_FIELD)) {
    for (const data of fields(record, DATA_FIELD)) records.push(data);
  }
  return records;
}

/** The length-delimited fields of one number in a protobuf message. */
function* fields(message: Buffer, wanted: number): Generator<Buffer> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at];
      if (byte === undefined || shift > 2 ** 49)
        throw new RangeError('an aggregate ends too early');
      at += 1;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const wireType = tag & 7;
    if (wireType === 0) varint();
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType === 2) {
      const length = varint();
      if (at + length > message.length) throw new RangeError('an aggregate ends too early');
      if (Math.floor(tag / 8) === wanted) yield message.subarray(at, at + length);
      at += length;
    } else throw new RangeError(`an aggregate holds wire type ${wireType}`);
  }
}
