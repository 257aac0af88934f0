import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { parse, stringify } from 'yaml';
import { kindProblem } from '../config/kind-problem.js';
import { parsePipeline } from '../config/load-pipeline.js';
import { describeProblem } from '../config/problem.js';
import { starterOf } from '../config/starter.js';
import type { Ready } from '../config/starter.js';
import { ConfigError } from '../errors/config-error.js';
import { processIo } from './command-io.js';
import type { CommandIo } from './command-io.js';

interface InitFlags {
  readonly out: string;
  readonly name: string;
  readonly integration: string;
  readonly organizationRole?: string;
  readonly memberRole?: string;
  readonly force?: boolean;
}

/** What `init` chooses from. */
const READY = {
  pipeline: packaged('everything.yaml'),
  blueprints: packaged('everything.blueprints.json'),
};

/**
 * `sluice init KIND…`: a pipeline and its blueprints for chosen kinds, which can be run, and edited. Ends
 * with 2, and has written nothing, where a kind is unknown or a file is there already.
 */
export function initCommand(io: CommandIo = processIo): Command {
  return new Command('init')
    .description('write a pipeline and blueprints for chosen kinds')
    .argument('<kind...>', "kinds, or globs over those that are ready ('AWS::EC2::*', '*')")
    .option('--out <dir>', 'where the files are written', '.')
    .option('--name <name>', 'what the files are named', 'sluice')
    .option('--integration <id>', 'identifier of the integration in Port', 'sluice')
    .option('--organization-role <arn>', 'take the accounts of an organization, with this role')
    .option('--member-role <name>', 'role in every account', 'SluiceReadOnly')
    .option('--force', 'replace files that are there')
    .action(async (kinds: readonly string[], flags: InitFlags) => {
      const { text, blueprints, general } = await render(kinds, flags);
      const files = {
        pipeline: join(flags.out, `${flags.name}.yaml`),
        blueprints: join(flags.out, `${flags.name}.blueprints.json`),
      };
      if (flags.force !== true) for (const file of Object.values(files)) await refuseExisting(file);
      await mkdir(flags.out, { recursive: true });
      await writeFile(files.pipeline, text);
      await writeFile(files.blueprints, `${JSON.stringify(blueprints, null, 2)}\n`);
      io.out(`${files.pipeline} and ${files.blueprints} are written.`);
      if (general.length > 0) {
        io.out(
          `No mapping is ready for ${general.join(', ')}: the general one says what and where.`,
        );
      }
      io.out(`Next: sluice plan ${files.pipeline}`);
      io.out(`Then: sluice run ${files.pipeline} --blueprints ${files.blueprints}`);
    });
}

async function render(kinds: readonly string[], flags: InitFlags) {
  const ready: Ready = {
    resources: (parse(await readFile(READY.pipeline, 'utf8')) as Ready).resources,
    blueprints: JSON.parse(await readFile(READY.blueprints, 'utf8')) as Ready['blueprints'],
  };
  const { resources, blueprints, general, unmatched } = starterOf(kinds, ready);
  const problems = [
    ...general.flatMap((kind) => {
      const problem = kindProblem(kind);
      return problem === undefined
        ? []
        : [describeProblem({ ...problem, position: { file: '', line: 0, column: 0 } })];
    }),
    ...unmatched.map((glob) => `${JSON.stringify(glob)} chooses none of the kinds that are ready`),
  ];
  if (problems.length > 0) {
    throw new ConfigError(problems.join('\n'), {
      code: 'config.unknown-kind',
      hint: '`sluice kinds` shows all that there are; a kind without a ready mapping has to be named whole.',
    });
  }
  const role = flags.organizationRole;
  const content = {
    ...(role !== undefined && {
      aws: { organization: { roleArn: role, memberRoleName: flags.memberRole } },
    }),
    port: { integration: flags.integration },
    // Stubs stand in for what is listed later, or by another pipeline.
    createMissingRelatedEntities: true,
    resources,
  };
  const text = stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
  // Flags may be wrong too: nothing is written that a run would refuse.
  parsePipeline(text, `${flags.name}.yaml`);
  return { text, blueprints, general };
}

async function refuseExisting(file: string): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (!exists) return;
  throw new ConfigError(`${file} is there already`, {
    code: 'config.file-exists',
    hint: 'Choose another --out or --name, or replace it with --force.',
  });
}

function packaged(file: string): string {
  return fileURLToPath(new URL(`../../pipelines/${file}`, import.meta.url));
}
