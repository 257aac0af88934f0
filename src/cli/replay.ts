import { Command } from 'commander';
import { ConfigError } from '../errors/config-error.js';
import type { LetterDesk, LetterQuery, ShownLetter } from '../pipeline/letter-desk.js';
import { processIo } from './command-io.js';
import type { CommandIo } from './command-io.js';
import { withLetters } from './control-client.js';

interface ReplayFlags {
  readonly state: string;
  readonly all?: boolean;
  readonly kind?: string;
  readonly code?: string;
  readonly show?: boolean;
  readonly drop?: boolean;
  readonly json?: boolean;
}

/**
 * `sluice replay`: dead letters are listed, shown, tried again or dropped. Works beside a running engine
 * (which then tries at once) and without one (the next run tries).
 */
export function replayCommand(io: CommandIo = processIo): Command {
  return new Command('replay')
    .description('list dead letters; with ids or --all: try them again')
    .argument('[ids...]', 'letters')
    .option('--state <dir>', 'state directory', '.sluice')
    .option('--all', 'all letters, or all that --kind and --code leave')
    .option('--kind <kind>', 'only letters about resources of this kind')
    .option('--code <code>', 'only letters with this code')
    .option('--show', 'show them whole instead')
    .option('--drop', 'throw them away for good instead')
    .option('--json', 'print JSON')
    .action(async (ids: string[], flags: ReplayFlags) => {
      const query: LetterQuery = {
        ...(ids.length > 0 && { ids }),
        kind: flags.kind,
        code: flags.code,
      };
      const chosen = ids.length > 0 || flags.all === true;
      if (flags.drop === true && !chosen) {
        throw new ConfigError('--drop needs the ids of letters, or --all', {
          code: 'usage.drop',
          hint: 'Run `sluice replay` to list letters with their ids.',
        });
      }
      await withLetters(flags.state, async (desk, isRunning) => {
        await refuseUnknown(desk, ids);
        if (!chosen || flags.show === true) show(await desk.list(query), flags, io);
        else if (flags.drop === true) tell('dropped', await desk.drop(query), flags, io);
        else {
          const count = await desk.replay(query);
          tell('replayed', count, flags, io);
          if (flags.json !== true && count > 0) {
            io.out(
              isRunning
                ? 'The running engine tries them now.'
                : 'The next `sluice run` tries them.',
            );
          }
        }
      });
    });
}

async function refuseUnknown(desk: LetterDesk, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const known = new Set((await desk.list({ ids })).map(({ id }) => id));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length === 0) return;
  throw new ConfigError(`no dead letter has the id ${unknown.join(', ')}`, {
    code: 'usage.letter',
    hint: 'Run `sluice replay` to list letters with their ids.',
  });
}

function tell(
  what: 'dropped' | 'replayed',
  count: number,
  flags: ReplayFlags,
  io: CommandIo,
): void {
  if (flags.json === true) io.out(JSON.stringify({ [what]: count }));
  else io.out(`${count} dead ${count === 1 ? 'letter' : 'letters'} ${what}.`);
}

function show(letters: readonly ShownLetter[], flags: ReplayFlags, io: CommandIo): void {
  if (flags.json === true) {
    io.out(JSON.stringify({ letters }));
    return;
  }
  if (letters.length === 0) io.out('No dead letters.');
  for (const letter of letters) {
    io.out(
      flags.show === true ? JSON.stringify(letter, null, 2) : `${letter.id}  ${lineOf(letter)}`,
    );
  }
}

function lineOf(letter: ShownLetter): string {
  const { code, attempts, message } = letter;
  const at = new Date(letter.parkedAt).toISOString();
  const about =
    'record' in letter
      ? `record ${letter.record.shardId} ${letter.record.sequenceNumber} (${letter.record.bytes} bytes)`
      : `${letter.key.kind} ${letter.key.identifier} in ${letter.key.accountId} ${letter.key.region}` +
        (letter.entity ? `, entity ${letter.entity.blueprint} ${letter.entity.identifier}` : '');
  return `${at}  ${code}  ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}  ${about}: ${message}`;
}
