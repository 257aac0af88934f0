import type { Credentials } from '../aws/credentials.js';
import type { FaultBook } from '../faults.js';
import { serve } from '../loopback.js';
import type { Organization } from '../organization/organization.js';
import { emulatorEngine } from '../stream/emulator-engine.js';
import { memoryEngine } from '../stream/memory-engine.js';
import type { StreamEngine, StreamEntry, StreamOptions } from '../stream/stream-engine.js';
import { mergeShards, openShards, reshard, splitShard } from '../stream/reshard.js';
import { StreamService } from '../stream/stream-service.js';
import { startChanges, type Changes, type ChangesOptions } from './changes.js';
import { Emitter } from './emitter.js';
import {
  changeLiveSettings,
  LIVE_DEFAULTS,
  type Emitted,
  type LiveOptions,
  type LiveSettings,
} from './live-options.js';
import type { Poison } from './poison.js';

/** The stream of a running simulation. */
export interface SimLive {
  readonly streamArn: string;
  /** Where Kinesis is spoken; the endpoint of all of AWS speaks it, too. */
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  readonly settings: Readonly<LiveSettings>;
  /** Its `settings` (limits, latency) and `counters`. */
  readonly kinesis: StreamService;
  /** Changes settings; what is queued already goes as it is. */
  set(change: Partial<LiveSettings>): void;
  emitted(): Emitted;
  /** Changes the organization; its events go into the stream as any others. Ends with the simulation. */
  changes(options: ChangesOptions): Changes;
  /** All that was started so, whether it still runs or not. */
  readonly runs: readonly Changes[];
  /** Resolves when all that was queued is in the stream. */
  flush(): Promise<void>;
  /** Puts poison or noise, whatever the shares are. */
  poison(count: number, ways?: readonly Poison[]): void;
  noise(count: number): void;
  /** Puts records as they are. */
  put(entries: readonly StreamEntry[]): Promise<void>;
  putControlMessage(): Promise<void>;
  /** Changes the number of open shards, by splits and merges; resolves with those that are open then. */
  reshard(shards: number): Promise<string[]>;
  splitShard(shardId: string): Promise<string[]>;
  mergeShards(shardId: string, adjacent: string): Promise<string[]>;
  openShards(): Promise<string[]>;
  close(): Promise<void>;
}

/** What the stream is built beside. */
export interface LiveParts {
  readonly organization: Organization;
  readonly credentials: Credentials;
  readonly faults: FaultBook;
  readonly seed: string;
}

/** Starts a stream, and tells it of every change of the organization from now on. */
export async function startLive(options: LiveOptions, parts: LiveParts): Promise<SimLive> {
  const { organization, credentials, faults } = parts;
  const {
    shards = 2,
    engine: _,
    streamName = 'cloudtrail',
    seed = parts.seed,
    limits = false,
    kinesisPort = 0,
    ...rest
  } = options;
  const settings = { ...LIVE_DEFAULTS };
  changeLiveSettings(settings, rest);
  const accountId = organization.managementAccountId;
  const engine = await makeEngine(options, {
    accountId,
    region: organization.regions[0] as string,
    partition: organization.partition,
    streamName,
    shards,
  });
  const kinesis = new StreamService(engine, accountId, credentials, faults, {
    limits,
    latencyMs: 0,
    subscriptionMs: 300_000,
  });
  const server = await serve((...call) => kinesis.handle(...call), kinesisPort);
  const emitter = new Emitter(organization, engine, settings, String(seed));
  const runs: Changes[] = [];
  return {
    streamArn: engine.streamArn,
    url: server.url,
    env: { AWS_ENDPOINT_URL_KINESIS: server.url },
    settings,
    kinesis,
    set: (change) => changeLiveSettings(settings, change),
    emitted: () => emitter.emitted(),
    changes: (wanted) => {
      const changes = startChanges(organization, wanted);
      runs.push(changes);
      return changes;
    },
    runs,
    flush: () => emitter.flush(),
    poison: (count, ways) => emitter.poison(count, ways),
    noise: (count) => emitter.noise(count),
    put: (entries) => emitter.putRaw(entries),
    putControlMessage: () => emitter.putControlMessage(),
    reshard: (count) => reshard(engine, count),
    splitShard: (shardId) => splitShard(engine, shardId),
    mergeShards: (shardId, adjacent) => mergeShards(engine, shardId, adjacent),
    openShards: () => openShards(engine).then((open) => open.map(({ id }) => id)),
    close: async () => {
      for (const changes of runs) changes.stop();
      emitter.close();
      await server.close();
      await engine.close();
    },
  };
}

function makeEngine({ engine }: LiveOptions, stream: StreamOptions): Promise<StreamEngine> {
  return engine === 'memory' ? Promise.resolve(memoryEngine(stream)) : emulatorEngine(stream);
}
