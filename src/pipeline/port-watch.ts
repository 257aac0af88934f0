import { setTimeout as sleep } from 'node:timers/promises';
import { hashPipeline } from '../config/hash-pipeline.js';
import type { Pipeline } from '../config/pipeline.js';
import { PortError } from '../errors/port-error.js';
import { SluiceError } from '../errors/sluice-error.js';
import { readIntegration, readResyncRequest, sendLogLines } from '../port/integration.js';
import type { Integration } from '../port/integration.js';
import { mappingOf } from '../port/lease-record.js';
import type { MappedIntegration } from './first-mapping.js';
import type { Engine } from './open-engine.js';

/** How the mapping that Port keeps stands, for status and dashboard. */
export interface MappingStatus {
  /** `invalid`: Port holds one that can't be used; the one before goes on. */
  readonly state: 'applied' | 'invalid';
  /** Wall-clock time in ms at which that was found. */
  readonly at: number;
  /** What is wrong, a line each. */
  readonly problems: readonly string[];
}

export interface PortWatchOptions {
  readonly engine: Engine;
  /** Checks a mapping as Port keeps it, its expressions too; throws a ConfigError. Absent: the mapping is the file's. */
  readonly apply?: (mapping: Readonly<Record<string, unknown>>) => Promise<Pipeline>;
}

/** What is told while Port is watched. */
export interface PortChanges {
  /** Another mapping counts from now on. */
  readonly mapped: (pipeline: Pipeline) => void;
  /** Somebody asked for a resync. */
  readonly wanted: () => void;
}

/** Where the last mapping that was valid is kept: it goes on when Port's can't be used at a start. */
const LAST_MAPPING = 'port-mapping';

/** Looks at the integration in Port, over and over: was its mapping edited, does somebody want a resync? */
export class PortWatch {
  readonly #engine: Engine;
  readonly #apply: PortWatchOptions['apply'];
  /** The mapping that was looked at last, as text. */
  #seen: string | undefined;
  #request: string | undefined;
  #reachable = true;
  #status: MappingStatus | undefined;

  constructor({ engine, apply }: PortWatchOptions) {
    this.#engine = engine;
    this.#apply = apply;
  }

  /** Undefined where the mapping is the file's. */
  get status(): MappingStatus | undefined {
    return this.#status;
  }

  /** Takes note of the resync that was asked for last: the first one of this process answers it. */
  async begin(): Promise<void> {
    this.#request = await readResyncRequest(this.#engine.port);
  }

  /**
   * The pipeline with which a run begins. Where Port's mapping is invalid, the last one that was valid,
   * with an error in the log; where there is none, throws a ConfigError with every problem.
   */
  async first({ integration, mapping }: MappedIntegration): Promise<Pipeline> {
    const apply = this.#apply;
    if (apply === undefined) return this.#engine.parts.pipeline;
    this.#seen = JSON.stringify(mapping);
    try {
      const pipeline = await apply(mapping);
      await this.#applied(mapping);
      return pipeline;
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      const last = this.#engine.parts.state.store.get<string>('meta', LAST_MAPPING);
      if (last === undefined) throw error;
      await this.#refuse(error, integration);
      return await apply(JSON.parse(last) as Record<string, unknown>);
    }
  }

  /** Watches until stopped. Never rejects for Port's sake: what can't be read is read the next time. */
  async run(everyMs: number, stop: AbortSignal, changes: PortChanges): Promise<void> {
    const { log } = this.#engine.parts;
    const isStopped = (): boolean => stop.aborted;
    for (;;) {
      await sleep(everyMs, undefined, { signal: stop }).catch(() => undefined);
      if (isStopped()) return;
      try {
        await this.#look(stop, changes);
        this.#reachable = true;
      } catch (error) {
        if (isStopped()) return;
        if (!(error instanceof PortError)) throw error;
        if (this.#reachable) {
          const { code, message } = error;
          log.warn({ code }, `the integration in Port can't be looked at: ${message}`);
        }
        this.#reachable = false;
      }
    }
  }

  async #look(signal: AbortSignal, { mapped, wanted }: PortChanges): Promise<void> {
    const { port, parts } = this.#engine;
    const request = await readResyncRequest(port, { signal });
    if (request !== undefined && request !== this.#request) {
      this.#request = request;
      parts.log.info('a resync was asked for in Port');
      wanted();
    }
    if (this.#apply === undefined) return;
    const integration = await readIntegration(port, { signal });
    if (integration === undefined) return;
    const mapping = mappingOf(integration.config);
    const text = JSON.stringify(mapping);
    if (text === this.#seen) return;
    this.#seen = text;
    let pipeline: Pipeline;
    try {
      pipeline = await this.#apply(mapping);
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      await this.#refuse(error, integration);
      return;
    }
    await this.#applied(mapping);
    if (saysTheSame(pipeline, parts.pipeline)) return;
    parts.log.info(
      { kinds: pipeline.kinds.length },
      'the mapping was changed in Port: taking it on',
    );
    mapped(pipeline);
  }

  async #applied(mapping: Readonly<Record<string, unknown>>): Promise<void> {
    this.#status = { state: 'applied', at: Date.now(), problems: [] };
    await this.#engine.parts.state.store.commit([
      { op: 'put', table: 'meta', key: LAST_MAPPING, value: JSON.stringify(mapping) },
    ]);
  }

  async #refuse(error: SluiceError, integration: Integration): Promise<void> {
    const { port, parts } = this.#engine;
    const problems = error.message.split('\n');
    this.#status = { state: 'invalid', at: Date.now(), problems };
    const message = `the mapping in Port can't be used, the one before goes on:\n${error.message}`;
    parts.log.error({ code: error.code }, message);
    await sendLogLines(port, integration, [{ level: 'ERROR', message, at: new Date() }]);
  }
}

/** Written otherwise, or by Port in another order, it is no other mapping. */
function saysTheSame(a: Pipeline, b: Pipeline): boolean {
  return (
    hashPipeline(a) === hashPipeline(b) &&
    a.deleteDependentEntities === b.deleteDependentEntities &&
    a.createMissingRelatedEntities === b.createMissingRelatedEntities &&
    a.enableMergeEntity === b.enableMergeEntity &&
    a.entityDeletionThreshold === b.entityDeletionThreshold
  );
}
