import { lastValueFrom, toArray, type Observable } from 'rxjs';
import type { KindConfig, Pipeline, RegionPolicy } from '../../src/config/pipeline.js';
import type { AcquirePermit, ListedResource } from '../../src/sources/resource-source.js';

export const ANYWHERE: RegionPolicy = { allow: [], deny: [] };

/** A kind as the configuration gives it; only kind and region policies matter to sources. */
export function kindConfig(kind: string, ...policies: RegionPolicy[]): KindConfig {
  const mappings = (policies.length === 0 ? [ANYWHERE] : policies).map((regionPolicy) => ({
    spec: {} as KindConfig['mappings'][number]['spec'],
    regionPolicy,
  }));
  return { kind, mappings, useGetResourceApi: false };
}

export function pipelineOf(
  kinds: readonly (string | KindConfig)[],
  aws: Partial<Pipeline['aws']> = {},
): Pipeline {
  return {
    aws: {
      accounts: { type: 'globs', include: [], exclude: [] },
      regions: ANYWHERE,
      quotas: {},
      ...aws,
    },
    kinds: kinds.map((kind) => (typeof kind === 'string' ? kindConfig(kind) : kind)),
  } as unknown as Pipeline;
}

export function collect<T>(source: Observable<T>): Promise<T[]> {
  return lastValueFrom(source.pipe(toArray()), { defaultValue: [] });
}

/** Permits that count what they were told, and prove that each is told once. */
export class TestPermits {
  ticks = 0;
  observations = 0;
  bytes = 0;
  open = 0;
  mostOpen = 0;

  readonly acquire: AcquirePermit = () => {
    const startedAt = ++this.ticks;
    this.open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    let told = false;
    return Promise.resolve({
      startedAt,
      received: (observations: number, bytes: number) => {
        if (told) throw new Error('a permit was told twice');
        told = true;
        this.open -= 1;
        this.observations += observations;
        this.bytes += bytes;
      },
    });
  };
}

/** A listing's resources, its bodies parsed. */
export function bodies(resources: readonly ListedResource[]): Record<string, unknown>[] {
  return resources.map(({ body }) => JSON.parse(body ?? 'null') as Record<string, unknown>);
}
