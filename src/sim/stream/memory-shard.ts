/** A record as a shard holds it. */
export interface HeldRecord {
  readonly sequenceNumber: string;
  readonly data: Buffer;
  readonly partitionKey: string;
  /** Wall clock in ms. */
  readonly at: number;
}

/** Where reading begins, as GetShardIterator and SubscribeToShard name it. */
export interface StartPosition {
  readonly Type: string;
  readonly SequenceNumber?: string;
  /** Seconds. */
  readonly Timestamp?: number;
}

/** Records and bytes of a page of GetRecords. */
const MOST_RECORDS = 10_000;
const MOST_BYTES = 10 * 1024 * 1024;

/** One shard in memory: a list of records and a range of hash keys. */
export class MemoryShard {
  readonly records: HeldRecord[] = [];
  /** Set when the shard takes no more. */
  lastSequenceNumber: string | undefined;

  constructor(
    readonly id: string,
    readonly first: bigint,
    readonly last: bigint,
    readonly firstSequenceNumber: string,
    readonly parents: readonly string[],
  ) {}

  get open(): boolean {
    return this.lastSequenceNumber === undefined;
  }

  /** The position of the first record to read; undefined where the start is none that exists. */
  positionOf({ Type, SequenceNumber = '', Timestamp = 0 }: StartPosition): number | undefined {
    switch (Type) {
      case 'TRIM_HORIZON':
        return 0;
      case 'LATEST':
        return this.records.length;
      case 'AT_TIMESTAMP':
        return this.search((record) => record.at >= Timestamp * 1000);
      case 'AT_SEQUENCE_NUMBER':
        return this.search((record) => record.sequenceNumber >= SequenceNumber);
      case 'AFTER_SEQUENCE_NUMBER':
        return this.search((record) => record.sequenceNumber > SequenceNumber);
      default:
        return undefined;
    }
  }

  /** The records from a position on that fit into one answer. */
  page(position: number, limit: number): HeldRecord[] {
    const page: HeldRecord[] = [];
    const end = Math.min(this.records.length, position + Math.min(limit, MOST_RECORDS));
    for (let bytes = 0, at = position; at < end; at++) {
      const record = this.records[at] as HeldRecord;
      bytes += record.data.length;
      if (bytes > MOST_BYTES && page.length > 0) break;
      page.push(record);
    }
    return page;
  }

  /** How far a reader at this position is behind what was put last. */
  millisBehind(position: number): number {
    const next = this.records[position];
    return next === undefined ? 0 : Math.max(1, Date.now() - next.at);
  }

  /** The first position that a condition holds for, which holds for all behind it. */
  private search(holds: (record: HeldRecord) => boolean): number {
    let low = 0;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(this.records[middle] as HeldRecord)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
