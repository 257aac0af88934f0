import { AwsError } from '../../errors/aws-error.js';
import { isTransitional } from '../../catalog/transitional.js';
import type { Flight, FlightGroup } from '../../flow/flight.js';
import { settleSignal } from '../../flow/signal.js';
import type { Signal } from '../../flow/signal.js';
import type { Outcome } from '../../model/outcome.js';
import { encodeResourceKey } from '../../model/resource-key.js';
import type { Due } from '../../operators/coalesce.js';
import { deadLetterId } from '../../state/dead-letters.js';
import type { StateWrite } from '../../state/state-store.js';
import type { Ledger } from '../ledger.js';
import type { Parts } from '../parts.js';
import { readResource } from '../read-resource.js';
import { isSpent, nextAttemptAt } from '../retry-policy.js';
import { isWanted } from '../wanted.js';
import { AWAITED, awaitChange, changeCame } from './await-change.js';
import type { DirtyScopes } from './dirty-scopes.js';
import type { LiveCounters } from './live-counters.js';

export interface ReadChangeContext {
  readonly parts: Parts;
  readonly ledger: Ledger;
  readonly counters: LiveCounters;
  readonly dirty: DirtyScopes;
  /** Ends the run: the state could not be written. */
  readonly fail: (error: unknown) => void;
}

/** Reads that found nothing changed, after which it is believed. */
const MOST_UNPROVEN = 2;
/** Reads of a resource on its way from one state to another: with the backoff, about three quarters of an hour. */
const MOST_IN_TRANSIT = 50;

/** How long after a read that showed one of several changes the next one comes, in ms. */
const CALM_MS = 5_000;
/** Looks after which a resource that shows another body at every read is left to its events. */
const MOST_RESTLESS = 4;

/**
 * Reads a resource of which a change was told, and starts the flight of what it is now. A read that
 * comes too early (not there yet after a create, still there after a delete, nothing changed, or in a
 * passing state) has the resource read again from the retry table. The events that told of it settle
 * when the flight has, or when what is left to do is durable.
 */
export async function readChange(
  due: Due<Signal>,
  signal: AbortSignal,
  context: ReadChangeContext,
): Promise<readonly Flight[] | undefined> {
  const { parts, counters } = context;
  const isStopped = (): boolean => parts.stop.aborted;
  if (isStopped()) return undefined;
  const { key, scope } = due.value;
  const group = new ChangeGroup(due, context);
  try {
    const flight = await readResource(parts, {
      scope,
      identifier: key.identifier,
      region: key.region,
      cause: 'live',
      group,
      starts: () => due.take(),
      signal: AbortSignal.any([signal, parts.stop]),
    });
    counters.reads[flight.observation.state] += 1;
    return await group.read(flight);
  } catch (error) {
    // Not settled: the stream tells of it again after the next start.
    if (isStopped()) return undefined;
    if (signal.aborted) await postpone(due, context);
    else if (error instanceof AwsError) await noteFailure(due.take(), error, context);
    else throw error;
    return undefined;
  }
}

/** What could not be read in time waits in the retry table instead, where it holds up no shard. */
export async function postpone(
  due: Due<Signal>,
  { parts, counters }: ReadChangeContext,
): Promise<void> {
  const signal = due.take();
  counters.reads.overdue += 1;
  const nextAt = nextAttemptAt(AWAITED, 4);
  await parts.state.store.commit(awaitChange(parts, { ...signal, nextAt }));
  settleSignal(signal);
}

/** A read that failed says nothing: it is tried again, and at last parked. Nothing is deleted. */
async function noteFailure(
  signal: Signal,
  error: AwsError,
  { parts, counters, dirty }: ReadChangeContext,
): Promise<void> {
  const { key, scope } = signal;
  const writes: StateWrite[] = [];
  const failed = signal.failed + 1;
  counters.reads.failed += 1;
  if (error.code === 'unreadable') {
    writes.push(...dirty.note(scope, 0), ...changeCame(parts, signal));
  } else if (isSpent(AWAITED, failed)) {
    const { code, message } = error;
    const letter = { id: deadLetterId(key), key, scope, code, message, attempts: failed };
    writes.push(
      ...parts.state.deadLetters.park({ ...letter, parkedAt: Date.now() }),
      ...changeCame(parts, signal),
    );
    parts.log.warn({ ...key, code }, `parked ${key.kind} ${key.identifier}: ${message}`);
  } else {
    const { code, message } = error;
    const nextAt = nextAttemptAt(AWAITED, failed);
    const looks = signal.looks + 1;
    writes.push(...awaitChange(parts, { ...signal, looks, failed, nextAt, code, message }));
  }
  await parts.state.store.commit(writes);
  settleSignal(signal);
}

/** The flights of one read, and what is done when they have settled. */
class ChangeGroup implements FlightGroup {
  readonly #due: Due<Signal>;
  readonly #context: ReadChangeContext;
  #open = 0;
  #main: Flight | undefined;
  #outcome: Outcome = 'outdated';

  constructor(due: Due<Signal>, context: ReadChangeContext) {
    this.#due = due;
    this.#context = context;
  }

  /** What of a read flies; the rest is seen to. */
  async read(flight: Flight): Promise<readonly Flight[] | undefined> {
    const { parts, ledger, counters } = this.#context;
    const signal = this.#due.take();
    const { startedAt, state, key } = flight.observation;
    if (state === 'absent' && signal.doubts.absent && Date.now() < signal.until) {
      counters.reads.early += 1;
      ledger.dismiss(startedAt, flight.bytes);
      await this.#settle(this.#lookAgain(signal));
      return undefined;
    }
    if (!isWanted(parts, key.kind, key.region)) {
      ledger.dismiss(startedAt, flight.bytes);
      await this.#settle(changeCame(parts, signal));
      return undefined;
    }
    this.#main = flight;
    this.#open = 1;
    const moved = state === 'present' ? this.#movedFrom(signal, flight) : undefined;
    if (moved === undefined) return [flight];
    // A bucket made anew in another region: in its old one it is no more.
    this.#open = 2;
    return [flight, await moved];
  }

  settled(flight: Flight, outcome: Outcome): void {
    const { counters, fail } = this.#context;
    const main = this.#main;
    counters.outcome(outcome);
    if (flight === main) this.#outcome = outcome;
    this.#open -= 1;
    if (this.#open > 0 || main === undefined) return;
    this.#settle(this.#afterwards(main, this.#outcome)).catch(fail);
  }

  async #settle(writes: StateWrite[]): Promise<void> {
    if (writes.length > 0) await this.#context.parts.state.store.commit(writes);
    settleSignal(this.#due.take());
  }

  #movedFrom(signal: Signal, flight: Flight): Promise<Flight> | undefined {
    const { parts, ledger } = this.#context;
    const id = encodeResourceKey(signal.key);
    if (id === flight.id || parts.state.index.get(id) === undefined) return undefined;
    const { scope } = signal;
    return ledger.start(() => {
      const startedAt = parts.state.ticks.next();
      const gone = { key: signal.key, scope, startedAt, origin: 'read', cause: 'live' } as const;
      return { observation: { ...gone, state: 'absent' }, id, bytes: 0, group: this };
    });
  }

  /** What a settled flight leaves to do: another look, or nothing. */
  #afterwards(flight: Flight, outcome: Outcome): StateWrite[] {
    const { parts, counters } = this.#context;
    const signal = this.#due.take();
    const { observation, id } = flight;
    const isSettling = Date.now() < signal.until;
    if (outcome === 'outdated') {
      // A newer observation went its way; whether it came too early as well, nobody has asked.
      const isDoubted = isSettling && (signal.doubts.present || signal.doubts.absent);
      return isDoubted ? this.#lookAgain(signal) : changeCame(parts, signal);
    }
    if (observation.state === 'absent') return changeCame(parts, signal);
    if (signal.doubts.present && isSettling) {
      counters.reads.early += 1;
      return this.#lookAgain(signal);
    }
    if (isTransitional(observation.key.kind, observation.body)) {
      const unproven = signal.unproven + 1;
      if (unproven <= MOST_IN_TRANSIT) return this.#lookAgain({ ...signal, unproven });
    } else if (parts.state.index.get(id)?.tick !== observation.startedAt) {
      // The same body as before: the read may have come before the change.
      const unproven = signal.unproven + 1;
      counters.reads.unproven += 1;
      if (unproven <= MOST_UNPROVEN) return this.#lookAgain({ ...signal, unproven });
    } else if ((signal.receipts.length > 1 || signal.looks > 0) && signal.looks < MOST_RESTLESS) {
      // It shows a change, of several that were told: the last of them may not be there yet.
      const calm = Date.now() + CALM_MS;
      return this.#lookAgain({ ...signal, unproven: MOST_UNPROVEN }, calm);
    }
    return changeCame(parts, signal);
  }

  #lookAgain(signal: Signal, at?: number): StateWrite[] {
    const looks = signal.looks + 1;
    const nextAt = at ?? nextAttemptAt(AWAITED, looks);
    return awaitChange(this.#context.parts, { ...signal, looks, failed: 0, nextAt });
  }
}
