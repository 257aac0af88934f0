/**
 * The least that a program on Node can do for a resync, in a process of its own: the SDK's ListResources
 * over every scope, a hash of every body and, where it is to write, a mapping by hand and bulk upserts of
 * twenty with undici. It has no JQ, no state, no bound, no order, no check, no retry: what it costs, any
 * program costs that speaks to AWS with the SDK and to Port in batches of twenty.
 */
import { hash } from 'node:crypto';
import { CloudControlClient, ListResourcesCommand } from '@aws-sdk/client-cloudcontrol';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { from, lastValueFrom, mergeMap } from 'rxjs';
import { request } from 'undici';
import { readPlainly } from '../src/aws/plain-answers.js';

/** What is listed, given as JSON in the first argument. */
export interface BareWork {
  readonly accounts: readonly { readonly id: string; readonly regions: readonly string[] }[];
  readonly kinds: readonly string[];
  readonly organizationRole: string;
  readonly accountRole: string;
  readonly writes: boolean;
}

const SCOPES_AT_ONCE = 8;
const ENTITIES_A_REQUEST = 20;

interface Found {
  readonly kind: string;
  readonly accountId: string;
  readonly region: string;
  readonly identifier: string;
  readonly properties: string;
}

type Credentials = Parameters<typeof clientOf>[1];

const work = JSON.parse(process.argv[2]!) as BareWork;
const requestHandler = new NodeHttpHandler();
const port = process.env['PORT_BASE_URL']!;

function clientOf(
  region: string,
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
): CloudControlClient {
  return readPlainly(new CloudControlClient({ region, credentials, requestHandler }));
}

async function assume(sts: STSClient, arn: string): Promise<Credentials> {
  const answer = await sts.send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'bare' }));
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = answer.Credentials!;
  const { SessionToken: sessionToken } = answer.Credentials!;
  return {
    accessKeyId: accessKeyId!,
    secretAccessKey: secretAccessKey!,
    sessionToken: sessionToken!,
  };
}

async function list(
  client: CloudControlClient,
  scope: Pick<Found, 'kind' | 'accountId' | 'region'>,
  take: (found: readonly Found[]) => Promise<void>,
): Promise<void> {
  let token: string | undefined;
  do {
    const command = new ListResourcesCommand({ TypeName: scope.kind, NextToken: token });
    const answer = await client.send(command);
    token = answer.NextToken;
    await take(
      answer.ResourceDescriptions!.map(({ Identifier, Properties }) => ({
        ...scope,
        identifier: Identifier!,
        properties: Properties!,
      })),
    );
  } while (token !== undefined);
}

/** What the benchmark's mapping gives. */
function entityOf({ kind, accountId, region, identifier, properties }: Found): object {
  const { Tags: tags = null, Arn: arn = null } = JSON.parse(properties) as Record<string, unknown>;
  const link =
    typeof arn === 'string' ? `https://console.aws.amazon.com/go/view?arn=${arn}` : undefined;
  return {
    identifier,
    title: identifier,
    properties: { kind, region, tags, arn, link },
    relations: { account: accountId },
  };
}

async function writer(): Promise<(entities: readonly object[]) => Promise<void>> {
  const credentials = {
    clientId: process.env['PORT_CLIENT_ID'],
    clientSecret: process.env['PORT_CLIENT_SECRET'],
  };
  const answer = await request(`${port}/v1/auth/access_token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  const { accessToken } = (await answer.body.json()) as { accessToken: string };
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` };
  const url = `${port}/v1/blueprints/cloudResource/entities/bulk?upsert=true&merge=true`;
  return async (entities) => {
    const body = JSON.stringify({ entities });
    const written = await request(url, { method: 'POST', headers, body });
    const said = (await written.body.json()) as { errors?: readonly unknown[] };
    if (written.statusCode >= 300 || (said.errors?.length ?? 0) > 0) {
      throw new Error(`Port refused: ${JSON.stringify(said).slice(0, 500)}`);
    }
  };
}

const region = process.env['AWS_REGION']!;
const write = work.writes ? await writer() : undefined;
const organization = await assume(new STSClient({ region }), work.organizationRole);
const sts = new STSClient({ region, credentials: organization });
let found = 0;
const seen = new Map<string, string>();
for (const { id, regions } of work.accounts) {
  const role = `arn:aws:iam::${id}:role/${work.accountRole}`;
  // The account of the organization's role has no other.
  const own = work.organizationRole.includes(`:${id}:`);
  const credentials = own ? organization : await assume(sts, role);
  const scopes = regions.flatMap((place) => {
    const client = clientOf(place, credentials);
    return work.kinds.map((kind) => ({ client, kind, accountId: id, region: place }));
  });
  const lists = from(scopes).pipe(
    mergeMap(
      ({ client, ...scope }) =>
        list(client, scope, async (page) => {
          found += page.length;
          for (const one of page) seen.set(one.identifier, hash('sha1', one.properties, 'base64'));
          for (let at = 0; write !== undefined && at < page.length; at += ENTITIES_A_REQUEST) {
            await write(page.slice(at, at + ENTITIES_A_REQUEST).map(entityOf));
          }
        }),
      SCOPES_AT_ONCE,
    ),
  );
  await lastValueFrom(lists, { defaultValue: undefined });
}
console.log(found);
process.exit(0);
