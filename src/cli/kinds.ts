import { Command } from 'commander';
import { allTypes, kindFacts } from '../catalog/catalog.js';
import { liveRouteOf, type LiveRoute } from '../catalog/live-route.js';
import { listInputs } from '../catalog/parents/parents.js';
import { OCEAN_SPECIAL_KINDS } from '../catalog/special-kinds.js';
import { kindProblem } from '../config/kind-problem.js';
import { processIo } from './command-io.js';
import type { CommandIo } from './command-io.js';

/** One kind as `sluice kinds --json` prints it. */
export interface KindRow {
  readonly kind: string;
  /** Whether this version lists it. */
  readonly supported: boolean;
  /** `global` where it is listed once an account, else `regional`. */
  readonly scope: 'global' | 'regional';
  /** Whether AWS lists it at all, whole or below a parent. */
  readonly listable: boolean;
  /** Whether single resources can be read, for `useGetResourceAPI`. */
  readonly readable: boolean;
  /** The kind below whose resources it is listed, one after the other; absent where it is listed whole. */
  readonly parent?: string;
  /** The constants by which it is listed, one after the other, as `Property=value`. */
  readonly listedBy?: readonly string[];
  /** Where it is known which events tell of its changes; `none`: resyncs alone see them. */
  readonly live: LiveRoute;
  /** Listed and read by an API of its own in Ocean's integration, with a shape of its own. */
  readonly special: boolean;
  /** Primary identifier properties, in order; empty where the kind is no Cloud Control type. */
  readonly identifier: readonly string[];
  /** Why it is not supported. */
  readonly reason?: string;
}

/** All kinds by name, or those whose name holds `filter` (upper and lower case alike). */
export function kindRows(filter = '', withUnsupported = false): readonly KindRow[] {
  const wanted = filter.toLowerCase();
  return [...new Set([...allTypes().keys(), ...OCEAN_SPECIAL_KINDS])]
    .filter((kind) => kind.toLowerCase().includes(wanted))
    .sort()
    .map(kindRow)
    .filter((row) => withUnsupported || row.supported);
}

function kindRow(kind: string): KindRow {
  const { global, listable, readable, identifier } = kindFacts(kind);
  const problem = kindProblem(kind);
  const inputs = listInputs(kind);
  return {
    kind,
    supported: problem === undefined,
    scope: global ? 'global' : 'regional',
    listable,
    readable,
    ...(inputs?.type === 'parent' && { parent: inputs.parent }),
    ...(inputs?.type === 'values' && {
      listedBy: inputs.values.map((value) => `${inputs.property}=${value}`),
    }),
    live: liveRouteOf(kind),
    special: OCEAN_SPECIAL_KINDS.includes(kind),
    identifier,
    ...(problem === undefined ? {} : { reason: problem.what }),
  };
}

/** `sluice kinds [FILTER]`: the kinds that a pipeline may name. */
export function kindsCommand(io: CommandIo = processIo): Command {
  return new Command('kinds')
    .description('list the kinds that a pipeline may name')
    .argument('[filter]', 'only kinds whose name holds this text')
    .option('--all', 'kinds that this version cannot list too, and why')
    .option('--json', 'one JSON array')
    .action((filter: string | undefined, options: { all?: boolean; json?: boolean }) => {
      const rows = kindRows(filter, options.all);
      if (options.json) io.out(JSON.stringify(rows));
      else for (const line of table(rows, options.all === true)) io.out(line);
      if (rows.length === 0) {
        io.err('no kind fits; --all shows those that cannot be listed, too');
      }
    });
}

function table(rows: readonly KindRow[], withReason: boolean): readonly string[] {
  const cells = rows.map((row) => [
    row.kind,
    row.scope,
    abilities(row),
    row.parent ?? row.listedBy?.[0]?.replace(/^(.*)=.*$/, 'by $1') ?? '',
    row.live,
    row.special ? 'special' : '',
    row.identifier.join('|'),
    ...(withReason ? [row.reason ?? ''] : []),
  ]);
  const header = ['KIND', 'SCOPE', 'CAN', 'BELOW', 'LIVE', 'SHAPE', 'IDENTIFIER'];
  if (withReason) header.push('NOT SUPPORTED');
  const widths = header.map((_, column) =>
    Math.max(...[header, ...cells].map((line) => line[column]?.length ?? 0)),
  );
  if (cells.length === 0) return [];
  return [header, ...cells].map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function abilities({ listable, readable }: KindRow): string {
  return [...(listable ? ['list'] : []), ...(readable ? ['read'] : [])].join(', ') || 'neither';
}
