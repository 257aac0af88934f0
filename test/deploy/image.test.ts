import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startWeb } from '../../src/web/start-web.js';
import { snapshot } from '../web/snapshot.js';
import { isObject, templateOf } from './template.js';
import type { JsonObject } from './template.js';

const test = suite('image and task');
const ROOT = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8');

interface Instruction {
  readonly name: string;
  readonly text: string;
}
type Stage = readonly Instruction[];

/** A Dockerfile's stages: comments left out, continued lines joined. */
function stagesOf(dockerfile: string): Stage[] {
  const stages: Instruction[][] = [];
  const lines = dockerfile
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n/g, ' ')
    .split('\n');
  for (const line of lines) {
    const [, name, text] = /^([A-Z]+)\s+(.+)$/.exec(line.trim()) ?? [];
    if (name === undefined || text === undefined) continue;
    if (name === 'FROM') stages.push([]);
    stages.at(-1)?.push({ name, text: text.trim() });
  }
  return stages;
}

const stages = stagesOf(read('Dockerfile'));
const last = stages.at(-1) ?? [];
const all = stages.flat();
const texts = (stage: Stage, name: string): string[] =>
  stage.filter((one) => one.name === name).map(({ text }) => text);
/** What a COPY takes from the build's context. */
const sourcesOf = (copy: string): string[] =>
  copy.startsWith('--from') ? [] : copy.split(/\s+/).slice(0, -1);
const healthCommand = JSON.parse(
  texts(last, 'HEALTHCHECK')[0]?.replace(/^.*?CMD /, '') ?? '[]',
) as string[];

test('is based on one pinned major of Node, the one that Sluice needs', () => {
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
  const major = /\d+/.exec(engines.node)?.[0];
  const bases = texts(all, 'FROM').map((text) => text.split(' ')[0]);
  assert.is(bases.length, 3);
  assert.equal([...new Set(bases)], [`node:${major}-slim`]);
});

test('runs as an ordinary user, who owns the state alone', () => {
  const user = texts(last, 'USER').at(-1);
  assert.is(user, 'node');
  const order = last.map(({ name }) => name);
  assert.ok(order.lastIndexOf('RUN') < order.indexOf('USER'), 'nothing is made after the switch');
  const made = texts(last, 'RUN').join(' ');
  const [volume] = texts(last, 'VOLUME');
  assert.is(volume, '/var/lib/sluice');
  assert.match(made, /chown node:node \/var\/lib\/sluice/);
  assert.match(made, /chmod 0700 \/var\/lib\/sluice/);
  assert.ok(order.indexOf('RUN') < order.indexOf('VOLUME'), 'the volume takes over its owner');
});

test('holds no secret, and nothing but what is named', () => {
  for (const { name, text } of all) {
    if (name === 'ENV' || name === 'ARG')
      assert.not.match(text, /secret|token|password|client_id|access_key/i);
    if (name === 'COPY') for (const from of sourcesOf(text)) assert.match(from, /^[\w.-]*\w/);
    assert.is.not(name, 'ADD');
  }
  const ignored = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  assert.is(ignored[0], '*');
  assert.ok(ignored.slice(1).every((line) => /^![\w.-]+$/.test(line)));
  for (const never of ['.git', '.env', '.sluice', 'node_modules', 'dist', 'test', '.'])
    assert.not.ok(ignored.includes(`!${never}`), never);
});

test('copies what is there and not ignored', () => {
  const kept = new Set(
    read('.dockerignore')
      .match(/^!.+$/gm)
      ?.map((line) => line.slice(1)),
  );
  const copied = texts(all, 'COPY').flatMap(sourcesOf);
  for (const path of copied) {
    assert.ok(existsSync(new URL(path, ROOT)), path);
    assert.ok(kept.has(path), path);
  }
  assert.equal([...kept].sort(), [...new Set(copied)].sort());
});

test('takes along production dependencies alone, and runs no install scripts', () => {
  const installs = texts(all, 'RUN').filter((text) => text.includes('npm ci'));
  assert.is(installs.length, 2);
  for (const install of installs) assert.match(install, /--ignore-scripts/);
  const [from] = texts(last, 'COPY').filter((text) => text.includes('node_modules'));
  const stage = /--from=(\S+)/.exec(from ?? '')?.[1] ?? '';
  const source = stages.find((one) => texts(one, 'FROM')[0]?.endsWith(` AS ${stage}`)) ?? [];
  assert.match(texts(source, 'RUN').join(' '), /npm ci --omit=dev/);
});

test('starts Sluice itself, which hears SIGTERM', () => {
  const { bin } = JSON.parse(read('package.json')) as { bin: { sluice: string } };
  assert.equal(JSON.parse(texts(last, 'ENTRYPOINT')[0] ?? ''), ['node', `/app/${bin.sluice}`]);
  const command = JSON.parse(texts(last, 'CMD')[0] ?? '') as string[];
  assert.is(command[0], 'run');
  assert.equal(command.slice(-2), ['--state', '/var/lib/sluice']);
  assert.equal(texts(last, 'STOPSIGNAL'), ['SIGTERM']);
});

async function healthAt(port: string): Promise<number | null> {
  const [command = '', ...args] = healthCommand;
  const moved = args.map((arg) => arg.replace(':8414/', `:${port}/`));
  const child = spawn(command, moved, { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

test('its health check asks what Sluice serves, with and without a token', async () => {
  assert.match(healthCommand.join(' '), /http:\/\/127\.0\.0\.1:8414\/healthz/);
  const options = {
    host: '127.0.0.1',
    port: 0,
    metrics: { contentType: 'text/plain', text: () => Promise.resolve('') },
    status: () => snapshot(),
    log: { info: () => undefined, error: () => undefined },
  };
  let port = '';
  for (const token of [undefined, 'a-token-of-many-letters']) {
    const web = await startWeb({ ...options, ...(token !== undefined && { token }) });
    port = new URL(web.url).port;
    assert.is(await healthAt(port), 0);
    await web.close();
  }
  assert.is(await healthAt(port), 1);
});

const task = (templateOf('fargate-service.yaml').Resources.Task?.Properties ?? {}) as {
  Volumes: JsonObject[];
  ContainerDefinitions: JsonObject[];
};
const container = task.ContainerDefinitions[0] ?? {};

test('the task asks the same for its health, and has longer to stop than Sluice takes', () => {
  const { Command } = container.HealthCheck as { Command: string[] };
  assert.equal(Command, ['CMD', ...healthCommand]);
  const stop = Number(container.StopTimeout);
  assert.ok(stop > 60 && stop <= 120);
  assert.is((container.LinuxParameters as JsonObject).InitProcessEnabled, true);
});

test('the task’s state is a local volume where the image has its own', () => {
  assert.equal(task.Volumes, [{ Name: 'state' }]);
  const [mount] = container.MountPoints as { ContainerPath: string }[];
  assert.is(mount?.ContainerPath, texts(last, 'VOLUME')[0]);
  assert.is(container.ReadonlyRootFilesystem, true);
  assert.equal((container.LinuxParameters as JsonObject).Capabilities, { Drop: ['ALL'] });
});

test('the task’s secrets come from Secrets Manager, never as plain values', () => {
  const plain = (container.Environment as { Name: string }[]).map(({ Name }) => Name);
  assert.equal(plain, ['PORT_BASE_URL']);
  const secrets = JSON.stringify(container.Secrets);
  for (const name of ['PORT_CLIENT_ID', 'PORT_CLIENT_SECRET', 'SLUICE_HTTP_TOKEN'])
    assert.match(secrets, new RegExp(`"${name}"`));
  assert.not.match(templateOf('fargate-service.yaml').text, /resolve:ssm:|resolve:secretsmanager/);
});

test('one task at a time, without a public address', () => {
  const service = templateOf('fargate-service.yaml').Resources.Service?.Properties ?? {};
  const { MaximumPercent, MinimumHealthyPercent } = service.DeploymentConfiguration as JsonObject;
  assert.is(MaximumPercent, 100);
  assert.is(MinimumHealthyPercent, 0);
  const network = service.NetworkConfiguration as { AwsvpcConfiguration: JsonObject };
  assert.is(network.AwsvpcConfiguration.AssignPublicIp, 'DISABLED');
});

test('beyond the task it serves only with a token', () => {
  const [condition, serving, quiet] = (container.Command as { 'Fn::If': unknown[] })['Fn::If'] as [
    string,
    unknown[],
    unknown[],
  ];
  assert.is(condition, 'Serves');
  assert.ok(serving.includes('0.0.0.0:8414'));
  assert.not.ok(quiet.includes('--http'));
  assert.ok(isObject(container.PortMappings));
});

test.run();
