import type { SimLive } from '../live/live.js';
import { POISONS, type Poison } from '../live/poison.js';

/** Steers the stream of a simulation over HTTP; see the list of calls in server.ts. */
export class LiveRoutes {
  constructor(private readonly live: SimLive) {}

  /** Answers a call below `/live`; undefined where there is none. */
  async run(call: string, body: unknown): Promise<unknown> {
    const { live } = this;
    const input = (body ?? {}) as Record<string, unknown>;
    switch (call) {
      case 'GET /live':
        return this.describe();
      case 'POST /live':
        live.set(input);
        return this.describe();
      case 'POST /live/flush':
        await live.flush();
        return live.emitted();
      case 'POST /live/poison':
        live.poison(count(input), waysOf(input['ways']));
        return {};
      case 'POST /live/noise':
        live.noise(count(input));
        return {};
      case 'POST /live/put':
        await live.put((body as RawRecord[]).map(entryOf));
        return {};
      case 'POST /live/reshard':
        return { shards: await this.reshard(input) };
      case 'POST /live/changes':
        live.changes(input);
        return {};
      case 'GET /live/changes':
        return { made: this.made() };
      case 'DELETE /live/changes':
        for (const run of live.runs) run.stop();
        return this.ended();
      case 'POST /live/changes/await':
        return this.ended();
      default:
        return undefined;
    }
  }

  private async describe(): Promise<unknown> {
    const { streamArn, url, settings, kinesis } = this.live;
    return {
      streamArn,
      url,
      settings,
      kinesis: kinesis.settings,
      emitted: this.live.emitted(),
      shards: await this.live.openShards(),
    };
  }

  private reshard(input: Record<string, unknown>): Promise<string[]> {
    const { shards, split, merge } = input;
    if (typeof shards === 'number') return this.live.reshard(shards);
    if (typeof split === 'string') return this.live.splitShard(split);
    if (Array.isArray(merge) && merge.length === 2)
      return this.live.mergeShards(String(merge[0]), String(merge[1]));
    throw new Error(
      'resharding needs {shards: number}, {split: shardId} or {merge: [shardId, shardId]}',
    );
  }

  /** Waits for all runs, and until their events are in the stream. */
  private async ended(): Promise<unknown> {
    await Promise.all(this.live.runs.map((run) => run.done));
    await this.live.flush();
    return { made: this.made(), emitted: this.live.emitted() };
  }

  private made(): Record<string, number> {
    const sum: Record<string, number> = {};
    for (const run of this.live.runs)
      for (const [type, made] of Object.entries(run.made())) sum[type] = (sum[type] ?? 0) + made;
    return sum;
  }
}

/** A record as it comes over HTTP: as text, or as base64. */
interface RawRecord {
  readonly text?: string;
  readonly base64?: string;
  readonly partitionKey?: string;
}

function entryOf({ text, base64 = '', partitionKey = 'admin' }: RawRecord) {
  return {
    data: text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text),
    partitionKey,
  };
}

function count(input: Record<string, unknown>): number {
  const { count = 1 } = input;
  if (Number.isInteger(count) && (count as number) >= 0) return count as number;
  throw new Error(`count must be a whole number, not ${JSON.stringify(count)}`);
}

function waysOf(value: unknown): readonly Poison[] {
  if (value === undefined) return POISONS;
  const ways = value as Poison[];
  const unknown = ways.filter((way) => !POISONS.includes(way));
  if (unknown.length === 0 && ways.length > 0) return ways;
  throw new Error(`there is no poison ${unknown.join(', ')}; there is ${POISONS.join(', ')}`);
}
