import { ListResourcesCommand } from '@aws-sdk/client-cloudcontrol';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AwsClients } from '../../src/aws/clients.js';
import type { Credentials, CredentialSource } from '../../src/aws/credential-source.js';
import { BASE_ENVIRONMENT, withEnvironment } from './environment.js';
import {
  closeServer,
  resourcePage,
  scriptedServer,
  type ScriptedServer,
} from './scripted-server.js';

const test = suite('aws/clients');

class Source implements CredentialSource {
  credentials: Credentials = { accessKeyId: 'FIRST', secretAccessKey: 's' };
  constructor(readonly id: string) {}
  get(): Promise<Credentials> {
    return Promise.resolve(this.credentials);
  }
  renew(): Promise<boolean> {
    return Promise.resolve(false);
  }
}

const list = new ListResourcesCommand({ TypeName: 'AWS::Test::Thing' });

async function withServer(use: (server: ScriptedServer) => Promise<void>): Promise<void> {
  const server = await scriptedServer(() => resourcePage(['a']));
  try {
    withEnvironment({ ...BASE_ENVIRONMENT, AWS_ENDPOINT_URL: server.url });
    await use(server);
  } finally {
    await server.close();
  }
}

test('keeps one client per service, region and credentials, and a bounded number of them', () =>
  withServer(async (server) => {
    const clients = new AwsClients({ max: 3 });
    const source = new Source('a');
    assert.is(
      clients.bind('eu-west-1', source).cloudControl,
      clients.bind('eu-west-1', source).cloudControl,
    );
    assert.is.not(
      clients.bind('eu-west-1', source).cloudControl,
      clients.bind('eu-west-2', source).cloudControl,
    );
    for (let i = 0; i < 10; i++)
      await clients.bind(`eu-west-${i}`, new Source(`b${i}`)).cloudControl.send(list);
    assert.is(clients.alive, 3);
    // Dropping a client must not have closed the connections of the others.
    await clients.bind('eu-west-1', source).cloudControl.send(list);
    assert.is(server.count('ListResources'), 11);
    clients.close();
  }));

test('renewed credentials are used at once', () =>
  withServer(async (server) => {
    const clients = new AwsClients();
    const source = new Source('a');
    await clients.bind('eu-west-1', source).cloudControl.send(list);
    source.credentials = {
      accessKeyId: 'SECOND',
      secretAccessKey: 's',
      expiration: new Date(Date.now() + 3_600_000),
    };
    await clients.bind('eu-west-1', source).cloudControl.send(list);
    source.credentials = { accessKeyId: 'THIRD', secretAccessKey: 's' };
    await clients.bind('eu-west-1', source).cloudControl.send(list);
    assert.equal(
      server.received.map((one) => one.accessKeyId),
      ['FIRST', 'SECOND', 'THIRD'],
    );
    clients.close();
  }));

test('goes through a proxy, unless NO_PROXY names the host', () =>
  withServer(async (server) => {
    let proxied = 0;
    const proxy = createServer((incoming, outgoing) => {
      proxied += 1;
      const forward = httpRequest(
        incoming.url ?? '',
        { method: incoming.method, headers: incoming.headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      incoming.pipe(forward);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      withEnvironment({
        ...BASE_ENVIRONMENT,
        AWS_ENDPOINT_URL: server.url,
        HTTP_PROXY: url,
        NO_PROXY: '',
      });
      const through = new AwsClients();
      await through.bind('eu-west-1', new Source('a')).cloudControl.send(list);
      assert.is(proxied, 1);
      through.close();
      withEnvironment({
        ...BASE_ENVIRONMENT,
        AWS_ENDPOINT_URL: server.url,
        HTTP_PROXY: url,
        NO_PROXY: '127.0.0.1',
      });
      const direct = new AwsClients();
      await direct.bind('eu-west-1', new Source('a')).cloudControl.send(list);
      assert.is(proxied, 1);
      direct.close();
      assert.is(server.count('ListResources'), 2);
    } finally {
      await closeServer(proxy);
    }
  }));

test('an answer that does not come in time is a timeout', async () => {
  const server = await scriptedServer(() => new Promise(() => undefined));
  withEnvironment({ ...BASE_ENVIRONMENT, AWS_ENDPOINT_URL: server.url });
  const clients = new AwsClients({ requestTimeoutMs: 50 });
  await clients
    .bind('eu-west-1', new Source('a'))
    .cloudControl.send(list)
    .then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error.name, 'TimeoutError'),
    );
  clients.close();
  await server.close();
});

test.run();
