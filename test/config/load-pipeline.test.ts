import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadPipeline, parsePipeline } from '../../src/config/load-pipeline.js';
import { ConfigError } from '../../src/errors/config-error.js';
import { EnvironmentError } from '../../src/errors/environment-error.js';
import { VALID } from './pipelines.js';

const test = suite('config/load-pipeline');

const ROLE = 'arn:aws:iam::111111111111:role/OrgReader';
const OURS = `aws:
  organization:
    roleArn: ${ROLE}
    memberRoleName: Reader
    externalId: "s3cret"
    units: { include: [ou-abcd-prod], exclude: [Sandbox*] }
  accounts: { include: ["2*"], exclude: ["222222222222"] }
  regions: { allow: [us-east-1, eu-*], deny: [eu-south-2] }
  quotas: { listPerSecond: 5, readPerSecond: 0.5 }
live:
  kinesis:
    streamArn: arn:aws:kinesis:eu-west-1:111111111111:stream/trail
    roleArn: ${ROLE}
    startFrom: 2026-01-31T12:00:00Z
    coalesceFor: 500ms
    settleFor: 2m
resync: { every: 1h30m, verifyAll: 2d }
port: { integration: aws-production, mappingFrom: file }
entityDeletionThreshold: 0.25
`;

async function withDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-config-'));
  await run(directory).finally(() => rm(directory, { recursive: true }));
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.unreachable('expected an error'),
    (error: unknown) => error,
  );
}

test('reads all sections of ours', () => {
  const { kinds, ...rest } = parsePipeline(OURS + VALID, 'p.yaml');
  assert.is(kinds.length, 1);
  assert.equal(rest, {
    file: 'p.yaml',
    aws: {
      organization: {
        roleArn: ROLE,
        externalId: 's3cret',
        memberRoleName: 'Reader',
        units: { include: ['ou-abcd-prod'], exclude: ['Sandbox*'] },
      },
      accounts: { type: 'globs', include: ['2*'], exclude: ['222222222222'] },
      regions: { allow: ['us-east-1', 'eu-*'], deny: ['eu-south-2'] },
      quotas: { listPerSecond: 5, readPerSecond: 0.5 },
    },
    live: {
      streamArn: 'arn:aws:kinesis:eu-west-1:111111111111:stream/trail',
      roleArn: ROLE,
      startFrom: new Date('2026-01-31T12:00:00Z'),
      coalesceForMs: 500,
      settleForMs: 120_000,
    },
    resync: { everyMs: 5_400_000, verifyAllMs: 172_800_000 },
    port: { integration: 'aws-production', mappingFrom: 'file', pollEveryMs: 60_000 },
    deleteDependentEntities: true,
    createMissingRelatedEntities: true,
    enableMergeEntity: true,
    entityDeletionThreshold: 0.25,
  });
});

test('fills in defaults, also of sections that are left empty', () => {
  const absent = parsePipeline(VALID, 'p.yaml');
  const empty = parsePipeline(`aws:\nlive:\nresync:\nport:\n${VALID}`, 'p.yaml');
  for (const { aws, live, resync, port } of [absent, empty]) {
    assert.equal(aws, {
      accounts: { type: 'globs', include: [], exclude: [] },
      regions: { allow: [], deny: [] },
      quotas: {},
    });
    assert.is(live, undefined);
    assert.equal(resync, { everyMs: 21_600_000, verifyAllMs: 86_400_000 });
    assert.equal(port, { integration: 'sluice', mappingFrom: 'file', pollEveryMs: 60_000 });
  }
});

test('an organization needs nothing but its name', () => {
  assert.equal(parsePipeline(`aws: { organization: {} }\n${VALID}`, 'p.yaml').aws.organization, {
    memberRoleName: 'SluiceReadOnly',
    units: { include: [], exclude: [] },
  });
});

test('reads a plain list of accounts and role ARNs', () => {
  const text = `aws: { accounts: ["022222222222", 333333333333, "${ROLE}"] }\n${VALID}`;
  assert.equal(parsePipeline(text, 'p.yaml').aws.accounts, {
    type: 'list',
    accounts: [
      { accountId: '022222222222' },
      { accountId: '333333333333' },
      { accountId: '111111111111', roleArn: ROLE },
    ],
  });
});

test("takes what the file leaves open from Ocean's variables", () =>
  withDirectory(async (directory) => {
    const file = join(directory, 'p.yaml');
    const env = {
      OCEAN__INTEGRATION__IDENTIFIER: 'ocean-aws',
      OCEAN__INTEGRATION__CONFIG__ORGANIZATION_ROLE_ARN: 'arn:aws:iam::999999999999:role/Ocean',
      OCEAN__INTEGRATION__CONFIG__ACCOUNT_READ_ROLE_NAME: 'OceanReader',
    };
    await writeFile(file, VALID);
    const { aws, port } = await loadPipeline(file, { env });
    assert.is(port.integration, 'ocean-aws');
    assert.is(aws.organization?.roleArn, 'arn:aws:iam::999999999999:role/Ocean');
    assert.is(aws.organization?.memberRoleName, 'OceanReader');

    await writeFile(file, OURS + VALID);
    const ours = await loadPipeline(file, { env });
    assert.is(ours.port.integration, 'aws-production');
    assert.is(ours.aws.organization?.roleArn, ROLE);
    assert.is(ours.aws.organization?.memberRoleName, 'Reader');

    const malformed = { OCEAN__INTEGRATION__CONFIG__ORGANIZATION_ROLE_ARN: 'nonsense' };
    assert.instance(await failure(loadPipeline(file, { env: malformed })), EnvironmentError);
  }));

test('says why a file cannot be read', () =>
  withDirectory(async (directory) => {
    const missing = join(directory, 'missing.yaml');
    const binary = join(directory, 'binary.yaml');
    const huge = join(directory, 'huge.yaml');
    await writeFile(binary, Buffer.from([0xff, 0xfe, 0x00]));
    await writeFile(huge, '#'.repeat(4 * 1024 * 1024 + 1));
    const reasons: readonly (readonly [string, RegExp])[] = [
      [missing, /there is no such file/],
      [directory, /it is a directory/],
      [binary, /no UTF-8/],
      [huge, /more than \d+ bytes/],
    ];
    for (const [path, reason] of reasons) {
      const error = await failure(loadPipeline(path));
      assert.instance(error, ConfigError);
      assert.match((error as ConfigError).message, reason);
      assert.ok((error as ConfigError).message.includes(path));
      assert.is((error as ConfigError).exitCode, 2);
      assert.is((error as ConfigError).code, 'config.unreadable');
    }
  }));

test('a byte order mark and CRLF line ends change nothing', () =>
  withDirectory(async (directory) => {
    const file = join(directory, 'p.yaml');
    await writeFile(file, `\uFEFF${VALID.replaceAll('\n', '\r\n')}`);
    const { kinds } = await loadPipeline(file);
    const plain = parsePipeline(VALID, file);
    assert.equal(kinds, plain.kinds);
  }));

test.run();
