import { createHash } from 'node:crypto';

/** First bytes of an aggregate, from the aggregation format of the Kinesis Producer Library. */
const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);

/** Puts records into one aggregate: magic, a protobuf message with partition keys and records, and its MD5. */
export function aggregate(records: readonly Buffer[], partitionKey: string): Buffer {
  const keyIndex = Buffer.from([0x08, 0x00]);
  const message = Buffer.concat([
    field(1, Buffer.from(partitionKey)),
    ...records.map((data) => field(3, Buffer.concat([keyIndex, field(3, data)]))),
  ]);
  return Buffer.concat([MAGIC, message, createHash('md5').update(message).digest()]);
}

/** A length-delimited field of a protobuf message. */
function field(number: number, value: Buffer): Buffer {
  const head = [number * 8 + 2];
  let length = value.length;
  for (; length > 0x7f; length >>>= 7) head.push((length & 0x7f) | 0x80);
  head.push(length);
  return Buffer.concat([Buffer.from(head), value]);
}
