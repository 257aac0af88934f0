import { scriptedServer } from '../../aws/scripted-server.js';
import type { Reaction, Received, ScriptedServer } from '../../aws/scripted-server.js';
import { ACCOUNT, REGION } from './stream.js';

export const SCRIPTED_ARN = `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/scripted`;

interface ScriptedShard {
  readonly id: string;
  readonly parents: readonly string[];
  /** Sequence numbers are their places, from `first` on. */
  readonly texts: string[];
  readonly first: number;
  isOpen: boolean;
}

type Fault = (request: Received) => Reaction | undefined;

/** A stream over loopback HTTP that answers by the book, but for the faults that it is told to have. */
export class ScriptedStream {
  readonly shards = new Map<string, ScriptedShard>();
  status = 'ACTIVE';
  /** Shards a page of ListShards. */
  pageSize = 100;
  readonly #faults: { readonly operation: string; readonly fault: Fault; left: number }[] = [];
  #server: ScriptedServer | undefined;

  async start(): Promise<this> {
    this.#server = await scriptedServer((request) => this.#answer(request));
    return this;
  }

  get url(): string {
    return this.#server!.url;
  }

  get received(): readonly Received[] {
    return this.#server!.received;
  }

  count(operation: string): number {
    return this.#server!.count(operation);
  }

  close(): Promise<void> {
    return this.#server!.close();
  }

  shard(
    id: string,
    texts: readonly string[] = [],
    parents: readonly string[] = [],
    first = 1,
  ): void {
    this.shards.set(id, { id, parents, texts: [...texts], first, isOpen: true });
  }

  put(id: string, ...texts: string[]): void {
    this.shards.get(id)!.texts.push(...texts);
  }

  end(id: string): void {
    this.shards.get(id)!.isOpen = false;
  }

  /** The next `times` requests of an operation are answered so. */
  fail(operation: string, times: number, fault: Reaction | Fault): this {
    const react: Fault = typeof fault === 'function' ? fault : () => fault;
    this.#faults.push({ operation, fault: react, left: times });
    return this;
  }

  #answer(request: Received): Reaction {
    const found = this.#faults.find((one) => one.operation === request.operation && one.left > 0);
    if (found !== undefined) {
      found.left -= 1;
      const reaction = found.fault(request);
      if (reaction !== undefined) return reaction;
    }
    const input = request.input as Record<string, string>;
    switch (request.operation) {
      case 'DescribeStreamSummary':
        return { json: { StreamDescriptionSummary: this.#summary() } };
      case 'ListShards':
        return this.#list(input['NextToken']);
      case 'GetShardIterator':
        return this.#iterator(input);
      case 'GetRecords':
        return this.#records(input['ShardIterator'] ?? '');
      default:
        return { status: 400, json: { __type: 'UnknownOperationException' } };
    }
  }

  #summary(): Record<string, unknown> {
    return { StreamARN: SCRIPTED_ARN, StreamStatus: this.status, RetentionPeriodHours: 24 };
  }

  #list(token: string | undefined): Reaction {
    const from = Number(token ?? 0);
    const all = [...this.shards.values()];
    const Shards = all.slice(from, from + this.pageSize).map((shard) => ({
      ShardId: shard.id,
      ...(shard.parents[0] !== undefined && { ParentShardId: shard.parents[0] }),
      ...(shard.parents[1] !== undefined && { AdjacentParentShardId: shard.parents[1] }),
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: '1' },
      SequenceNumberRange: {
        StartingSequenceNumber: String(shard.first),
        ...(!shard.isOpen && { EndingSequenceNumber: String(shard.first + shard.texts.length) }),
      },
    }));
    const next = from + this.pageSize;
    return { json: { Shards, ...(next < all.length && { NextToken: String(next) }) } };
  }

  #iterator(input: Record<string, string>): Reaction {
    const shard = this.shards.get(input['ShardId'] ?? '');
    if (shard === undefined) return refused('ResourceNotFoundException', 'no such shard');
    const type = input['ShardIteratorType'];
    const after = Number(input['StartingSequenceNumber']) - shard.first + 1;
    const at =
      type === 'AFTER_SEQUENCE_NUMBER' ? after : type === 'LATEST' ? shard.texts.length : 0;
    return { json: { ShardIterator: `${shard.id} ${at}` } };
  }

  #records(iterator: string): Reaction {
    const [id = '', place = '0'] = iterator.split(' ');
    const shard = this.shards.get(id);
    if (shard === undefined) return refused('ResourceNotFoundException', 'no such shard');
    const from = Number(place);
    const texts = shard.texts.slice(from, from + 10);
    const Records = texts.map((text, index) => ({
      SequenceNumber: String(shard.first + from + index),
      ApproximateArrivalTimestamp: Date.now() / 1_000,
      PartitionKey: 'p',
      Data: Buffer.from(text).toString('base64'),
    }));
    const next = from + texts.length;
    const isEnd = !shard.isOpen && next === shard.texts.length;
    const ChildShards = [...this.shards.values()]
      .filter(({ parents }) => parents.includes(id))
      .map((child) => ({
        ShardId: child.id,
        ParentShards: child.parents,
        HashKeyRange: { StartingHashKey: '0', EndingHashKey: '1' },
      }));
    return {
      json: {
        Records,
        MillisBehindLatest: next < shard.texts.length ? 1 : 0,
        ...(isEnd ? { ChildShards } : { NextShardIterator: `${id} ${next}` }),
      },
    };
  }
}

/** An error as Kinesis words it. */
export function refused(code: string, message = code, status = 400): Reaction {
  return { status, json: { __type: code, message } };
}
