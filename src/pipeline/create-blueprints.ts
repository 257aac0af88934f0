import { readFile } from 'node:fs/promises';
import { ConfigError } from '../errors/config-error.js';
import { createMissingBlueprints } from '../port/blueprints.js';
import type { Blueprint } from '../port/blueprints.js';
import type { Engine } from './open-engine.js';

/**
 * Reads a file of blueprints: a JSON list of them as Port's API takes them. Throws a ConfigError where
 * it is something else.
 */
export async function readBlueprints(file: string): Promise<readonly Blueprint[]> {
  let list: unknown;
  try {
    list = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`${file}: the blueprints cannot be read: ${reason}`, {
      code: 'config.blueprints',
      hint: 'Expected a JSON list of blueprints, as in pipelines/default.blueprints.json.',
      cause,
    });
  }
  if (Array.isArray(list) && list.every(isBlueprint)) return list;
  throw new ConfigError(`${file}: expected a JSON list of blueprints, each with an identifier`, {
    code: 'config.blueprints',
    hint: 'See pipelines/default.blueprints.json.',
  });
}

/** Creates in Port those blueprints that it lacks, and leaves the others as they are; gives how many. */
export async function createBlueprints(
  engine: Engine,
  list: readonly Blueprint[],
): Promise<number> {
  return (await createMissingBlueprints(engine.port, list)).length;
}

function isBlueprint(value: unknown): value is Blueprint {
  return (
    typeof value === 'object' &&
    value !== null &&
    'identifier' in value &&
    typeof value.identifier === 'string'
  );
}
