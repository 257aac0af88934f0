import { fileURLToPath } from 'node:url';
import { createOrganization } from '../src/sim/organization/organization.js';
import type { BareWork } from './bare-program.js';
import { measureProcess } from './measure-process.js';
import type { Usage } from './measure-process.js';
import type { OrganizationSize } from './organization.js';
import type { Simulation } from './simulation.js';

const PROGRAM = fileURLToPath(new URL('bare-program.ts', import.meta.url));

/** What the least program costs that lists, and that lists and writes; each without its own start-up. */
export interface Bare {
  readonly listMs: number;
  readonly writeMs: number;
}

/** Runs the bare program against a simulation: once over nothing, once listing, once writing too. */
export async function runBare(
  simulation: Simulation,
  size: OrganizationSize,
  kinds: readonly string[],
): Promise<Bare> {
  const { accounts, regions, bodySize, resources } = size;
  const organization = createOrganization({ accounts, regions, bodySize, kinds, total: resources });
  const work = {
    accounts: organization.accounts.map((account) => ({
      id: account.id,
      regions: [...account.regions],
    })),
    kinds,
    organizationRole:
      simulation.env['OCEAN__INTEGRATION__CONFIG__ORGANIZATION_ROLE_ARN'] ?? 'unknown',
    accountRole: simulation.env['OCEAN__INTEGRATION__CONFIG__ACCOUNT_READ_ROLE_NAME'] ?? 'unknown',
  };
  const run = async (part: Partial<BareWork>, expected: number): Promise<Usage> => {
    const args = [...process.execArgv, PROGRAM, JSON.stringify({ ...work, writes: true, ...part })];
    const usage = await measureProcess(process.execPath, args, { env: simulation.env });
    if (usage.exitCode !== 0 || Number(usage.stdout) !== expected) {
      throw new Error(`the bare program ended with ${usage.exitCode}: ${usage.stderr.slice(-500)}`);
    }
    return usage;
  };
  const start = await run({ kinds: [] }, 0);
  const list = await run({ writes: false }, resources);
  const write = await run({ writes: true }, resources);
  return { listMs: list.cpuMs - start.cpuMs, writeMs: write.cpuMs - start.cpuMs };
}
