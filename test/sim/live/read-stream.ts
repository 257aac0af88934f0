import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { LiveSim } from '../../../src/sim/sim.js';

// What comes out of a stream is open-ended JSON; the tests name what they look at.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

/** A client as a user's environment would make it. */
export function clientOf(sim: LiveSim, endpoint = sim.live.url): KinesisClient {
  return new KinesisClient({
    endpoint,
    region: sim.env['AWS_REGION'] as string,
    credentials: {
      accessKeyId: sim.env['AWS_ACCESS_KEY_ID'] as string,
      secretAccessKey: sim.env['AWS_SECRET_ACCESS_KEY'] as string,
    },
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
}

/** All records of all shards. */
export async function readAll(client: KinesisClient, StreamARN: string): Promise<Buffer[]> {
  const found: Buffer[] = [];
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamARN }));
  for (const { ShardId } of Shards) {
    const first = await client.send(
      new GetShardIteratorCommand({ StreamARN, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    let iterator = first.ShardIterator;
    while (iterator !== undefined) {
      const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
      for (const { Data } of page.Records ?? []) found.push(Buffer.from(Data ?? []));
      if (page.Records?.length === 0 && page.MillisBehindLatest === 0) break;
      iterator = page.NextShardIterator;
    }
  }
  return found;
}

/** A record of the stream, decoded by what its bytes are. */
export function decode(data: Buffer): { form: string; events: Json[] } {
  if (data[0] === 0x1f && data[1] === 0x8b) {
    const message = JSON.parse(gunzipSync(data).toString());
    const lines = message.messageType === 'DATA_MESSAGE' ? message.logEvents : [];
    return { form: 'logs', events: lines.map((line: Json) => JSON.parse(line.message)) };
  }
  if (data.readUInt32BE(0) === 0xf3899ac2)
    return { form: 'kpl', events: members(data).flatMap((one) => decode(one).events) };
  const json = JSON.parse(data.toString());
  if (Array.isArray(json.Records)) return { form: 'records', events: json.Records };
  if (json['detail-type'] === undefined) return { form: 'bare', events: [json] };
  if (json['detail-type'] === 'AWS API Call via CloudTrail')
    return { form: 'eventBridge', events: [json.detail] };
  return { form: 'notification', events: [json] };
}

/** The records of an aggregate. */
function members(data: Buffer): Buffer[] {
  const message = data.subarray(4, -16);
  if (!createHash('md5').update(message).digest().equals(data.subarray(-16)))
    throw new Error('bad checksum');
  return lengthDelimited(message, 3).flatMap((record) => lengthDelimited(record, 3));
}

function lengthDelimited(message: Buffer, wanted: number): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++] as number;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const value = varint();
    if ((tag & 7) === 0) continue;
    if (tag >> 3 === wanted) found.push(message.subarray(at, at + value));
    at += value;
  }
  return found;
}
