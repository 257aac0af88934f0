import { EnvironmentError } from '../errors/environment-error.js';
import { expandOceanJson } from './ocean-json.js';
import { INTEGRATION_PATTERN, ROLE_NAME_PATTERN } from './pipeline-schema.js';
import { ROLE_ARN } from './schema-values.js';

export type Env = Readonly<Record<string, string | undefined>>;

/** How to reach Port. The secret must stay out of messages and logs. */
export interface PortEnvironment {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Without a trailing slash and without `/v1`. */
  readonly baseUrl: string;
}

/** What Ocean's variables say about the pipeline; the pipeline file wins. */
export interface OceanAliases {
  readonly integration?: string;
  readonly organizationRoleArn?: string;
  readonly memberRoleName?: string;
  /** Between the starts of two resyncs (`OCEAN__SCHEDULED_RESYNC_INTERVAL`). */
  readonly resyncEveryMs?: number;
  /** Between two looks at Port (`OCEAN__EVENT_LISTENER__INTERVAL`). */
  readonly pollEveryMs?: number;
}

/** What Ocean's variables say about how a run goes. */
export interface OceanRun {
  /** `OCEAN__EVENT_LISTENER__TYPE=ONCE`: one resync, then the end. */
  readonly once: boolean;
  /** `OCEAN__EVENT_LISTENER__RESYNC_ON_START`. Default true. */
  readonly resyncOnStart: boolean;
  /** `OCEAN__INITIALIZE_PORT_RESOURCES`: create blueprints and mapping where Port has none. Default true. */
  readonly initializePortResources: boolean;
  /** `OCEAN__SEND_RAW_DATA_EXAMPLES`: give Port a few resources of each kind, masked. Default true. */
  readonly sendExamples: boolean;
  /** A listener of Ocean that is none of Sluice's: Port is polled instead. */
  readonly otherListener?: string;
}

/** Everything that Sluice itself reads from the environment; the AWS SDK reads its own variables. */
export interface Environment {
  readonly port: PortEnvironment;
  readonly ocean: OceanAliases;
  /**
   * Fixed AWS credentials from Ocean's variables; absent where those are not set, or where the AWS
   * SDK's own `AWS_ACCESS_KEY_ID` or `AWS_PROFILE` is.
   */
  readonly awsCredentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export const DEFAULT_PORT_BASE_URL = 'https://api.getport.io';
/** Member role where Ocean's variables name an organization role only, as in Ocean. */
const OCEAN_MEMBER_ROLE = 'AwsPortOceanIntegrationReadOnlyRole';

const CLIENT_ID = ['PORT_CLIENT_ID', 'OCEAN__PORT__CLIENT_ID'];
const CLIENT_SECRET = ['PORT_CLIENT_SECRET', 'OCEAN__PORT__CLIENT_SECRET'];
const BASE_URL = ['PORT_BASE_URL', 'OCEAN__PORT__BASE_URL'];
const INTEGRATION = ['OCEAN__INTEGRATION__IDENTIFIER'];
const AWS_KEY = ['OCEAN__INTEGRATION__CONFIG__AWS_ACCESS_KEY_ID'];
const AWS_SECRET = ['OCEAN__INTEGRATION__CONFIG__AWS_SECRET_ACCESS_KEY'];
const ORGANIZATION_ROLE = ['OCEAN__INTEGRATION__CONFIG__ORGANIZATION_ROLE_ARN'];
const MEMBER_ROLE = ['OCEAN__INTEGRATION__CONFIG__ACCOUNT_READ_ROLE_NAME'];
const RESYNC_INTERVAL = ['OCEAN__SCHEDULED_RESYNC_INTERVAL'];
const LISTENER = ['OCEAN__EVENT_LISTENER__TYPE'];
const POLL_INTERVAL = ['OCEAN__EVENT_LISTENER__INTERVAL'];
const RESYNC_ON_START = ['OCEAN__EVENT_LISTENER__RESYNC_ON_START'];
const INITIALIZE = ['OCEAN__INITIALIZE_PORT_RESOURCES'];
const EXAMPLES = ['OCEAN__SEND_RAW_DATA_EXAMPLES'];

/**
 * Reads the environment. Sluice's own names win over Ocean's; an empty variable counts as missing.
 * Throws an EnvironmentError that names the variables (never their values) where Port's credentials
 * are missing or something is malformed.
 */
export function readEnvironment(given: Env): Environment {
  const env = expandOceanJson(given);
  const awsCredentials = oceanCredentials(env);
  return {
    port: readPort(env),
    ocean: oceanAliases(env),
    ...(awsCredentials === undefined ? {} : { awsCredentials }),
  };
}

/** What Ocean's variables say about the pipeline. Throws an EnvironmentError for malformed ones. */
export function oceanAliases(given: Env): OceanAliases {
  const env = expandOceanJson(given);
  const resyncEveryMs = amount(env, RESYNC_INTERVAL, 60_000);
  const pollEveryMs = amount(env, POLL_INTERVAL, 1_000);
  const integration = matching(
    env,
    INTEGRATION,
    INTEGRATION_PATTERN,
    'letters, digits or any of @_.+:=-',
  );
  const organizationRoleArn = matching(env, ORGANIZATION_ROLE, ROLE_ARN, 'a role ARN');
  const memberRoleName =
    matching(env, MEMBER_ROLE, ROLE_NAME_PATTERN, 'the name of a role') ??
    (organizationRoleArn === undefined ? undefined : OCEAN_MEMBER_ROLE);
  return {
    ...(integration === undefined ? {} : { integration }),
    ...(organizationRoleArn === undefined ? {} : { organizationRoleArn }),
    ...(memberRoleName === undefined ? {} : { memberRoleName }),
    ...(resyncEveryMs === undefined ? {} : { resyncEveryMs }),
    ...(pollEveryMs === undefined ? {} : { pollEveryMs }),
  };
}

/** What Ocean's variables say about how a run goes. Throws an EnvironmentError for malformed ones. */
export function oceanRun(given: Env): OceanRun {
  const env = expandOceanJson(given);
  const listener = first(env, LISTENER)?.toUpperCase() ?? 'POLLING';
  return {
    once: listener === 'ONCE',
    resyncOnStart: truth(env, RESYNC_ON_START),
    initializePortResources: truth(env, INITIALIZE),
    sendExamples: truth(env, EXAMPLES),
    ...(listener !== 'ONCE' && listener !== 'POLLING' && { otherListener: listener }),
  };
}

/** A whole number of units above 0 as milliseconds. */
function amount(env: Env, names: readonly string[], unitMs: number): number | undefined {
  const value = matching(env, names, /^0*[1-9]\d{0,6}$/, 'a whole number above 0');
  return value === undefined ? undefined : Number(value) * unitMs;
}

function truth(env: Env, names: readonly string[]): boolean {
  const value = matching(env, names, /^(true|false|yes|no|on|off|1|0)$/i, 'true or false');
  return value === undefined || /^(true|yes|on|1)$/i.test(value);
}

function readPort(env: Env): PortEnvironment {
  const clientId = first(env, CLIENT_ID);
  const clientSecret = first(env, CLIENT_SECRET);
  if (clientId === undefined || clientSecret === undefined) {
    const missing = [
      ...(clientId === undefined ? [CLIENT_ID] : []),
      ...(clientSecret === undefined ? [CLIENT_SECRET] : []),
    ];
    throw new EnvironmentError(
      `Port credentials are missing: ${missing.map((names) => names[0]).join(' and ')} not set`,
      {
        code: 'environment.missing-credentials',
        hint: `set ${missing.map((names) => names.join(' or ')).join(', and ')}; Port shows both under Builder > Credentials`,
      },
    );
  }
  return { clientId, clientSecret, baseUrl: baseUrl(env) };
}

function baseUrl(env: Env): string {
  const text = first(env, BASE_URL) ?? DEFAULT_PORT_BASE_URL;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === undefined || !isHttp || url.username !== '' || url.password !== '') {
    throw new EnvironmentError(`${given(env, BASE_URL)} is no usable URL`, {
      code: 'environment.invalid-url',
      hint: `expected http or https without credentials, such as ${DEFAULT_PORT_BASE_URL}`,
    });
  }
  return (url.origin + url.pathname).replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, '');
}

function oceanCredentials(env: Env): Environment['awsCredentials'] {
  if (first(env, ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE']) !== undefined) return undefined;
  const accessKeyId = first(env, AWS_KEY);
  const secretAccessKey = first(env, AWS_SECRET);
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new EnvironmentError(`only one of ${AWS_KEY[0]} and ${AWS_SECRET[0]} is set`, {
      code: 'environment.missing-credentials',
      hint: 'set both, or neither to use the AWS SDK defaults',
    });
  }
  return { accessKeyId, secretAccessKey };
}

function matching(
  env: Env,
  names: readonly string[],
  pattern: RegExp,
  expected: string,
): string | undefined {
  const value = first(env, names);
  if (value === undefined || pattern.test(value)) return value;
  throw new EnvironmentError(`${given(env, names)} is malformed`, {
    code: 'environment.invalid-value',
    hint: `expected ${expected}`,
  });
}

/** The first variable of `names` that is set and not empty. */
function first(env: Env, names: readonly string[]): string | undefined {
  return names
    .map((name) => env[name]?.trim())
    .find((value) => value !== undefined && value !== '');
}

/** The name under which {@link first} found its value. */
function given(env: Env, names: readonly string[]): string {
  return names.find((name) => first(env, [name]) !== undefined) ?? names.join(' or ');
}
