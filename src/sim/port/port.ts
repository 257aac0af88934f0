import { Counters } from '../counters.js';
import type { FaultBook } from '../faults.js';
import { Blueprints } from './blueprints.js';
import { DatasourceSearch } from './datasource-search.js';
import { EntityStore, type PortEntity } from './entity-store.js';
import { Integrations } from './integrations.js';
import { DEFAULT_LIMITS, RateLimiter, type PortLimit, type PortLimitClass } from './rate-limit.js';
import { Tokens } from './tokens.js';
import { Upserter } from './upsert.js';

/** How the simulated Port behaves. */
export interface PortOptions {
  /** Default `sim-client`. */
  readonly clientId?: string;
  /** Default `sim-secret`. */
  readonly clientSecret?: string;
  /** Seconds for which access tokens are good. Default 10,800. */
  readonly tokenLifetimeSeconds?: number;
  /** Requests that are taken; default as Port documents them. */
  readonly limits?: Partial<Record<PortLimitClass, PortLimit>>;
  /** Seconds of a limit's period. Default 300. */
  readonly periodSeconds?: number;
  /** Milliseconds before each answer. Default 0. */
  readonly latencyMs?: number;
  /** A bulk upsert with one bad entity is refused whole (422) instead of answered with 207. Default false. */
  readonly refuseWholeBatch?: boolean;
}

/** The state of the simulated Port; the HTTP server in front of it is server.ts. */
export class SimPort {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly store = new EntityStore();
  readonly datasources = new DatasourceSearch(this.store);
  readonly blueprints = new Blueprints();
  readonly integrations = new Integrations();
  readonly counters = new Counters();
  readonly tokens: Tokens;
  readonly limiter: RateLimiter;
  readonly upserter: Upserter;
  latencyMs: number;
  tokenLifetimeSeconds: number;
  refuseWholeBatch: boolean;

  /** @param faults switched on here too: service `port`. */
  constructor(
    options: PortOptions,
    readonly faults: FaultBook,
  ) {
    this.clientId = options.clientId ?? 'sim-client';
    this.clientSecret = options.clientSecret ?? 'sim-secret';
    this.latencyMs = options.latencyMs ?? 0;
    this.tokenLifetimeSeconds = options.tokenLifetimeSeconds ?? 10_800;
    this.refuseWholeBatch = options.refuseWholeBatch ?? false;
    this.tokens = new Tokens(this.clientId, this.clientSecret, () => this.tokenLifetimeSeconds);
    this.limiter = new RateLimiter(
      { ...DEFAULT_LIMITS, ...options.limits },
      options.periodSeconds ?? 300,
    );
    this.upserter = new Upserter(
      this.store,
      this.blueprints,
      { relatedTo: (...args) => this.relatedTo(...args) },
      this.faults,
    );
  }

  /** What Port holds now, as a list of its own. */
  entities(blueprint?: string): PortEntity[] {
    return [...this.store.entities(blueprint)];
  }

  entity(blueprint: string, identifier: string): PortEntity | undefined {
    return this.store.get(blueprint, identifier);
  }

  /** Whether an entity is reached from another over relations; `downstream`: it depends on that one. */
  relatedTo(entity: PortEntity, blueprint: string, identifier: string, direction: string): boolean {
    const downstream = direction === 'downstream';
    const seen = new Set<string>();
    const queue = downstream
      ? this.store.dependentsOf(blueprint, identifier)
      : this.targetsOf(this.store.get(blueprint, identifier));
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const key = `${next.blueprint}|${next.identifier}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (next === entity) return true;
      queue.push(
        ...(downstream
          ? this.store.dependentsOf(next.blueprint, next.identifier)
          : this.targetsOf(next)),
      );
    }
    return false;
  }

  private targetsOf(entity: PortEntity | undefined): PortEntity[] {
    if (entity === undefined) return [];
    const schemas = this.blueprints.need(entity.blueprint).relations;
    return Object.entries(entity.relations).flatMap(([name, value]) => {
      const target = schemas[name]?.target;
      const identifiers = value === null ? [] : [value].flat();
      return target === undefined
        ? []
        : identifiers.flatMap((identifier) => this.store.get(target, identifier) ?? []);
    });
  }
}
