import { z } from 'zod';
import type { SourcePosition } from '../model/source-position.js';
import { readText } from './load-pipeline.js';
import { throwIfAny } from './problem.js';
import { schemaProblems } from './schema-problems.js';
import { locate, parseYaml, toPlain } from './yaml-tree.js';

const fields = z.record(z.string(), z.unknown());

const entity = z.strictObject({
  blueprint: z.string(),
  identifier: z.union([z.string(), z.number(), fields]),
  title: z.unknown().optional(),
  icon: z.unknown().optional(),
  team: z.unknown().optional(),
  properties: fields.optional(),
  relations: fields.optional(),
});

const test = z.strictObject({
  name: z.string().min(1),
  kind: z.string().optional(),
  resource: z.union([fields, z.string()]),
  entities: z.array(entity),
  faults: z.array(z.string()).default([]),
  exact: z.boolean().default(false),
});

const testsFile = z.strictObject({ tests: z.array(test).min(1) });

/** One test of a pipeline's mappings. */
export interface MappingTest {
  readonly position: SourcePosition;
  readonly name: string;
  readonly kind: string | undefined;
  /** A resource as JQ sees it, or the name of a JSON file that holds one, relative to the tests. */
  readonly resource: Readonly<Record<string, unknown>> | string;
  /** What it has to become: these entities, in any order, and no others. */
  readonly entities: readonly z.infer<typeof entity>[];
  /** Leaves that have to fail, as paths below `port.entity.mappings` (or `selector.query`, `port.itemsToParse`). */
  readonly faults: readonly string[];
  /** Whether fields that an expected entity does not name have to be null. */
  readonly exact: boolean;
}

/** Reads the tests of a pipeline. Throws a ConfigError where the file can't be read or is wrong. */
export async function loadMappingTests(path: string): Promise<readonly MappingTest[]> {
  const tree = parseYaml(await readText(path, 'tests'), path);
  if (tree.type !== 'map') {
    const { position } = tree;
    const what = 'the file holds no tests';
    throwIfAny([{ code: 'config.tests', position, what, expected: 'a map with a list "tests"' }]);
  }
  const checked = testsFile.safeParse(toPlain(tree));
  if (!checked.success) {
    throwIfAny(schemaProblems(checked.error.issues, tree, testsFile));
    throw checked.error;
  }
  return checked.data.tests.map((one, index) => ({
    ...one,
    kind: one.kind,
    position: locate(tree, ['tests', index]).position,
  }));
}
