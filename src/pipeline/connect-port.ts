import { pino } from 'pino';
import { readEnvironment } from '../config/env.js';
import { listBlueprints } from '../port/blueprints.js';
import type { Blueprint } from '../port/blueprints.js';
import { PortClient } from '../port/port-client.js';

/**
 * Reads the blueprints of the Port that the environment names. Throws an EnvironmentError where
 * credentials are missing, and a PortError where Port refuses them or can't be reached.
 */
export async function readBlueprintsOfPort(
  env: Readonly<Record<string, string | undefined>>,
  version: string,
): Promise<readonly Blueprint[]> {
  const { port } = readEnvironment(env);
  const client = new PortClient({
    ...port,
    // Nothing is written: it names the caller in Port's logs.
    integration: 'validate',
    version,
    log: pino({ level: 'silent' }),
  });
  try {
    return await listBlueprints(client);
  } finally {
    await client.close();
  }
}
