import { PortError } from '../errors/port-error.js';
import { asRecord } from './port-answer.js';
import type { PortClient } from './port-client.js';
import { PATIENT, STARTUP, type RetryPolicy } from './retry-policy.js';

/** The integration as Port keeps it. */
export interface Integration {
  /** The mapping kept in Port, and whatever else stands beside it. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly version?: string;
  /** Where Port takes log lines that the integration's page shows. */
  readonly logUrl?: string;
}

/** What Port shows of the last and the next resync; times as ISO 8601. */
export interface ResyncState {
  readonly status: 'running' | 'completed' | 'failed' | 'aborted';
  readonly lastResyncStart?: string;
  readonly lastResyncEnd?: string | null;
  readonly nextResync?: string | null;
  /** Spelled as Port spells it. */
  readonly intervalInMinuets?: number | null;
}

interface CallOptions {
  readonly signal?: AbortSignal;
  readonly retry?: RetryPolicy;
}

/** Statuses of a Port (or a stand-in) that lacks these calls. */
const LACKING = new Set([404, 405, 501]);
/** Statuses of a Port that does not take our registration: entities can be written all the same. */
const REFUSING = new Set([400, 422]);

/** The integration; undefined where Port does not know it. */
export async function readIntegration(
  client: PortClient,
  options: CallOptions = {},
): Promise<Integration | undefined> {
  try {
    const path = pathOf(client);
    const answer = await client.request({ retry: STARTUP, ...options, method: 'GET', path });
    return asIntegration(answer.body);
  } catch (error) {
    if (error instanceof PortError && LACKING.has(error.status)) return undefined;
    throw error;
  }
}

/**
 * Sees to it that Port knows the integration, under the version that runs: its page in Port shows the
 * resyncs, and the datasource of entities leads there. Undefined, with a warning, where Port offers no
 * registration: everything else goes on without.
 *
 * @param config the mapping to show where the integration is new
 */
export async function ensureIntegration(
  client: PortClient,
  config: Readonly<Record<string, unknown>> = {},
  options: CallOptions = {},
): Promise<Integration | undefined> {
  const known = await readIntegration(client, options);
  if (known === undefined) return await register(client, config, options);
  if (known.version !== client.version) {
    const body = JSON.stringify({ version: client.version });
    await orWarn(client, "the integration's version could not be updated", () =>
      client.request({ retry: STARTUP, ...options, method: 'PATCH', path: pathOf(client), body }),
    );
  }
  return known;
}

/** Replaces the integration's config. Rejects with a PortError where Port does not take it. */
export async function patchIntegrationConfig(
  client: PortClient,
  config: Readonly<Record<string, unknown>>,
  options: CallOptions = {},
): Promise<void> {
  await client.request({
    retry: PATIENT,
    ...options,
    method: 'PATCH',
    path: `${pathOf(client)}/config`,
    body: JSON.stringify({ config }),
  });
}

/** Tells Port how a resync stands. False, with a warning, where Port does not take it; never rejects for that. */
export async function reportResyncState(
  client: PortClient,
  state: ResyncState,
  options: CallOptions = {},
): Promise<boolean> {
  return await orWarn(client, "the resync's state could not be reported", () =>
    client.request({
      retry: STARTUP,
      ...options,
      method: 'PATCH',
      path: `${pathOf(client)}/resync-state`,
      body: JSON.stringify(state),
    }),
  );
}

/**
 * When somebody last asked for a resync in Port; undefined where nobody did, or where Port does not offer it.
 * It stands there until the next request, so what counts is that it changed.
 */
export async function readResyncRequest(
  client: PortClient,
  options: CallOptions = {},
): Promise<string | undefined> {
  const path = `${pathOf(client)}/resync-request`;
  try {
    const { body } = await client.request({ retry: STARTUP, ...options, method: 'GET', path });
    const { request } = asRecord(body);
    if (typeof request !== 'object' || request === null) return undefined;
    const { id, requestedAt, updatedAt } = asRecord(request);
    return JSON.stringify([id ?? null, updatedAt ?? requestedAt ?? null]);
  } catch (error) {
    if (error instanceof PortError && LACKING.has(error.status)) return undefined;
    throw error;
  }
}

/** A line of the log that Port shows with the integration. */
export interface PortLogLine {
  readonly level: 'INFO' | 'WARNING' | 'ERROR';
  readonly message: string;
  readonly at: Date;
}

/** Shows lines in the integration's log in Port. False where Port named no place for them, or does not take them. */
export async function sendLogLines(
  client: PortClient,
  { logUrl }: Pick<Integration, 'logUrl'>,
  lines: readonly PortLogLine[],
  options: CallOptions = {},
): Promise<boolean> {
  if (logUrl === undefined) return false;
  const { origin, pathname, search } = new URL(logUrl);
  if (!client.trusts(origin)) return false;
  const logs = lines.map(({ level, message, at }) => ({
    level,
    message,
    timestamp: at.toISOString(),
    extra: {},
  }));
  return await orWarn(client, 'the log of the integration in Port could not be written', () =>
    client.request({
      retry: STARTUP,
      ...options,
      method: 'POST',
      origin,
      path: pathname,
      ...(search !== '' && { query: search.slice(1) }),
      body: JSON.stringify({ logs }),
    }),
  );
}

/** Gives Port a few resources of a kind, which its mapping page shows. False, with a warning, where Port does not take them. */
export async function sendKindExamples(
  client: PortClient,
  kind: string,
  examples: readonly unknown[],
  options: CallOptions = {},
): Promise<boolean> {
  return await orWarn(client, `the examples of ${kind} could not be sent`, () =>
    client.request({
      retry: STARTUP,
      ...options,
      method: 'POST',
      path: `${pathOf(client)}/kinds/${encodeURIComponent(kind)}/examples`,
      body: JSON.stringify({ examples }),
    }),
  );
}

async function register(
  client: PortClient,
  config: Readonly<Record<string, unknown>>,
  options: CallOptions,
): Promise<Integration | undefined> {
  const body = JSON.stringify({
    installationId: client.integration,
    installationAppType: 'aws',
    version: client.version,
    changelogDestination: {},
    config,
  });
  try {
    const answer = await client.request({
      retry: STARTUP,
      ...options,
      method: 'POST',
      path: '/integration',
      body,
    });
    return asIntegration(answer.body) ?? { config, version: client.version };
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    // Somebody else registered it between our two calls.
    if (error.status === 409) return await readIntegration(client, options);
    if (!LACKING.has(error.status) && !REFUSING.has(error.status)) throw error;
    client.log.warn(
      { code: error.code, status: error.status },
      'Port offers no registration of integrations here; going on without',
    );
    return undefined;
  }
}

async function orWarn(
  client: PortClient,
  what: string,
  call: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    client.log.warn({ code: error.code, status: error.status }, `${what}: ${error.message}`);
    return false;
  }
}

function pathOf(client: PortClient): string {
  return `/integration/${encodeURIComponent(client.integration)}`;
}

function asIntegration(body: unknown): Integration | undefined {
  const { integration } = asRecord(body);
  if (typeof integration !== 'object' || integration === null) return undefined;
  const { config, version, logAttributes } = asRecord(integration);
  const { ingestUrl } = asRecord(logAttributes);
  return {
    config: asRecord(config),
    ...(typeof version === 'string' ? { version } : {}),
    ...(typeof ingestUrl === 'string' && URL.canParse(ingestUrl) ? { logUrl: ingestUrl } : {}),
  };
}
