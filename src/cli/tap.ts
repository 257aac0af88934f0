import { Command } from 'commander';
import picomatch from 'picomatch';
import { EnvironmentError } from '../errors/environment-error.js';
import type { Tapped } from '../pipeline/tap.js';
import { processIo } from './command-io.js';
import type { CommandIo } from './command-io.js';
import { count } from './common-options.js';
import { controlClient, runningEngine } from './control-client.js';

interface TapFlags {
  readonly state: string;
  readonly kind?: string;
  readonly account?: string;
  readonly outcome?: string;
  readonly cause?: string;
  readonly limit?: number;
  readonly json?: boolean;
}

/** `sluice tap`: prints observations and what became of them, as they pass through a running engine. */
export function tapCommand(io: CommandIo = processIo): Command {
  return new Command('tap')
    .description('print observations and their outcomes as they pass')
    .option('--state <dir>', 'state directory of the running engine', '.sluice')
    .option('--kind <glob>', 'only of these kinds, such as AWS::EC2::*')
    .option('--account <glob>', 'only of these accounts')
    .option('--outcome <glob>', 'only with these outcomes, such as written or deleted')
    .option('--cause <glob>', 'only for these causes: resync, live, retry, confirm')
    .option('--limit <n>', 'end after so many', count(1))
    .option('--json', 'print JSON, a line each')
    .action(async (flags: TapFlags) => {
      const socket = await runningEngine(flags.state);
      if (socket === undefined) {
        throw new EnvironmentError(`no engine runs on ${flags.state}`, {
          code: 'control.not-running',
          hint: 'Start `sluice run FILE --state DIR`, and name the same directory here.',
        });
      }
      await follow(socket, flags, io);
    });
}

async function follow(socket: string, flags: TapFlags, io: CommandIo): Promise<void> {
  const client = controlClient(socket);
  const wanted = filterOf(flags);
  let left = flags.limit ?? Number.POSITIVE_INFINITY;
  try {
    const { body } = await client.request({ method: 'GET', path: '/tap' });
    for await (const line of linesOf(body)) {
      const tapped = JSON.parse(line) as Tapped;
      if (!wanted(tapped)) continue;
      io.out(flags.json === true ? line : lineOf(tapped));
      left -= 1;
      if (left <= 0) break;
    }
  } catch (error) {
    // The engine has ended, and with it what there is to see.
    if (!isClosed(error)) throw error;
  } finally {
    await client.destroy();
  }
}

/** The lines of a stream; what its end cuts short is dropped. */
async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function filterOf({ kind, account, outcome, cause }: TapFlags): (tapped: Tapped) => boolean {
  const matcher = (glob: string | undefined): ((text: string) => boolean) =>
    glob === undefined ? () => true : picomatch(glob);
  const [kinds, accounts, outcomes, causes] = [kind, account, outcome, cause].map(matcher);
  return (tapped) =>
    kinds!(tapped.kind) &&
    accounts!(tapped.accountId) &&
    outcomes!(tapped.outcome) &&
    causes!(tapped.cause);
}

function lineOf(tapped: Tapped): string {
  const { at, cause, outcome, state, kind, identifier, accountId, region } = tapped;
  return [
    new Date(at).toISOString(),
    cause.padEnd(7),
    outcome.padEnd(9),
    state.padEnd(7),
    `${kind} ${identifier} in ${accountId} ${region}`,
  ].join('  ');
}

function isClosed(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'UND_ERR_DESTROYED';
}
