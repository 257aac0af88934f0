import { Command, InvalidArgumentError } from 'commander';
import { startSim, type Sim, type SimOptions } from '../sim/sim.js';
import { processIo, type CommandIo } from './command-io.js';

/** The options of `sluice sim` as commander gives them. */
interface SimFlags {
  readonly seed: string;
  readonly accounts: number;
  readonly regions: number | readonly string[];
  readonly kinds?: readonly string[];
  readonly resources?: number;
  readonly perScope: number;
  readonly bodySize: 'small' | 'typical' | number;
  readonly pageSize: number;
  readonly awsPort: number;
  readonly portPort: number;
  readonly adminPort: number;
  readonly latency: number;
  readonly portLatency: number;
  readonly quota?: { readonly rate: number; readonly burst: number };
}

/**
 * `sluice sim`: a simulated AWS organization and Port on the loopback interface. Prints the environment
 * that points Sluice at them, as lines to `eval` or source, and runs until it is told to stop.
 */
export function simCommand(io: CommandIo = processIo): Command {
  return new Command('sim')
    .description(
      'start a simulated AWS organization and a simulated Port on the loopback interface',
    )
    .option('--seed <text>', 'everything is drawn from it', 'sluice')
    .option('--accounts <n>', 'accounts of the organization', number(1, 100_000), 3)
    .option(
      '--regions <n|list>',
      'how many regions, or their codes with commas between',
      regions,
      2,
    )
    .option(
      '--kinds <list>',
      'kinds that have resources, with commas between (default: all it knows)',
      list,
    )
    .option('--resources <n>', 'resources in all; overrides --per-scope', number(0, 1e8))
    .option('--per-scope <n>', 'resources per kind, account and region', number(0, 1e7), 5)
    .option('--body-size <size>', 'small, typical (4 KB) or a number of bytes', bodySize, 'small')
    .option('--page-size <n>', 'resources of a page of a listing', number(1, 100), 100)
    .option('--aws-port <n>', 'port of AWS; 0: any free one', number(0, 65_535), 0)
    .option('--port-port <n>', 'port of Port; 0: any free one', number(0, 65_535), 0)
    .option('--admin-port <n>', 'port of the admin endpoint; 0: any free one', number(0, 65_535), 0)
    .option('--latency <ms>', 'milliseconds before each answer of AWS', number(0, 600_000), 0)
    .option('--port-latency <ms>', 'milliseconds before each answer of Port', number(0, 600_000), 0)
    .option(
      '--quota <rate[/burst]>',
      'calls per second, account and region, for lists and for reads',
      quota,
    )
    .action(async (flags: SimFlags) => {
      const sim = await startSim(optionsOf(flags));
      for (const line of describe(sim)) io.out(line);
      await stopped();
      await sim.close();
    });
}

function optionsOf(flags: SimFlags): SimOptions {
  const { kinds, resources, quota } = flags;
  return {
    seed: flags.seed,
    accounts: flags.accounts,
    regions: flags.regions,
    resourcesPerScope: flags.perScope,
    bodySize: flags.bodySize,
    pageSize: flags.pageSize,
    awsPort: flags.awsPort,
    portPort: flags.portPort,
    adminPort: flags.adminPort,
    latencyMs: flags.latency,
    port: { latencyMs: flags.portLatency },
    ...(kinds !== undefined && { kinds }),
    ...(resources !== undefined && { total: resources }),
    ...(quota !== undefined && { quotas: { list: quota, read: quota } }),
  };
}

/** Lines of a shell script: what is not an assignment is a comment. */
function describe(sim: Sim): string[] {
  const { organization } = sim;
  return [
    `# ${organization.accounts.length} accounts, ${organization.regions.length} regions, ${organization.count()} resources`,
    `# roles: OrgReader in ${organization.managementAccountId}, SluiceReadOnly in every account`,
    `# admin: ${sim.adminUrl}`,
    ...Object.entries(sim.env).map(([name, value]) => `export ${name}=${value}`),
  ];
}

/** Resolves at SIGINT or SIGTERM. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function number(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

function list(text: string): readonly string[] {
  return text.split(',').map((item) => item.trim());
}

function regions(text: string): number | readonly string[] {
  return /^\d+$/.test(text) ? number(1, 20)(text) : list(text);
}

function bodySize(text: string): 'small' | 'typical' | number {
  return text === 'small' || text === 'typical' ? text : number(0, 200_000)(text);
}

function quota(text: string): { rate: number; burst: number } {
  const [rate = NaN, burst = rate] = text.split('/').map(Number);
  if (rate > 0 && burst >= 1) return { rate, burst };
  throw new InvalidArgumentError(
    'It must be a number of calls per second, such as 5, or with a burst, such as 5/10.',
  );
}
