import { createMissingBlueprints } from '../port/blueprints.js';
import type { Blueprint } from '../port/blueprints.js';
import type { Engine } from './open-engine.js';

/**
 * Creates in Port the blueprints it lacks; gives how many there were.
 *
 * @param blueprints a list of blueprints as Port's API takes them
 */
export async function createBlueprints(engine: Engine, blueprints: unknown): Promise<number> {
  if (!Array.isArray(blueprints)) throw new TypeError('expected a list of blueprints');
  return (await createMissingBlueprints(engine.port, blueprints as Blueprint[])).length;
}
