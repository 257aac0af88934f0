import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { EnvironmentError } from '../errors/environment-error.js';
import { PortError } from '../errors/port-error.js';
import { patchIntegrationConfig, readIntegration } from './integration.js';
import { leaseIn, withLease, withoutLease, type LeaseRecord } from './lease-record.js';
import type { PortClient } from './port-client.js';
import { STARTUP, isTransient } from './retry-policy.js';

export interface LeaseOptions {
  readonly client: PortClient;
  /** Names the state directory: the same holder takes its own lease over at once, after a crash. */
  readonly holder: string;
  /** Told once, when another process is seen to hold the lease. */
  readonly onLost: (by: LeaseRecord) => void;
  readonly signal?: AbortSignal;
  /** A foreign lease that stays unchanged for so long is taken over. Default 30,000. */
  readonly ttlMs?: number;
  /** Between two renewals; a third of `ttlMs` at most. Default 10,000. */
  readonly renewMs?: number;
  /** Between two looks at a foreign lease. Default 3,000. */
  readonly watchMs?: number;
  /** Between writing the lease and reading it back; up to twice as long. Default 1,000. */
  readonly settleMs?: number;
  /** Runs a task again and again, until the function it returns is called. Default: a timer that keeps no process alive. */
  readonly every?: (ms: number, task: () => void) => () => void;
}

export interface Lease {
  /** False where Port offers no place to keep a lease: then nothing tells two writers apart. */
  readonly held: boolean;
  /** Renews now; also happens by itself. Never rejects: what fails is tried again at the next turn. */
  renew(): Promise<void>;
  /** Gives the lease back, so that the next writer need not wait. Never rejects. */
  release(): Promise<void>;
}

/**
 * Makes this process the one writer of the client's integration, or throws an EnvironmentError
 * (`port.lease-held`) that names the other.
 *
 * The lease is a note in the integration's config. Whether its holder lives is told only by whether
 * the note changes while it is watched; clocks of other machines are never read. Port has no
 * compare-and-set, so a lease is read back some time after it was written, and who finds another's
 * refuses (a holder that finds its own need not look); should two get through all the same, the one
 * whose note was overwritten is told (`onLost`) at its next renewal. Writes are idempotent, so until then nothing is damaged.
 */
export async function acquireLease(options: LeaseOptions): Promise<Lease> {
  const { client } = options;
  const record: LeaseRecord = {
    holder: options.holder,
    nonce: randomUUID(),
    counter: 1,
    host: hostname(),
    pid: process.pid,
    since: new Date(client.clock.wallTime()).toISOString(),
  };
  try {
    const config = await waitUntilFree(options);
    if (config === undefined) return withoutPlace(client, 'Port does not know the integration');
    const own = leaseIn(config)?.holder === options.holder;
    await patchIntegrationConfig(client, withLease(config, record), startup(options));
    // Left by a crash: while it stood there, nobody else had a reason to write one.
    if (own) return keep(options, record);
    const settleMs = options.settleMs ?? 1_000;
    await client.clock.sleep(settleMs * (1 + client.clock.random()), options.signal);
    const seen = leaseIn((await readIntegration(client, startup(options)))?.config ?? {});
    if (seen === undefined) return withoutPlace(client, 'Port does not keep it');
    if (seen.nonce !== record.nonce) throw heldBy(seen, client);
  } catch (error) {
    // Wrong credentials or no Port are for the user; a Port that refuses the note is done without.
    const refused =
      error instanceof PortError && !isTransient(error.status) && error.status !== 401;
    if (refused) return withoutPlace(client, error.message);
    throw error;
  }
  return keep(options, record);
}

/** Resolves with the config once no living foreign lease stands in it; undefined without integration. */
async function waitUntilFree(
  options: LeaseOptions,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { client, ttlMs = 30_000, watchMs = 3_000 } = options;
  let first: LeaseRecord | undefined;
  let unchangedSince = 0;
  for (;;) {
    const integration = await readIntegration(client, startup(options));
    if (integration === undefined) return undefined;
    const lease = leaseIn(integration.config);
    if (lease === undefined || lease.holder === options.holder) return integration.config;
    const now = client.clock.now();
    if (first === undefined) {
      first = lease;
      unchangedSince = now;
      client.log.info(
        { host: lease.host, pid: lease.pid },
        `another writer of integration ${client.integration} is noted in Port; watching whether it lives`,
      );
    } else if (lease.nonce !== first.nonce || lease.counter !== first.counter) {
      throw heldBy(lease, client);
    }
    const left = unchangedSince + ttlMs - now;
    if (left <= 0) return integration.config;
    await client.clock.sleep(Math.min(watchMs, left), options.signal);
  }
}

function keep(options: LeaseOptions, record: LeaseRecord): Lease {
  const { client, renewMs = 10_000, every = everyUnref } = options;
  let current = record;
  let over = false;
  const isOver = () => over;
  const renew = async () => {
    if (isOver()) return;
    try {
      const integration = await readIntegration(client, { retry: STARTUP });
      if (isOver() || integration === undefined) return;
      const seen = leaseIn(integration.config);
      if (seen !== undefined && seen.nonce !== current.nonce) {
        over = true;
        stop();
        queueMicrotask(() => {
          options.onLost(seen);
        });
        return;
      }
      // No lease at all: somebody edited the config in Port and dropped it.
      current = { ...current, counter: current.counter + 1 };
      await patchIntegrationConfig(client, withLease(integration.config, current), {
        retry: STARTUP,
      });
    } catch (error) {
      client.log.debug({ reason: String(error) }, 'the lease could not be renewed; trying again');
    }
  };
  let turn: Promise<void> | undefined;
  // One at a time: a slow Port must not pile renewals up.
  const renewOnce = () =>
    (turn ??= renew().finally(() => {
      turn = undefined;
    }));
  const stop = every(renewMs, () => void renewOnce());
  return {
    held: true,
    renew: renewOnce,
    release: async () => {
      if (isOver()) return;
      over = true;
      stop();
      await turn;
      await giveBack(client, current);
    },
  };
}

async function giveBack(client: PortClient, record: LeaseRecord): Promise<void> {
  try {
    const integration = await readIntegration(client, { retry: STARTUP });
    if (integration === undefined || leaseIn(integration.config)?.nonce !== record.nonce) return;
    await patchIntegrationConfig(client, withoutLease(integration.config), { retry: STARTUP });
  } catch (error) {
    client.log.debug(
      { reason: String(error) },
      'the lease could not be given back; it will run out',
    );
  }
}

function withoutPlace(client: PortClient, reason: string): Lease {
  client.log.warn(
    { reason },
    `no lease can be kept with integration ${client.integration}: make sure that only one Sluice writes it`,
  );
  return { held: false, renew: () => Promise.resolve(), release: () => Promise.resolve() };
}

function heldBy(lease: LeaseRecord, client: PortClient): EnvironmentError {
  return new EnvironmentError(
    `another Sluice writes integration ${client.integration}: host ${lease.host}, process ${lease.pid.toString()}, since ${lease.since}`,
    {
      code: 'port.lease-held',
      hint: 'Stop it first, or give this pipeline an identifier of its own (port.integration).',
    },
  );
}

function startup(options: LeaseOptions) {
  return options.signal === undefined
    ? { retry: STARTUP }
    : { retry: STARTUP, signal: options.signal };
}

function everyUnref(ms: number, task: () => void): () => void {
  const timer = setInterval(task, ms);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
