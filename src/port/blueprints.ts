import { PortError } from '../errors/port-error.js';
import { asRecord } from './port-answer.js';
import type { PortClient } from './port-client.js';
import { STARTUP, type RetryPolicy } from './retry-policy.js';

/** A blueprint as Port takes and gives it; only the fields that are read here are named. */
export type Blueprint = Readonly<Record<string, unknown>> & { readonly identifier: string };

interface CallOptions {
  readonly signal?: AbortSignal;
  /** Default STARTUP. */
  readonly retry?: RetryPolicy;
}

/** The parts of a blueprint that name other blueprints, which may not exist yet. */
const REFERRING = ['relations', 'mirrorProperties', 'aggregationProperties', 'teamInheritance'];

export async function getBlueprint(
  client: PortClient,
  identifier: string,
  options: CallOptions = {},
): Promise<Blueprint | undefined> {
  const path = `/blueprints/${encodeURIComponent(identifier)}`;
  try {
    const answer = await client.request({ retry: STARTUP, ...options, method: 'GET', path });
    return asBlueprint(asRecord(answer.body)['blueprint']);
  } catch (error) {
    if (error instanceof PortError && error.status === 404) return undefined;
    throw error;
  }
}

export async function listBlueprints(
  client: PortClient,
  options: CallOptions = {},
): Promise<readonly Blueprint[]> {
  const answer = await client.request({
    retry: STARTUP,
    ...options,
    method: 'GET',
    path: '/blueprints',
  });
  const { blueprints } = asRecord(answer.body);
  if (!Array.isArray(blueprints)) return [];
  return blueprints.map(asBlueprint).filter((blueprint) => blueprint !== undefined);
}

/**
 * Creates those blueprints that Port does not have; leaves the others as they are. Relations may point
 * anywhere within the list, in circles too: they are added once all of the list exist.
 *
 * @returns the identifiers of those created
 */
export async function createMissingBlueprints(
  client: PortClient,
  blueprints: readonly Blueprint[],
  options: CallOptions = {},
): Promise<readonly string[]> {
  const known = new Set(
    (await listBlueprints(client, options)).map(({ identifier }) => identifier),
  );
  const missing = blueprints.filter(({ identifier }) => !known.has(identifier));
  const created: Blueprint[] = [];
  for (const blueprint of missing) {
    const bare = pick(blueprint, (field) => !REFERRING.includes(field));
    if (await create(client, bare, options)) created.push(blueprint);
  }
  for (const blueprint of created) {
    const referring = pick(blueprint, (field) => REFERRING.includes(field));
    if (Object.keys(referring).length === 0) continue;
    await client.request({
      retry: STARTUP,
      ...options,
      method: 'PATCH',
      path: `/blueprints/${encodeURIComponent(blueprint.identifier)}`,
      body: JSON.stringify(referring),
    });
  }
  return created.map(({ identifier }) => identifier);
}

/** False where somebody else created it meanwhile. */
async function create(client: PortClient, body: object, options: CallOptions): Promise<boolean> {
  try {
    await client.request({
      retry: STARTUP,
      ...options,
      method: 'POST',
      path: '/blueprints',
      body: JSON.stringify(body),
    });
    return true;
  } catch (error) {
    if (error instanceof PortError && error.status === 409) return false;
    throw error;
  }
}

function pick(blueprint: Blueprint, wanted: (field: string) => boolean): object {
  return Object.fromEntries(Object.entries(blueprint).filter(([field]) => wanted(field)));
}

function asBlueprint(value: unknown): Blueprint | undefined {
  const record = asRecord(value);
  return typeof record['identifier'] === 'string' ? (record as Blueprint) : undefined;
}
