import * as assert from 'uvu/assert';
import { accounts, buckets, instances, roles, volumes, type Fixture } from './fixtures.js';
import { drift, heldNames, type OracleOptions } from './oracle.js';
import type { PipelineOptions } from './pipeline-text.js';
import { World, type RunResult } from './world.js';

export const FIXTURES = [accounts, instances, volumes, roles, buckets];
export const REGIONS = ['us-east-1', 'eu-west-1'];
/** A kind that leaves the file is all of its kind: no threshold of less than 1 lets that through unasked. */
export const TOP = 'deleteDependentEntities: false\nentityDeletionThreshold: 1';

/** An organization of four accounts, from which accounts, kinds and regions leave. */
export class Departures {
  readonly ids: readonly string[];

  private constructor(readonly world: World) {
    this.ids = world.sim.organization.accounts.map(({ id }) => id);
  }

  static async start(): Promise<Departures> {
    const departures = new Departures(
      await World.start({
        accounts: 4,
        regions: REGIONS,
        resourcesPerScope: 3,
        organizationsPageSize: 3,
      }),
    );
    await departures.pipeline(FIXTURES);
    return departures;
  }

  /** Dependents stay: an account that goes takes nothing along that is still to be judged. */
  readonly pipeline = (list: readonly Fixture[], options: PipelineOptions = {}): Promise<void> =>
    this.world.pipeline(list, { top: TOP, ...options });

  /** A run that must delete nothing. */
  readonly keepsEverything = async (code: number, why: string): Promise<RunResult> => {
    const before = heldNames(this.world);
    const result = await this.world.run();
    const after = heldNames(this.world);
    const lost = before.filter((name) => !after.includes(name));
    const gained = after.filter((name) => !before.includes(name));
    assert.equal({ lost, gained }, { lost: [], gained: [] }, why);
    assert.is(result.summary.entities.deleted, 0, why);
    assert.is(result.code, code, `${why}: ${JSON.stringify(result.summary.failures)}`);
    return result;
  };

  /** A run after which Port is what the oracle says, without any failure. */
  readonly converges = async (
    list: readonly Fixture[] = FIXTURES,
    options: OracleOptions = {},
  ): Promise<RunResult> => {
    const result = await this.world.run();
    assert.equal(drift(this.world, list, options), []);
    assert.is(result.code, 0, JSON.stringify(result.summary));
    return result;
  };
}
