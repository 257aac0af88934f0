/**
 * The world of the live benchmark, in a process of its own: a simulated organization whose changes go
 * into a stream, and a Port that notes when each change arrives. Spoken to over IPC.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readFile } from 'node:fs/promises';
import type { SimKey } from '../src/sim/organization/organization.js';
import type { Blueprint } from '../src/sim/port/blueprints.js';
import { startSim } from '../src/sim/sim.js';

/** What is asked for. */
export type LiveCommand =
  | {
      readonly type: 'start';
      readonly accounts: number;
      readonly regions: number;
      readonly resources: number;
      readonly shards: number;
      readonly kinds: readonly string[];
    }
  | {
      readonly type: 'change';
      /** Mutations a second. */
      readonly rate: number;
      readonly seconds: number;
      /** Mutations in a row of one resource. */
      readonly burst: number;
    }
  /** Change one resource, and look for it and for the next listing. */
  | { readonly type: 'watch' }
  /** Wait for both. */
  | { readonly type: 'seen' }
  | { readonly type: 'stop' };

/** When what was looked for was seen, in ms since 1970. */
export interface Seen {
  /** A request for a page of a listing came in. */
  readonly listedAt: number;
  /** The change stood in Port. */
  readonly arrivedAt: number;
}

export interface LiveWorldStarted {
  readonly env: Readonly<Record<string, string>>;
  readonly streamArn: string;
  readonly resources: number;
  readonly managementAccountId: string;
}

/** What became of the changes of one command. */
export interface LiveChanges {
  readonly mutations: number;
  /** Resources whose last change arrived, and how long each took from the mutation to Port's answer, in ms. */
  readonly arrived: number;
  readonly missing: number;
  readonly latenciesMs: readonly number[];
  /** From the first mutation to the last arrival. */
  readonly elapsedMs: number;
  readonly reads: number;
}

const BLUEPRINTS = fileURLToPath(new URL('../pipelines/default.blueprints.json', import.meta.url));
/** How long the last change of all is waited for. */
const PATIENCE_MS = 60_000;
/** Within this time after the last arrival the engine has looked again wherever it does. */
const REPEATS_MS = 8_000;
const TAG = 'bench';
const READS = 'cloudcontrol.GetResource';
const LISTINGS = 'cloudcontrol.ListResources';

async function startWorld(command: Extract<LiveCommand, { type: 'start' }>) {
  const { accounts, regions, resources, kinds, shards } = command;
  const unlimited = { limit: 1e9, burst: 1e9 };
  const sim = await startSim({
    accounts,
    regions,
    total: resources,
    kinds,
    port: { limits: { entities: unlimited } },
    live: { engine: 'memory', shards },
  });
  for (const blueprint of JSON.parse(await readFile(BLUEPRINTS, 'utf8')) as Blueprint[]) {
    sim.port.blueprints.create(blueprint);
  }
  /** When the last mutation of a resource was made, by the value that shows it. */
  const open = new Map<string, { readonly value: string; readonly at: number }>();
  const latencies: number[] = [];
  let lastArrival = 0;
  const { store } = sim.port;
  const put = store.put.bind(store);
  store.put = (entity, targetOf) => {
    put(entity, targetOf);
    const waiting = open.get(entity.identifier);
    if (waiting === undefined) return;
    const tags = JSON.stringify(entity.properties['tags'] ?? null);
    if (!tags.includes(waiting.value)) return;
    open.delete(entity.identifier);
    lastArrival = performance.now();
    latencies.push(lastArrival - waiting.at);
  };
  const keys: SimKey[] = [...sim.organization.snapshot()].map(
    ({ kind, accountId, region, identifier }) => ({ kind, accountId, region, identifier }),
  );
  let cursor = 0;
  let serial = 0;

  /** A stride that visits accounts and regions in turn, and no resource twice before all were visited. */
  const nextKey = (): SimKey => {
    cursor = (cursor + 7_919) % keys.length;
    return keys[cursor]!;
  };
  const mutate = (key: SimKey): void => {
    serial += 1;
    const value = `v${serial}.`;
    open.set(key.identifier, { value, at: performance.now() });
    sim.organization.update(key, { Tags: [{ Key: TAG, Value: value }] });
  };

  const change = async ({
    rate,
    seconds,
    burst,
  }: Extract<LiveCommand, { type: 'change' }>): Promise<LiveChanges> => {
    latencies.length = 0;
    open.clear();
    const readsBefore = sim.aws.counters.get(READS);
    const total = rate * seconds;
    const startedAt = performance.now();
    let made = 0;
    while (made < total) {
      const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * rate) + 1);
      while (made < due) {
        const key = nextKey();
        for (let again = 0; again < burst && made < total; again += 1, made += 1) mutate(key);
      }
      await sleep(5);
    }
    await sim.live.flush();
    const deadline = performance.now() + PATIENCE_MS;
    while (open.size > 0 && performance.now() < deadline) await sleep(20);
    const elapsedMs = lastArrival - startedAt;
    // Reads that prove nothing are repeated a little later; they belong to these changes.
    await sleep(REPEATS_MS);
    return {
      mutations: made,
      arrived: latencies.length,
      missing: open.size,
      latenciesMs: [...latencies],
      elapsedMs,
      reads: sim.aws.counters.get(READS) - readsBefore,
    };
  };
  let watched: Promise<Seen> | undefined;
  const watch = async (): Promise<void> => {
    open.clear();
    const before = sim.aws.counters.get(LISTINGS);
    mutate(nextKey());
    await sim.live.flush();
    watched = (async () => {
      let listedAt: number | undefined;
      let arrivedAt: number | undefined;
      while (listedAt === undefined || arrivedAt === undefined) {
        await sleep(2);
        if (sim.aws.counters.get(LISTINGS) > before) listedAt ??= Date.now();
        if (open.size === 0) arrivedAt ??= Date.now();
      }
      return { listedAt, arrivedAt };
    })();
  };
  const started: LiveWorldStarted = {
    env: sim.env,
    streamArn: sim.live.streamArn,
    resources: keys.length,
    managementAccountId: sim.organization.managementAccountId,
  };
  return { started, change, watch, seen: () => watched, close: () => sim.close() };
}

let world: Awaited<ReturnType<typeof startWorld>> | undefined;

process.on('message', (command: LiveCommand) => {
  void (async () => {
    switch (command.type) {
      case 'start':
        world = await startWorld(command);
        process.send?.(world.started);
        break;
      case 'change':
        process.send?.(await world?.change(command));
        break;
      case 'watch':
        await world?.watch();
        process.send?.(null);
        break;
      case 'seen':
        process.send?.(await world?.seen());
        break;
      case 'stop':
        await world?.close();
        process.exit(0);
    }
  })();
});
process.on('disconnect', () => process.exit(0));
