import { conclude } from '../flow/conclude.js';
import type { Conclusion, Refusal } from '../flow/conclude.js';
import type { Flight } from '../flow/flight.js';
import type { Answered } from '../flow/stages.js';
import type { DeadLetter } from '../model/dead-letter.js';
import { decodeResourceKey } from '../model/resource-key.js';
import { encodeScope } from '../model/scope.js';
import { deadLetterId } from '../state/dead-letters.js';
import { RetryTable } from '../state/retry-table.js';
import type { StateWrite } from '../state/state-store.js';
import type { Parts } from './parts.js';
import { listingCompleted } from './complete-listing.js';
import { isSpent, nextAttemptAt } from './retry-policy.js';
import type { RetryReason } from './retry-policy.js';
import { answerWishes } from './wishes.js';

/** Parked resources of a code that are said aloud; what fails alike a million times is counted. */
const PARKED_SAID = 3;

/**
 * Writes what follows from Port's answers: records with their hashes, owners, dead letters, retries,
 * stale candidates. One transaction a batch.
 */
export class Committer {
  readonly #parts: Parts;
  /** Parked so far, by code. */
  readonly #parked = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Commits a batch, and notes of each flight how it ended. */
  async commit(batch: readonly Answered[]): Promise<void> {
    const { state } = this.#parts;
    const parked = state.deadLetters.count() > 0;
    const waiting = state.retries.count() > 0;
    const writes: StateWrite[] = [];
    for (const answered of batch) writes.push(...this.#writesOf(answered, parked, waiting));
    await state.store.commit(writes);
  }

  /** Parks a resource that could not be read or mapped. */
  async park(flight: Flight, refusal: Refusal): Promise<void> {
    this.#parts.counters.entities.failed += 1;
    await this.#parts.state.store.commit([
      ...this.#clearRetries(flight),
      ...this.#parkWrites(flight, [refusal], 1),
    ]);
  }

  /** What a flight that turned out unchanged answers in the retry table and among the dead letters. */
  answeredBy(flight: Flight): StateWrite[] {
    const { retries, deadLetters } = this.#parts.state;
    return [
      ...(retries.count() > 0 ? this.#clearRetries(flight) : []),
      ...(deadLetters.count() > 0 ? deadLetters.removeOf(flight.observation.key) : []),
    ];
  }

  #writesOf(answered: Answered, parked: boolean, waiting: boolean): StateWrite[] {
    const { state, programs, generation } = this.#parts;
    const { flight, before, plan } = answered.planned;
    const program = programs.for(flight.observation.key).hash;
    const conclusion = conclude(answered, program, generation);
    answered.outcome = conclusion.outcome;
    this.#count(answered, conclusion);

    const intended = answered.planned.durable ? withEntities(before, plan.intent) : before;
    const writes =
      conclusion.record === undefined
        ? state.index.delete(flight.id, intended)
        : state.index.put(flight.id, conclusion.record, intended);
    for (const owned of plan.after) {
      if (!owned.leaving) continue;
      const { blueprint, identifier } = owned;
      writes.push(
        state.stale.add(generation, {
          resourceKey: flight.id,
          reason: 'moved',
          entity: { blueprint, identifier },
          scope: encodeScope(flight.observation.scope),
        }),
      );
    }
    writes.push(...this.#afterwards(flight, conclusion, parked, waiting));
    return writes;
  }

  /** Retries and dead letters: what is still wrong is noted, what came right is cleared. */
  #afterwards(
    flight: Flight,
    conclusion: Conclusion,
    parked: boolean,
    waiting: boolean,
  ): StateWrite[] {
    const { state } = this.#parts;
    const writes: StateWrite[] = [];
    const refusals = [...conclusion.refusals];
    let attempts = 1;
    if (conclusion.deferred !== undefined) {
      const before = state.retries.get(idOf(flight.id, 'relation.deferred'));
      attempts = (before?.attempts ?? 0) + 1;
      if (isSpent('relation.deferred', attempts)) {
        refusals.push({ code: 'relation.missing', message: conclusion.deferred });
        this.#parts.counters.entities.failed += 1;
      } else {
        writes.push(
          ...this.retryWrites(
            flight.id,
            flight,
            'relation.deferred',
            attempts,
            conclusion.deferred,
          ),
        );
      }
    }
    const again = conclusion.deferred !== undefined && writes.length > 0;
    if (waiting && !again) writes.push(...this.#clearRetries(flight));
    if (refusals.length > 0) writes.push(...this.#parkWrites(flight, refusals, attempts));
    else if (parked && !again && flight.directive !== 'unsettle')
      writes.push(...state.deadLetters.removeOf(flight.observation.key));
    return writes;
  }

  /** Notes that a resource is to be tried again. */
  retryWrites(
    target: string,
    flight: Pick<Flight, 'observation'>,
    reason: RetryReason,
    attempts: number,
    message: string,
  ): StateWrite[] {
    return this.#parts.state.retries.put({
      target,
      type: 'resource',
      reason,
      attempts,
      nextAt: nextAttemptAt(reason, attempts),
      generation: this.#parts.generation,
      message,
      scope: encodeScope(flight.observation.scope),
    });
  }

  #clearRetries(flight: Flight): StateWrite[] {
    const { retries } = this.#parts.state;
    const wishes = answerWishes(this.#parts, flight);
    // It did not look at the resource.
    if (flight.directive === 'unsettle') return wishes;
    const writes = [
      ...retries.remove(idOf(flight.id, 'relation.deferred')),
      ...retries.remove(idOf(flight.id, 'read.failed')),
      ...wishes,
    ];
    if (flight.observation.origin === 'list') return writes;
    return [
      ...writes,
      ...retries.remove(idOf(flight.id, 'replay')),
      ...listingCompleted(this.#parts, flight),
    ];
  }

  #parkWrites(flight: Flight, refusals: readonly Refusal[], attempts: number): StateWrite[] {
    const { state, log } = this.#parts;
    const key = decodeResourceKey(flight.id);
    return refusals.flatMap(({ code, message, entity }) => {
      const letter: DeadLetter = {
        id: deadLetterId(key, entity),
        key,
        scope: flight.observation.scope,
        ...(entity && { entity }),
        code,
        message,
        attempts,
        parkedAt: Date.now(),
      };
      const said = (this.#parked.get(code) ?? 0) + 1;
      this.#parked.set(code, said);
      log[said <= PARKED_SAID ? 'warn' : 'debug'](
        { ...key, entity, code },
        `parked ${key.kind} ${key.identifier}: ${message}`,
      );
      return state.deadLetters.park(letter);
    });
  }

  #count(answered: Answered, conclusion: Conclusion): void {
    const { entities } = this.#parts.counters;
    const { plan, result, writes } = answered.planned;
    for (const { status } of answered.results) {
      if (status === 'created' || status === 'updated' || status === 'deleted')
        entities[status] += 1;
      else if (status === 'repeated') entities.unchanged += 1;
    }
    entities.failed += conclusion.refusals.length;
    const upserts = writes.filter((write) => write.change.op === 'upsert').length;
    if (result) entities.unchanged += plan.after.filter((owned) => !owned.leaving).length - upserts;
  }
}

function idOf(target: string, reason: RetryReason): string {
  return RetryTable.id({ target, type: 'resource', reason });
}

/** The record as the intent left it: what the owners' rows are brought from. */
function withEntities<T extends { readonly entities: unknown }>(
  record: T | undefined,
  entities: T['entities'],
): T {
  return { ...(record as T), entities };
}
