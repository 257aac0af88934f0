/** Turns the table of kinds into the text of pipelines and of their blueprints. */
import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';
import { type PackKind, PACKS, type Relation } from './kinds.js';

const REGIONAL = '"\\($r.__AccountId)/\\($r.__Region)/\\(.)"';
const ACCOUNT_RELATION = { title: 'Account', target: 'awsAccount', required: false, many: false };
/** Identity's roles stand as account/name, whatever path their ARNs have; the rest as account/region/name. */
const FROM_ARN =
  'select(startswith("arn:")) | [split(":")[4], split(":")[3], (split("[:/]"; null) | last)] | map(select(. != "")) | join("/")';

/** Characters that Port allows in no identifier, as their code points: `a,b` becomes `a=44b`. */
const SAFE = ' | gsub("(?<c>[^\\\\p{L}0-9@_.+:\\\\\\\\/=-])"; "=\\(.c | explode[0])")';

function identifierOf({ kind, named, odd }: PackKind): string {
  const safe = odd ? SAFE : '';
  const name = kind === 'AWS::SQS::Queue' ? '.Identifier | split("/") | last' : '.Identifier';
  switch (named) {
    case 'regional':
      return kind === 'AWS::SQS::Queue'
        ? `. as $r | ${name} | ${REGIONAL}`
        : `"\\(.__AccountId)/\\(.__Region)/\\(.Identifier)"${safe}`;
    case 'identity':
      return `"\\(.__AccountId)/\\(.Identifier)"${safe}`;
    case 'first':
      return `${name} | split("|")[0]`;
    case 'plain':
      return `${name}${safe}`;
  }
}

function relationOf({ target, path, by, many }: Relation): string {
  const made = {
    regional: REGIONAL,
    identity: '"\\($r.__AccountId)/\\(.)"',
    plain: '.',
    arn: FROM_ARN,
  }[by];
  const odd = Object.values(PACKS).some((kinds) =>
    kinds.some((it) => it.blueprint === target && it.odd),
  );
  const each = `strings | select(. != "")${made === '.' ? '' : ` | ${made}`}${odd ? SAFE : ''}`;
  const root = made.includes('$r') ? '. as $r | ' : '';
  return many ? `${root}[${path} | arrays | .[] | ${each}]` : `${root}${path} | ${each}`;
}

function valueOf(type: string, path: string): string {
  return type === 'number' ? `${path} | if type == "string" then tonumber? else . end` : path;
}

function tagsOf(property: string): string {
  return `.Properties.${property} | if type == "array" then [.[] | { (.Key): .Value }] | add // {} else . end`;
}

function titleOf({ name, tags, kind }: PackKind): string {
  const tag =
    tags === 'Tags' && kind.startsWith('AWS::EC2::')
      ? 'first(.Properties.Tags[]? | select(.Key == "Name") | .Value | select(. != "")) // '
      : '';
  return `${tag}${name === undefined ? '' : `${name} // `}.Identifier`;
}

const ACCOUNT = {
  kind: 'AWS::Organizations::Account',
  selector: { query: 'true' },
  port: {
    entity: {
      mappings: {
        identifier: '.Id',
        title: '.Name',
        blueprint: '"awsAccount"',
        properties: { email: '.Email', status: '.Status' },
      },
    },
  },
};

/** The relations of a kind whose targets stand in the same set. */
function kept(it: PackKind, set: readonly PackKind[]): [string, Relation][] {
  const here = new Set(set.map(({ blueprint }) => blueprint));
  return Object.entries(it.relations).filter(([, { target }]) => here.has(target));
}

function resourceOf(it: PackKind, set: readonly PackKind[]): object {
  const properties: Record<string, string> = Object.fromEntries(
    Object.entries(it.properties).map(([key, [type, path]]) => [key, valueOf(type, path)]),
  );
  const tags = it.tags ? { tags: tagsOf(it.tags) } : {};
  const relations: Record<string, string> = Object.fromEntries(
    kept(it, set).map(([key, relation]) => [key, relationOf(relation)]),
  );
  return {
    kind: it.kind,
    selector: { query: 'true' },
    port: {
      entity: {
        mappings: {
          identifier: identifierOf(it),
          title: titleOf(it),
          blueprint: JSON.stringify(it.blueprint),
          properties: { region: '.__Region', ...tags, ...properties },
          relations: { account: '.__AccountId', ...relations },
        },
      },
    },
  };
}

function titled(key: string): string {
  const words = key.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function blueprintOf(it: PackKind, set: readonly PackKind[]): object {
  const property = (key: string, type: string) => ({
    type,
    title: titled(key),
    ...(type === 'array' && { items: { type: 'string' } }),
  });
  const properties: Record<string, object> = Object.fromEntries(
    Object.entries(it.properties).map(([key, [type]]) => [key, property(key, type)]),
  );
  const relations: Record<string, object> = Object.fromEntries(
    kept(it, set).map(([key, { target, many }]) => [
      key,
      { title: titled(key), target, required: false, many },
    ]),
  );
  const tags = it.tags ? { tags: property('tags', 'object') } : {};
  return {
    identifier: it.blueprint,
    title: it.title,
    icon: 'AWS',
    schema: {
      properties: {
        region: property('region', 'string'),
        ...tags,
        ...properties,
      },
      required: [],
    },
    relations: { account: ACCOUNT_RELATION, ...relations },
  };
}

const ACCOUNT_BLUEPRINT = {
  identifier: 'awsAccount',
  title: 'AWS account',
  icon: 'AWS',
  schema: {
    properties: {
      email: { type: 'string', title: 'Email' },
      status: { type: 'string', title: 'Status' },
    },
    required: [],
  },
  relations: {},
};

/** Targets before those that relate to them: Port refuses a relation to a blueprint that it lacks. */
function targetsFirst(set: readonly PackKind[]): PackKind[] {
  const done = new Set<PackKind>();
  const visit = (it: PackKind): void => {
    if (done.has(it)) return;
    for (const [, { target }] of kept(it, set)) {
      const next = set.find(({ blueprint }) => blueprint === target);
      if (next !== undefined && next !== it) visit(next);
    }
    done.add(it);
  };
  set.forEach(visit);
  return [...done];
}

function pipelineText(name: string, set: readonly PackKind[]): string {
  const head = [
    '# yaml-language-server: $schema=../schema/pipeline.schema.json',
    '#',
    `# Made by scripts/generate-packs.ts (${name}): change scripts/packs/kinds.ts, or copy this file.`,
    '',
  ].join('\n');
  const body = {
    port: { integration: `sluice-${name}` },
    createMissingRelatedEntities: true,
    resources: [ACCOUNT, ...set.map((it) => resourceOf(it, set))],
  };
  return `${head}\n${stringify(body, { lineWidth: 0, aliasDuplicateObjects: false, singleQuote: true })}`;
}

/** Every file of the packs, by name; `everything` holds all kinds, and the relations across packs. */
export async function packFiles(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const here = new URL('../../pipelines/', import.meta.url);
  const config = await resolveConfig(here);
  const add = async (name: string, text: string) =>
    files.set(name, await format(text, { ...config, filepath: new URL(name, here).pathname }));
  for (const [name, set] of [
    ...Object.entries(PACKS),
    ['everything', Object.values(PACKS).flat()] as const,
  ]) {
    await add(`${name}.yaml`, pipelineText(name, set));
    const blueprints = [ACCOUNT_BLUEPRINT, ...targetsFirst(set).map((it) => blueprintOf(it, set))];
    await add(`${name}.blueprints.json`, JSON.stringify(blueprints, null, 2));
  }
  return files;
}
