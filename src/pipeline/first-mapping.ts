import { fileURLToPath } from 'node:url';
import { readMapping } from '../config/load-pipeline.js';
import { EnvironmentError } from '../errors/environment-error.js';
import { createMissingBlueprints } from '../port/blueprints.js';
import { patchIntegrationConfig, readIntegration } from '../port/integration.js';
import type { Integration } from '../port/integration.js';
import { mappingOf } from '../port/lease-record.js';
import { readBlueprints } from './create-blueprints.js';
import type { Engine } from './open-engine.js';

/** An integration, and the mapping in its config. */
export interface MappedIntegration {
  readonly integration: Integration;
  readonly mapping: Readonly<Record<string, unknown>>;
}

/** What an integration begins with whose file brings no mapping. */
const DEFAULT_MAPPING = packaged('default.yaml');
const DEFAULT_BLUEPRINTS = packaged('default.blueprints.json');

export interface FirstMappingOptions {
  /** Whether blueprints and mapping may be created where Port has no mapping yet. */
  readonly initialize: boolean;
  /** Nothing is written. */
  readonly dryRun: boolean;
}

/**
 * The integration with the mapping that Port keeps. Where Port keeps none yet: gives it the file's, or the
 * one that Sluice brings along, with its blueprints. Throws an EnvironmentError where Port does not know
 * the integration, or keeps no mapping and none may be created.
 */
export async function firstMapping(
  { port, parts }: Engine,
  { initialize, dryRun }: FirstMappingOptions,
): Promise<MappedIntegration> {
  const known = await readIntegration(port);
  const name = port.integration;
  if (known === undefined && !dryRun) {
    throw new EnvironmentError(
      `Port does not know the integration ${name}, which keeps the mapping`,
      {
        code: 'port.no-integration',
        hint: 'Use port.mappingFrom: file, or a Port that registers integrations.',
      },
    );
  }
  const integration = known ?? { config: {} };
  if (integration.config['resources'] !== undefined) return withMapping(integration);
  if (!initialize) {
    throw new EnvironmentError(`the integration ${name} has no mapping in Port`, {
      code: 'port.no-mapping',
      hint: 'Write one there, or let Sluice create the default one (OCEAN__INITIALIZE_PORT_RESOURCES).',
    });
  }
  const { initialMapping } = parts.pipeline.port;
  const mapping = initialMapping ?? (await readMapping(DEFAULT_MAPPING));
  const config = { ...integration.config, ...mapping };
  if (!dryRun) {
    if (initialMapping === undefined)
      await createMissingBlueprints(port, await readBlueprints(DEFAULT_BLUEPRINTS));
    await patchIntegrationConfig(port, config);
    parts.log.info(`gave Port the mapping that integration ${name} begins with`);
  }
  return withMapping({ ...integration, config });
}

function withMapping(integration: Integration): MappedIntegration {
  return { integration, mapping: mappingOf(integration.config) };
}

function packaged(file: string): string {
  return fileURLToPath(new URL(`../../pipelines/${file}`, import.meta.url));
}
