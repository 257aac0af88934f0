import type { Summary } from '../model/summary.js';
import { reportResyncState, sendKindExamples } from '../port/integration.js';
import type { ResyncState } from '../port/integration.js';
import type { Engine } from './open-engine.js';
import { exitCodeOf } from './run.js';

export interface PortPageOptions {
  /** Between the starts of two resyncs; undefined where there is only one. */
  readonly everyMs?: number;
  /** Whether Port is given examples of each kind. */
  readonly examples: boolean;
}

/**
 * What Port's page of the integration shows: how the resync stands, when the next one is, and what
 * resources look like. Nothing waits for it, and nothing fails because of it.
 */
export class PortPage {
  readonly #engine: Engine;
  readonly #options: PortPageOptions;
  #startedAt = new Date();
  #running = false;
  #told: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine, options: PortPageOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  started(): void {
    this.#startedAt = new Date();
    this.#running = true;
    this.#report({ status: 'running', lastResyncEnd: null });
  }

  /** @param cut it was ended by a stop or a changed mapping */
  ended(summary: Summary, cut: boolean): void {
    if (!this.#running) return;
    this.#running = false;
    const status = cut ? 'aborted' : exitCodeOf(summary) === 0 ? 'completed' : 'failed';
    this.#report({ status, lastResyncEnd: new Date().toISOString() });
    const examples = this.#engine.examples.take();
    if (!this.#options.examples || cut) return;
    for (const [kind, list] of examples)
      this.#then(() => sendKindExamples(this.#engine.port, kind, list));
  }

  /** Resolves once Port has been told all of it, or could not be. */
  async settled(): Promise<void> {
    await this.#told;
  }

  #report(state: Pick<ResyncState, 'status' | 'lastResyncEnd'>): void {
    const { everyMs } = this.#options;
    const next = everyMs === undefined ? null : new Date(this.#startedAt.getTime() + everyMs);
    const told: ResyncState = {
      ...state,
      lastResyncStart: this.#startedAt.toISOString(),
      nextResync: next?.toISOString() ?? null,
      intervalInMinuets: everyMs === undefined ? null : Math.round(everyMs / 60_000),
    };
    this.#then(() => reportResyncState(this.#engine.port, told));
  }

  /** One call after the other: the last state told must be the last. */
  #then(call: () => Promise<unknown>): void {
    this.#told = this.#told.then(call).catch((error: unknown) => {
      this.#engine.parts.log.debug({ reason: String(error) }, 'the page in Port was not updated');
    });
  }
}
