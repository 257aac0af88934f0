import { readFileSync, readdirSync } from 'node:fs';
import { json } from 'jq-wasm';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kindFacts } from '../../src/catalog/catalog.js';
import { jqProblems } from '../../src/config/jq-problems.js';
import { loadPipeline } from '../../src/config/load-pipeline.js';
import type { Pipeline } from '../../src/config/pipeline.js';
import type { MappingNode, MappingSpec } from '../../src/model/mapping-spec.js';
import { Organization } from '../../src/sim/organization/organization.js';
import { checkIdentifier, checkProperties } from '../../src/sim/port/check-entity.js';
import type { Blueprint } from '../../src/sim/port/blueprints.js';
import { checkJq } from '../config/jq-wasm.js';

const test = suite('pipelines');

const folder = new URL('../../pipelines/', import.meta.url);
/** Those whose kinds the simulation has; packs.test.ts looks at the generated rest. */
const files = readdirSync(folder).filter((name) => /^(default|demo)\.yaml$/.test(name));
const load = (name: string): Promise<Pipeline> => loadPipeline(new URL(name, folder).pathname);
const organization = new Organization({ resourcesPerScope: 4 });

function blueprintsOf(name: string): Blueprint[] {
  const file = new URL(name.replace('.yaml', '.blueprints.json'), folder);
  return JSON.parse(readFileSync(file, 'utf8')) as Blueprint[];
}

function specsOf(pipeline: Pipeline): readonly MappingSpec[] {
  return pipeline.kinds.flatMap(({ mappings }) => mappings.map(({ spec }) => spec));
}

/** The mapping of one spec as a JQ expression that gives the entity. */
function programOf(spec: MappingSpec): string {
  const object = (entries: readonly (readonly [string, MappingNode])[]) =>
    `{${entries.map(([key, node]) => `${JSON.stringify(key)}: ${programOfNode(node)}`).join(', ')}}`;
  const programOfNode = (node: MappingNode): string => {
    switch (node.type) {
      case 'jq':
        return `([${node.leaf.jq}\n] | first)`;
      case 'constant':
        return JSON.stringify(node.value);
      case 'list':
        return `[${node.items.map(programOfNode).join(', ')}]`;
      case 'object':
        return object(node.entries);
    }
  };
  return `{
    selected: ([${spec.selector.jq}\n] | first),
    blueprint: ([${spec.blueprint.jq}\n] | first),
    identifier: ${programOfNode(spec.identifier)},
    title: ${spec.title === undefined ? 'null' : programOfNode(spec.title)},
    properties: ${object(spec.properties)},
    relations: ${object(spec.relations)}
  }`;
}

interface Mapped {
  readonly selected: unknown;
  readonly blueprint: string;
  readonly identifier: string;
  readonly title: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly relations: Readonly<Record<string, unknown>>;
}

/** Resources of a kind as JQ sees them. */
function resourcesOf(kind: string): readonly object[] {
  if (kind === 'AWS::Organizations::Account') {
    const Arn = 'arn:aws:organizations::111111111111:account/o-1/222222222222';
    const times = { JoinedMethod: 'CREATED', JoinedTimestamp: '2024-01-31T12:00:00.000Z' };
    return [
      { Id: '222222222222', Name: 'Data', Email: 'a@b.example', Arn, Status: 'ACTIVE', ...times },
    ];
  }
  return [...organization.snapshot()]
    .filter((resource) => resource.kind === kind)
    .map(({ identifier, properties, accountId, region }) => ({
      Identifier: identifier,
      Properties: properties,
      __Kind: kind,
      __AccountId: accountId,
      __Region: region,
    }));
}

test('there are pipelines, each with its blueprints', () => {
  assert.ok(files.includes('default.yaml') && files.includes('demo.yaml'));
  for (const name of files) assert.ok(blueprintsOf(name).length > 0, name);
});

for (const name of files) {
  test(`${name}: is valid, and all its JQ compiles`, async () => {
    assert.equal(await jqProblems(await load(name), checkJq), []);
  });

  test(`${name}: relations point to blueprints that stand before`, () => {
    const known = new Set<string>();
    for (const blueprint of blueprintsOf(name)) {
      for (const { target } of Object.values(blueprint.relations)) assert.ok(known.has(target));
      known.add(blueprint.identifier);
    }
  });

  test(`${name}: maps what the blueprints have, and all of it`, async () => {
    const used = new Map<string, Set<string>>();
    for (const spec of specsOf(await load(name))) {
      const [blueprint] = await json<string>(null, spec.blueprint.jq);
      const keys = used.get(blueprint ?? '') ?? new Set();
      used.set(blueprint ?? '', keys);
      for (const [key] of spec.properties) keys.add(key);
      for (const [key] of spec.relations) keys.add(`-> ${key}`);
    }
    const had = new Map(
      blueprintsOf(name).map(({ identifier, schema, relations }) => [
        identifier,
        new Set([
          ...Object.keys(schema.properties),
          ...Object.keys(relations).map((key) => `-> ${key}`),
        ]),
      ]),
    );
    assert.equal([...used.keys()].sort(), [...had.keys()].sort());
    for (const [blueprint, keys] of had) assert.equal(used.get(blueprint), keys, blueprint);
  });

  test(`${name}: what it makes of the simulation fits the blueprints`, async () => {
    const blueprints = new Map(blueprintsOf(name).map((it) => [it.identifier, it]));
    for (const spec of specsOf(await load(name))) {
      const resources = resourcesOf(spec.kind);
      assert.ok(resources.length > 0, `the simulation has no ${spec.kind}`);
      const mapped = await json<Mapped>(resources, `.[] | ${programOf(spec)}`);
      const identifiers = new Set<string>();
      for (const { selected, blueprint, identifier, title, properties, relations } of mapped) {
        assert.is(selected, true);
        checkIdentifier(identifier);
        identifiers.add(identifier);
        assert.ok(typeof title === 'string' && title !== '', spec.kind);
        const schema = blueprints.get(blueprint);
        assert.ok(schema);
        checkProperties(schema, properties);
        for (const target of Object.values(relations)) assert.match(String(target), /^\d{12}$/);
      }
      assert.is(identifiers.size, resources.length, `${spec.kind}: identifiers are not unique`);
      for (const [key] of spec.properties) {
        const filled = mapped.some(({ properties }) => properties[key] !== null);
        assert.ok(filled, `${spec.kind}: ${key} is always null`);
      }
    }
  });
}

test('the demo has a dozen kinds, regional and global, of the default simulation', async () => {
  const { kinds, aws } = await load('demo.yaml');
  assert.ok(kinds.length >= 12);
  assert.equal(new Set(kinds.map(({ kind }) => kindFacts(kind).global)), new Set([true, false]));
  const management = new Organization().managementAccountId;
  assert.is(aws.organization?.roleArn, `arn:aws:iam::${management}:role/OrgReader`);
  assert.is(aws.organization?.memberRoleName, 'SluiceReadOnly');
});

test.run();
