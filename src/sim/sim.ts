import { Account } from './aws/account.js';
import { CloudControl } from './aws/cloud-control.js';
import { Credentials } from './aws/credentials.js';
import { Organizations } from './aws/organizations.js';
import { Quota, type QuotaOptions } from './aws/quota.js';
import { S3 } from './aws/s3.js';
import { describedServices } from './aws/described-services.js';
import { serveAws } from './aws/server.js';
import type { Service } from './aws/service.js';
import type { AwsSettings, SimAws } from './aws/sim-aws.js';
import { Sts } from './aws/sts.js';
import { serveAdmin } from './admin/server.js';
import { Counters } from './counters.js';
import { FaultBook } from './faults.js';
import { startLive, type SimLive } from './live/live.js';
import type { LiveOptions } from './live/live-options.js';
import {
  createOrganization,
  type Organization,
  type OrganizationOptions,
} from './organization/organization.js';
import { SimPort, type PortOptions } from './port/port.js';
import { servePort } from './port/server.js';

/** What the simulated AWS and Port are like, beyond the organization itself. */
export interface SimOptions extends OrganizationOptions {
  /** Or an organization that was made before. */
  readonly organization?: Organization;
  /** Resources of a page of ListResources. Default 100. */
  readonly pageSize?: number;
  /** Accounts and units of a page of Organizations. Default 20. */
  readonly organizationsPageSize?: number;
  /** Regions of a page of ListRegions. Default 50. */
  readonly regionsPageSize?: number;
  /** Every so many pages of ListResources an empty one with a token comes in between. Default 0: never. */
  readonly emptyPageEvery?: number;
  /** False: AWSOrganizationsNotInUseException. Default true. */
  readonly organizationInUse?: boolean;
  /** Kinds that have no read. Default none. */
  readonly unreadableKinds?: readonly string[];
  /** Kinds whose listings hold the identifier properties alone, while reads hold all. Default none. */
  readonly partialKinds?: readonly string[];
  /** Kinds that a region (`*`: any) does not offer. Default none. */
  readonly notOffered?: readonly { readonly kind: string; readonly region: string }[];
  /** Milliseconds for which GetResource shows what was before a change. Default 0. */
  readonly readLagMs?: number;
  /** Calls per account and region. Default unlimited. */
  readonly quotas?: QuotaOptions;
  /** Milliseconds before each answer of AWS. Default 0. */
  readonly latencyMs?: number;
  /** Life of temporary credentials, whatever the request asks for. */
  readonly credentialLifetimeMs?: number;
  readonly port?: PortOptions;
  /** A stream of CloudTrail records about every change of the organization. Default: none. */
  readonly live?: LiveOptions;
  /** Ports to listen on; 0 for any free one (default). */
  readonly awsPort?: number;
  readonly portPort?: number;
  readonly adminPort?: number;
}

/** A running simulation. */
export interface Sim {
  readonly awsUrl: string;
  /** Port's base URL: calls go below `/v1`. */
  readonly portUrl: string;
  readonly adminUrl: string;
  /** The environment that points AWS SDK clients and Sluice here. */
  readonly env: Readonly<Record<string, string>>;
  readonly organization: Organization;
  readonly aws: SimAws;
  readonly port: SimPort;
  /** The stream, where it was asked for. */
  readonly live?: SimLive;
  /** Faults of AWS and Port alike. */
  readonly faults: FaultBook;
  /** Stops all servers at once. */
  close(): Promise<void>;
}

/** A simulation with a stream. */
export type LiveSim = Sim & { readonly live: SimLive };

/** Starts a simulated AWS organization and a simulated Port on the loopback interface. */
export function startSim(options: SimOptions & { readonly live: LiveOptions }): Promise<LiveSim>;
export function startSim(options?: SimOptions): Promise<Sim>;
export async function startSim(options: SimOptions = {}): Promise<Sim> {
  const organization = options.organization ?? createOrganization(options);
  const faults = new FaultBook();
  const port = new SimPort(options.port ?? {}, faults);
  const credentials = new Credentials();
  const aws: SimAws = {
    settings: settingsOf(options),
    quota: new Quota(options.quotas ?? {}),
    credentials,
    counters: new Counters(),
  };
  const user = credentials.user(organization.managementAccountId, organization.partition, 'sluice');
  const seed = String(options.seed ?? 'sluice');
  const live =
    options.live && (await startLive(options.live, { organization, credentials, faults, seed }));
  const parts = {
    services: servicesOf(organization, aws),
    credentials,
    faults,
    counters: aws.counters,
    latencyMs: () => aws.settings.latencyMs,
    ...(live && { stream: live.kinesis }),
  };
  const awsServer = await serveAws(parts, options.awsPort ?? 0);
  const portServer = await servePort(port, options.portPort ?? 0);
  port.integrations.url = portServer.url;
  const steered = { organization, aws, port, faults, ...(live && { live }) };
  const adminServer = await serveAdmin(steered, options.adminPort ?? 0);
  return {
    awsUrl: awsServer.url,
    portUrl: portServer.url,
    adminUrl: adminServer.url,
    env: {
      AWS_ENDPOINT_URL: awsServer.url,
      AWS_ACCESS_KEY_ID: user.accessKeyId,
      AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
      AWS_REGION: organization.regions[0] as string,
      PORT_BASE_URL: portServer.url,
      PORT_CLIENT_ID: port.clientId,
      PORT_CLIENT_SECRET: port.clientSecret,
      ...live?.env,
    },
    organization,
    aws,
    port,
    ...(live && { live }),
    faults,
    close: async () => {
      await Promise.all([awsServer.close(), portServer.close(), adminServer.close()]);
      await live?.close();
    },
  };
}

function settingsOf(options: SimOptions): AwsSettings {
  return {
    pageSize: options.pageSize ?? 100,
    organizationsPageSize: options.organizationsPageSize ?? 20,
    regionsPageSize: options.regionsPageSize ?? 50,
    emptyPageEvery: options.emptyPageEvery ?? 0,
    inUse: options.organizationInUse ?? true,
    unreadableKinds: options.unreadableKinds ?? [],
    partialKinds: options.partialKinds ?? [],
    notOffered: options.notOffered ?? [],
    readLagMs: options.readLagMs ?? 0,
    latencyMs: options.latencyMs ?? 0,
    credentialLifetimeMs: options.credentialLifetimeMs,
  };
}

/** By signing name. */
function servicesOf(
  organization: Organization,
  { settings, quota, credentials }: SimAws,
): ReadonlyMap<string, Service> {
  return new Map<string, Service>([
    ['sts', new Sts(organization, credentials, () => settings.credentialLifetimeMs)],
    ['organizations', new Organizations(organization, settings)],
    ['account', new Account(organization, () => settings.regionsPageSize)],
    ['cloudcontrolapi', new CloudControl(organization, quota, settings)],
    ['s3', new S3(organization)],
    ...describedServices(organization, quota, () => settings.pageSize),
  ]);
}
