import { Command, InvalidArgumentError } from 'commander';
import { FORMS, type FormWeights } from '../sim/live/forms.js';
import type { LiveOptions } from '../sim/live/live-options.js';
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
  readonly readLag: number;
  readonly live?: boolean;
  readonly shards: number;
  readonly engine: 'emulator' | 'memory';
  readonly kinesisPort: number;
  readonly limits?: boolean;
  readonly changes?: number;
  readonly burst: number;
  readonly forms: FormWeights;
  readonly stateChanges?: boolean;
  readonly duplicates: number;
  readonly reorder: number;
  readonly delay: { readonly min: number; readonly max: number };
  readonly noise: number;
  readonly poison: number;
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
    .option(
      '--read-lag <ms>',
      'milliseconds for which reads show what was before a change',
      number(0, 600_000),
      0,
    )
    .option('--live', 'a Kinesis stream of CloudTrail records about every change (see the rest)')
    .option('--shards <n>', 'shards of the stream', number(1, 500), 2)
    .option(
      '--engine <name>',
      'emulator (kinesis-local, about 200 records a second) or memory (for load)',
      engine,
      'emulator',
    )
    .option('--kinesis-port <n>', 'port of Kinesis; 0: any free one', number(0, 65_535), 0)
    .option('--limits', 'enforce the read limits of shards')
    .option('--changes <n>', 'change so many resources a second; implies --live', decimal(1e5))
    .option('--burst <n>', 'changes of one resource in a row', number(1, 1_000), 1)
    .option(
      '--forms <list>',
      `forms of records, with weights where wanted: all, or ${FORMS.join(',')}, or logs=3,bare`,
      forms,
      { eventBridge: 1 },
    )
    .option('--state-changes', "EC2's own notifications beside the API calls")
    .option('--duplicates <share>', 'share of events that come twice', decimal(1), 0)
    .option('--reorder <n>', 'shuffle events within a window of so many', number(0, 100_000), 0)
    .option('--delay <ms[-ms]>', 'milliseconds from a change to the stream', delay, {
      min: 0,
      max: 0,
    })
    .option('--noise <n>', 'records that matter to nobody, per event', decimal(1_000), 0)
    .option('--poison <share>', 'records that cannot be read, per event', decimal(1_000), 0)
    .action(async (flags: SimFlags) => {
      const sim = await startSim(optionsOf(flags));
      if (flags.changes !== undefined && flags.changes > 0)
        sim.live?.changes({ rate: flags.changes, burst: flags.burst });
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
    readLagMs: flags.readLag,
    ...((flags.live === true || flags.changes !== undefined) && { live: liveOptionsOf(flags) }),
    port: { latencyMs: flags.portLatency },
    ...(kinds !== undefined && { kinds }),
    ...(resources !== undefined && { total: resources }),
    ...(quota !== undefined && { quotas: { list: quota, read: quota } }),
  };
}

function liveOptionsOf(flags: SimFlags): LiveOptions {
  const { shards, engine, kinesisPort, forms, duplicates, reorder, delay, noise, poison } = flags;
  return {
    shards,
    engine,
    kinesisPort,
    limits: flags.limits === true,
    forms,
    stateChanges: flags.stateChanges === true,
    duplicates,
    reorder,
    delay,
    noise,
    poison,
  };
}

/** Lines of a shell script: what is not an assignment is a comment. */
function describe(sim: Sim): string[] {
  const { organization } = sim;
  return [
    `# ${organization.accounts.length} accounts, ${organization.regions.length} regions, ${organization.count()} resources`,
    `# roles: OrgReader in ${organization.managementAccountId}, SluiceReadOnly in every account`,
    `# admin: ${sim.adminUrl}`,
    ...(sim.live === undefined
      ? []
      : [`# live: { kinesis: { streamArn: ${sim.live.streamArn} } }`]),
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

function decimal(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= 0 && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number from 0 to ${max}.`);
  };
}

function engine(text: string): 'emulator' | 'memory' {
  if (text === 'emulator' || text === 'memory') return text;
  throw new InvalidArgumentError('It must be emulator or memory.');
}

function forms(text: string): FormWeights {
  const names = text === 'all' ? FORMS : list(text);
  return Object.fromEntries(
    names.map((item) => {
      const [name = '', weight = '1'] = item.split('=');
      if (!FORMS.some((form) => form === name) || !(Number(weight) > 0))
        throw new InvalidArgumentError(
          `It must be all, or some of ${FORMS.join(', ')}, such as eventBridge=9,logs=1.`,
        );
      return [name, Number(weight)];
    }),
  );
}

function delay(text: string): { min: number; max: number } {
  const [min = NaN, max = min] = text.split('-').map(Number);
  if (min >= 0 && max >= min) return { min, max };
  throw new InvalidArgumentError('It must be milliseconds, such as 500, or a range, as 0-5000.');
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
