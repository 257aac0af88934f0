import * as assert from 'uvu/assert';
import type { SimKey } from '../../src/sim/organization/organization.js';
import type { Sim } from '../../src/sim/sim.js';
import { actualEntities, expectedEntities, isPortCall, onRequest, until } from './crash-world.js';
import type { World } from './crash-world.js';

export const UPSERTS = /^POST .*\/entities\/bulk$/;
export const DELETES = /^(POST .*\/bulk\/entities\/delete|DELETE )/;

export function pick(
  sim: Sim,
  kind: string,
  at = 0,
): SimKey & { properties: Record<string, unknown> } {
  const found = [...sim.organization.snapshot()].filter((one) => one.kind === kind)[at]!;
  const { accountId, region, identifier, properties } = found;
  return { kind, accountId, region, identifier, properties };
}

export function stampOf(sim: Sim, { accountId, region, identifier }: SimKey): unknown {
  return sim.port.entity('resource', `${accountId}:${region}:${identifier}`)?.properties['stamp'];
}

export async function settledRun(world: World): Promise<void> {
  const run = await world.once();
  assert.is(run.code, 0, run.stderr);
  assert.equal(actualEntities(world.sim), expectedEntities(world.sim));
}

/** Runs until `reached`, with requests to Port meeting this fate, and kills. */
export async function killWhile(
  world: World,
  operation: RegExp,
  fate: 'lost' | 'applied',
  reached: (asked: number) => boolean,
  ...more: readonly string[]
): Promise<void> {
  let asked = 0;
  const undo = onRequest(world.sim, (call) => {
    if (!isPortCall(call, operation)) return undefined;
    asked += 1;
    return { type: 'reset', applied: fate === 'applied' };
  });
  const run = world.start(['run', world.file, '--once', '--state', world.stateDir, ...more]);
  await until(() => reached(asked), `${operation.source} ${fate}`);
  run.kill();
  assert.is((await run.ended).signal, 'SIGKILL');
  undo();
}
