import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, FaultBook } from '../faults.js';
import type { SimLive } from '../live/live.js';
import { send, serve, type Loopback } from '../loopback.js';
import type { Organization, SimResource } from '../organization/organization.js';
import type { SimPort } from '../port/port.js';
import type { SimAws } from '../aws/sim-aws.js';
import { LiveRoutes } from './live-routes.js';
import { mutate } from './mutate.js';

/** What the admin endpoint steers. */
export interface AdminParts {
  readonly organization: Organization;
  readonly aws: SimAws;
  readonly port: SimPort;
  readonly faults: FaultBook;
  readonly live?: SimLive;
}

/**
 * Steers a simulation that runs in another process, over plain HTTP with JSON:
 *
 * - `POST /faults` (a Fault) → `{id}`; `GET /faults` → their hits; `DELETE /faults[/{id}]`
 * - `POST /mutate` (one mutation or a list; see mutate.ts)
 * - `POST /settings` (part of AwsSettings, `quotas`, of Port `port: {latencyMs, …}`, of Kinesis
 *   `kinesis: {limits, latencyMs, subscriptionMs}`)
 * - `GET /snapshot` → what AWS holds, a resource a line; `GET /entities` → what Port holds, an entity a line
 * - `GET /counters` → `{aws, port, kinesis?}`; `DELETE /counters` resets them
 * - `GET /organization` → accounts, regions, kinds and the number of resources
 * - `POST /expire` ends all tokens of Port and all temporary credentials of AWS
 *
 * Where there is a stream:
 *
 * - `GET /live` → `{streamArn, url, settings, kinesis, emitted, shards}`; `POST /live` changes LiveSettings
 * - `POST /live/changes` (ChangesOptions) starts changes; `GET /live/changes` → `{made}`;
 *   `POST /live/changes/await` waits until all are made and in the stream, `DELETE /live/changes`
 *   stops them first; both → `{made, emitted}`
 * - `POST /live/flush` waits until all that is queued is in the stream → what `emitted` holds
 * - `POST /live/poison` `{count, ways?}`, `POST /live/noise` `{count}`
 * - `POST /live/put` `[{text | base64, partitionKey?}]` puts records as they are
 * - `POST /live/reshard` `{shards}`, `{split: shardId}` or `{merge: [shardId, shardId]}` → `{shards}` that are open then
 */
export function serveAdmin(parts: AdminParts, port: number): Promise<Loopback> {
  const live = parts.live && new LiveRoutes(parts.live);
  return serve((request, response, body) => answer(parts, live, request, response, body), port);
}

async function answer(
  parts: AdminParts,
  live: LiveRoutes | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<void> {
  const path = request.url ?? '/';
  const call = `${request.method ?? 'GET'} ${path}`;
  if (call === 'GET /snapshot')
    return stream(response, parts.organization.snapshot(), showResource);
  if (call === 'GET /entities')
    return stream(response, parts.port.store.entities(), (entity) => JSON.stringify(entity));
  let status = 200;
  let result: unknown;
  try {
    const input: unknown = body.length === 0 ? undefined : JSON.parse(body.toString('utf8'));
    result = path.startsWith('/live') ? await live?.run(call, input) : run(parts, call, input);
  } catch (error) {
    status = 400;
    result = { error: error instanceof Error ? error.message : String(error) };
  }
  if (result === undefined)
    [status, result] = [404, { error: `the simulation's admin endpoint has no ${call}` }];
  send(response, status, { 'content-type': 'application/json' }, JSON.stringify(result));
}

function run(
  { organization, aws, port, faults, live }: AdminParts,
  call: string,
  body: unknown,
): unknown {
  switch (call) {
    case 'POST /faults':
      return { id: faults.add(body as Fault) };
    case 'GET /faults':
      return { faults: faults.hits() };
    case 'DELETE /faults':
      faults.clear();
      return {};
    case 'POST /mutate':
      return {
        results: (Array.isArray(body) ? body : [body]).map((mutation) =>
          mutate(organization, mutation),
        ),
      };
    case 'POST /settings':
      return changeSettings(aws, port, live, body as Record<string, unknown>);
    case 'GET /counters':
      return {
        aws: aws.counters.all(),
        port: port.counters.all(),
        ...(live && { kinesis: live.kinesis.counters.all() }),
      };
    case 'DELETE /counters':
      aws.counters.reset();
      port.counters.reset();
      live?.kinesis.counters.reset();
      return {};
    case 'GET /organization':
      return describe(organization);
    case 'POST /expire':
      port.tokens.expireAll();
      aws.credentials.expireAll();
      return {};
    default: {
      const id = /^DELETE \/faults\/(\d+)$/.exec(call)?.[1];
      if (id === undefined) return undefined;
      faults.remove(Number(id));
      return {};
    }
  }
}

function changeSettings(
  aws: SimAws,
  port: SimPort,
  live: SimLive | undefined,
  change: Record<string, unknown>,
): unknown {
  const { quotas, port: ofPort, kinesis, ...settings } = change;
  const unknown = Object.keys(settings).filter((name) => !(name in aws.settings));
  if (unknown.length > 0)
    throw new Error(
      `no such settings: ${unknown.join(', ')}; there are ${Object.keys(aws.settings).join(', ')}`,
    );
  if (kinesis !== undefined) changeKinesis(live, kinesis as Record<string, unknown>);
  Object.assign(aws.settings, settings);
  if (quotas !== undefined) aws.quota.set(quotas as Parameters<SimAws['quota']['set']>[0]);
  const { limits, ...rest } = (ofPort ?? {}) as Record<string, unknown>;
  if (limits !== undefined) port.limiter.set(limits as Parameters<SimPort['limiter']['set']>[0]);
  for (const [name, value] of Object.entries(rest)) {
    if (name === 'latencyMs' || name === 'tokenLifetimeSeconds') port[name] = Number(value);
    else if (name === 'refuseWholeBatch') port.refuseWholeBatch = value === true;
    else throw new Error(`no such setting of Port: ${name}`);
  }
  return {};
}

function changeKinesis(live: SimLive | undefined, change: Record<string, unknown>): void {
  if (live === undefined) throw new Error('this simulation has no stream');
  const { settings } = live.kinesis;
  const unknown = Object.keys(change).filter((name) => !(name in settings));
  if (unknown.length > 0) throw new Error(`no such settings of Kinesis: ${unknown.join(', ')}`);
  Object.assign(settings, change);
}

function describe(organization: Organization): unknown {
  const accounts = organization.accounts.map(({ id, name, status, parentId, regions }) => ({
    id,
    name,
    status,
    parentId,
    regions: [...regions],
  }));
  const { id, rootId, units, regions, kinds } = organization;
  return { id, rootId, units, accounts, regions, kinds, resources: organization.count() };
}

/** The body is put in as it is, because parsing it would round large numbers. */
function showResource({ kind, accountId, region, identifier, json }: SimResource): string {
  return `${JSON.stringify({ kind, accountId, region, identifier }).slice(0, -1)},"properties":${json}}`;
}

/** One JSON value a line, written as fast as it is read. */
async function stream<T>(
  response: ServerResponse,
  items: Iterable<T>,
  show: (item: T) => string,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  let chunk = '';
  for (const item of items) {
    chunk += `${show(item)}\n`;
    if (chunk.length < 65_536) continue;
    const drained = response.write(chunk);
    chunk = '';
    if (!drained && !response.destroyed)
      await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
  }
  response.end(chunk);
}
