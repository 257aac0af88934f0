import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request of an SDK client, as far as the scripts look at it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  /** Operation: the tail of `x-amz-target`, or the `Action` of the query protocol. */
  readonly operation: string;
  /** Access key that signed it. */
  readonly accessKeyId: string;
  /** Region that it was signed for. */
  readonly region: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the server does. */
export type Reaction =
  | { readonly status?: number; readonly json: unknown }
  | { readonly status?: number; readonly body: string; readonly type?: string }
  /** The connection breaks before, or within, the answer. */
  | 'reset'
  | 'cut';

export interface ScriptedServer {
  readonly url: string;
  readonly received: Received[];
  count(operation: string): number;
  close(): Promise<void>;
}

/** Credentials of the caller in the scripts' answers. */
export const OWN_ACCOUNT = '111111111111';

/** An AWS that answers what a script says; GetCallerIdentity by itself. */
export async function scriptedServer(
  script: (request: Received) => Reaction | Promise<Reaction>,
  identity: () => Reaction = callerIdentity,
): Promise<ScriptedServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void readRequest(request).then(async (read) => {
      received.push(read);
      const own = read.operation === 'GetCallerIdentity';
      react(response, own ? identity() : await script(read));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    count: (operation) => received.filter((request) => request.operation === operation).length,
    close: () => closeServer(server),
  };
}

export function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** An error in JSON, as Cloud Control, Organizations and Account answer. */
export function jsonError(status: number, code: string, message = code): Reaction {
  return { status, json: { __type: `com.amazonaws.test#${code}`, message, Message: message } };
}

/** A page of ListResources. */
export function resourcePage(ids: readonly string[], nextToken?: string): Reaction {
  return {
    json: {
      TypeName: 'AWS::Test::Thing',
      ResourceDescriptions: ids.map((id) => ({
        Identifier: id,
        Properties: JSON.stringify({ Id: id }),
      })),
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    },
  };
}

/** An answer of AssumeRole. */
export function assumedRole(accessKeyId: string, expiration = '2099-01-01T00:00:00Z'): Reaction {
  const credentials = `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t-${accessKeyId}</SessionToken><Expiration>${expiration}</Expiration>`;
  return xml(
    `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>${credentials}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  );
}

/** An error in XML, as STS answers. */
export function xmlError(status: number, code: string): Reaction {
  return xml(
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${code}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`,
    status,
  );
}

function callerIdentity(): Reaction {
  const result = `<Arn>arn:aws:iam::${OWN_ACCOUNT}:user/sluice</Arn><UserId>U</UserId><Account>${OWN_ACCOUNT}</Account>`;
  return xml(
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
  );
}

function xml(body: string, status = 200): Reaction {
  return { status, body, type: 'text/xml' };
}

async function readRequest(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const target = request.headers['x-amz-target'];
  const credential = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(
    String(request.headers.authorization),
  );
  const json = text.startsWith('{');
  const input = json
    ? (JSON.parse(text) as Record<string, unknown>)
    : Object.fromEntries(new URLSearchParams(text));
  const action = input['Action'];
  const fallback = typeof action === 'string' ? action : (request.url ?? '');
  const operation = typeof target === 'string' ? (target.split('.').pop() ?? '') : fallback;
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    operation,
    accessKeyId: credential?.[1] ?? '',
    region: credential?.[2] ?? '',
    input,
  };
}

function react(response: ServerResponse, now: Reaction): void {
  if (now === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (now === 'cut') {
    response.writeHead(200, {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': '1000',
    });
    response.write('{"ResourceDescriptions":[', () => response.socket?.destroy());
    return;
  }
  const body = 'json' in now ? JSON.stringify(now.json) : now.body;
  const type =
    'json' in now ? 'application/x-amz-json-1.0' : (now.type ?? 'application/x-amz-json-1.0');
  response.writeHead(now.status ?? 200, { 'content-type': type, 'x-amzn-requestid': 'r-1' });
  response.end(body);
}
