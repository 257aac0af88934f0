import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { MappingTest } from '../../config/mapping-tests.js';
import type { Pipeline } from '../../config/pipeline.js';
import { ConfigError } from '../../errors/config-error.js';
import { SluiceError } from '../../errors/sluice-error.js';
import { namedLeaves } from '../../jq/explain/named-leaves.js';
import type { LeafFault } from '../../model/mapping-result.js';
import { compareEntities } from './compare-entities.js';
import { sampleResource } from './sample-resource.js';
import type { Trial } from './trial.js';

/** One thing that a test did not find as it should be. */
export interface TestProblem {
  readonly what: string;
  readonly expected?: unknown;
  readonly got?: unknown;
}

export interface TestResult {
  readonly test: MappingTest;
  /** Empty where it passed. */
  readonly problems: readonly TestProblem[];
}

const MAPPINGS = 'port.entity.mappings.';

/**
 * Maps the resource of a test and compares. A resource that JQ can't evaluate fails the test; one that
 * can't be read, or is of no kind of the pipeline, is a ConfigError at the test's place.
 */
export async function runMappingTest(trial: Trial, test: MappingTest): Promise<TestResult> {
  try {
    const resource = sampleResource(await resourceOf(test), trial.kinds, test.kind);
    const { entities, faults } = await trial.map(resource);
    const differences = compareEntities(test.entities, entities, { exact: test.exact });
    return {
      test,
      problems: [
        ...differences.map(({ entity, path, expected, got }) => ({
          what:
            path !== undefined
              ? `${entity}: ${path}`
              : expected === undefined
                ? `${entity}: not expected`
                : `${entity}: missing`,
          ...(path !== undefined && { expected, got }),
        })),
        ...faultProblems(trial.pipeline, test.faults, faults),
      ],
    };
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    if (!(error instanceof ConfigError)) return { test, problems: [{ what: error.message }] };
    throw new ConfigError(`test ${JSON.stringify(test.name)}: ${error.message}`, {
      code: error.code,
      position: test.position,
      ...(error.hint !== undefined && { hint: error.hint }),
    });
  }
}

async function resourceOf({ resource, position }: MappingTest): Promise<unknown> {
  if (typeof resource !== 'string') return resource;
  const path = resolve(dirname(position.file), resource);
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`cannot read the resource: ${reason}`, {
      code: 'sample.unreadable',
      hint: 'name a JSON file, relative to the file of tests',
      cause,
    });
  }
}

/** Errors of expressions are null in the entity: a test that says nothing of them would hide them. */
function faultProblems(
  pipeline: Pipeline,
  expected: readonly string[],
  faults: readonly LeafFault[],
): readonly TestProblem[] {
  const found = faults.map((fault) => ({ ...fault, name: nameOf(fault.leaf) }));
  const wanted = new Set(expected.map(nameOf));
  return [
    ...found
      .filter(({ name }) => !wanted.has(name))
      .map(({ name, mapping, message }) => ({
        what: `error in ${name} of mapping ${mapping + 1} (${placeOf(pipeline, mapping, name)}): ${message}`,
      })),
    ...[...wanted]
      .filter((name) => !found.some((fault) => fault.name === name))
      .map((name) => ({ what: `no error in ${name}, and one was expected` })),
  ];
}

function nameOf(leaf: string): string {
  return leaf.startsWith(MAPPINGS) ? leaf.slice(MAPPINGS.length) : leaf;
}

function placeOf({ kinds }: Pipeline, mapping: number, name: string): string {
  const specs = kinds.flatMap((kind) => kind.mappings.map(({ spec }) => spec));
  const spec = specs.find(({ position }) => position === mapping);
  if (spec === undefined) return 'unknown';
  const leaf =
    name === 'port.itemsToParse'
      ? spec.itemsToParse
      : namedLeaves(spec).find(({ path }) => path === name)?.leaf;
  const { file, line, column } = (leaf ?? spec.selector).position;
  return `${file}:${line}:${column}`;
}
