import { setImmediate as breathe } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { inParts, type Receipt, type Signal } from '../../flow/signal.js';
import type { ChangeEvent } from '../../model/change-event.js';
import type { RecordLetter } from '../../model/dead-letter.js';
import type { RecordBatch, StreamRecord } from '../../model/stream-record.js';
import type { Part } from '../../sources/only.js';
import type { StateWrite } from '../../state/state-store.js';
import type { Decoded, Decoder } from '../../sources/cloudtrail/decode.js';
import type { Router } from '../../sources/cloudtrail/router.js';
import type { Parts } from '../parts.js';
import type { DirtyScopes } from './dirty-scopes.js';
import type { LiveCounters } from './live-counters.js';
import { locate } from './locate.js';
import type { LocateContext } from './locate.js';
import { poisonLetter } from './poison.js';
import type { Shards } from './shards.js';

export interface ReceiveContext extends LocateContext {
  readonly parts: Parts;
  readonly streamArn: string;
  readonly decoder: Decoder;
  readonly router: Router;
  readonly shards: Pick<Shards, 'enter'>;
  readonly dirty: DirtyScopes;
  readonly counters: LiveCounters;
  /** The part of the pipeline that is run. */
  readonly part: Part;
  /** Whether an account belongs to the pipeline; waits for the first discovery where it must. */
  readonly knows: (accountId: string) => boolean | Promise<boolean>;
  /** How long a scope that an event made dirty waits for more of the same, in ms. */
  readonly debounceMs: number;
}

/** Event ids remembered: about the last minutes of a very busy organization. */
const EVENTS_REMEMBERED = 200_000;
/** Records decoded before other work gets its turn. */
const BREATH = 200;

/**
 * Takes the records of a shard: decodes them, drops what is no news, and makes signals of the rest.
 * A record settles when all that it tells has: signals when their resources are read and written,
 * scopes and poison when they are noted durably.
 */
export class Receiver {
  readonly #context: ReceiveContext;
  readonly #seen = new LRUCache<string, true>({ max: EVENTS_REMEMBERED });

  constructor(context: ReceiveContext) {
    this.#context = context;
  }

  async receive({ shardId, records }: RecordBatch): Promise<readonly Signal[]> {
    const { shards } = this.#context;
    // All of them at once: the order in which a shard's records enter is that of the stream.
    const entered = records.map((record) => ({ record, whole: shards.enter(shardId, record) }));
    const signals: Signal[] = [];
    for (const [at, { record, whole }] of entered.entries()) {
      if (at % BREATH === BREATH - 1) await breathe();
      const { arrivedAt } = record;
      for (const signal of await this.#record(shardId, record, whole))
        signals.push({ ...signal, arrivedAt });
    }
    return signals;
  }

  /**
   * Reads a parked record once more. What it tells now takes its way, and `whole` settles when all of it
   * has. What is poison still is parked again: then nothing comes of it, and it does not settle.
   */
  async replay(letter: RecordLetter, whole: Receipt): Promise<readonly Signal[] | undefined> {
    const { shardId, sequenceNumber, arrivedAt, data } = letter.record;
    const record = { sequenceNumber, arrivedAt, data: Buffer.from(data, 'base64') };
    const { events, poison } = decodeSafely(this.#context.decoder, record.data);
    if (poison.length > 0) {
      const { parts, streamArn } = this.#context;
      await parts.state.store.commit(
        poisonLetter(parts, { streamArn, shardId, record, poison }, true),
      );
      return undefined;
    }
    return this.#events(events, whole, []);
  }

  async #record(shardId: string, record: StreamRecord, whole: Receipt): Promise<readonly Signal[]> {
    const { counters, decoder, parts, streamArn } = this.#context;
    counters.records += 1;
    counters.bytes += record.data.length;
    const { events, dropped, poison } = decodeSafely(decoder, record.data);
    for (const [reason, count] of Object.entries(dropped)) counters.event(reason, count);
    const news = events.filter((event) => this.#isNews(event));
    if (news.length === 0 && poison.length === 0) {
      whole.settle();
      return [];
    }
    if (poison.length === 0) return this.#events(news, whole, []);
    counters.poison += 1;
    const letter = poisonLetter(parts, { streamArn, shardId, record, poison });
    return this.#events(news, whole, letter);
  }

  async #events(
    events: readonly ChangeEvent[],
    whole: Receipt,
    also: readonly StateWrite[],
  ): Promise<readonly Signal[]> {
    const receipt = inParts(events.length + 1, whole);
    const writes = [...also];
    const signals: Signal[] = [];
    for (const event of events) signals.push(...(await this.#event(event, receipt, writes)));
    if (writes.length > 0) await this.#context.parts.state.store.commit(writes);
    // Its own part: whatever it had noted is durable.
    receipt.settle();
    return signals;
  }

  #isNews({ id }: ChangeEvent): boolean {
    const { counters } = this.#context;
    if (id === '' || !this.#seen.has(id)) {
      if (id !== '') this.#seen.set(id, true);
      return true;
    }
    counters.event('duplicate');
    return false;
  }

  /** The signals of one event; scopes that it made dirty are added to the writes. */
  async #event(
    event: ChangeEvent,
    receipt: Receipt,
    writes: StateWrite[],
  ): Promise<readonly Signal[]> {
    const { counters, dirty, debounceMs, router } = this.#context;
    const isOurs = await this.#isOurs(event);
    // Stopped, perhaps before anybody knew whose it is: it does not settle, and is read again.
    if (this.#context.parts.stop.aborted) return [];
    if (!isOurs) {
      counters.event('elsewhere');
      receipt.settle();
      return [];
    }
    const { targets } = router.route(event);
    const { signals, scopes } = await locate(event, targets, receipt, this.#context);
    for (const scope of scopes) writes.push(...dirty.note(scope, debounceMs));
    if (scopes.length > 0) this.#noteUnrouted(event);
    counters.event(signals.length > 0 ? 'routed' : scopes.length > 0 ? 'listed' : 'unwanted');
    if (signals.length === 0) receipt.settle();
    return signals;
  }

  async #isOurs({ accountId, region }: ChangeEvent): Promise<boolean> {
    const { part, knows } = this.#context;
    return part.account(accountId) && part.region(region) && (await knows(accountId));
  }

  #noteUnrouted({ source, name }: ChangeEvent): void {
    const { counters, parts } = this.#context;
    if (!counters.noteUnrouted(source, name)) return;
    parts.log.debug({ source, name }, `${source} ${name} names no resource: its scope is listed`);
  }
}

/** A record that nobody foresaw is poison, and no reason to end the run. */
function decodeSafely(decoder: Decoder, data: Uint8Array): Decoded {
  try {
    return decoder.decode(data);
  } catch (error) {
    const message = `it could not be decoded: ${(error as Error).message}`;
    return { events: [], dropped: {}, poison: [{ reason: 'undecodable', message }] };
  }
}
