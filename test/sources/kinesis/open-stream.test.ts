import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EnvironmentError } from '../../../src/errors/environment-error.js';
import { openStream } from '../../../src/sources/kinesis/open-stream.js';
import type { OpenStream, StreamConfig } from '../../../src/sources/kinesis/open-stream.js';
import { openTestAws } from '../../aws/harness.js';
import type { OpenedAws } from '../../aws/harness.js';
import { assumedRole, scriptedServer } from '../../aws/scripted-server.js';
import type { ScriptedServer } from '../../aws/scripted-server.js';
import { SCRIPTED_ARN, ScriptedStream, refused } from './scripted-stream.js';
import { VirtualClock } from './virtual-clock.js';

const test = suite('sources/kinesis/open-stream');

const ROLE = 'arn:aws:iam::111111111111:role/StreamReader';

let stream: ScriptedStream;
let sts: ScriptedServer;
let aws: OpenedAws;

test.before.each(async () => {
  stream = await new ScriptedStream().start();
  stream.shard('s');
  sts = await scriptedServer(() => assumedRole('ASIASTREAM'));
  aws = await openTestAws({ AWS_ENDPOINT_URL: sts.url, AWS_ENDPOINT_URL_KINESIS: stream.url });
});

test.after.each(async () => {
  await aws.close();
  await sts.close();
  await stream.close();
});

const signal = new AbortController().signal;

function open(over: Partial<StreamConfig> = {}): Promise<OpenStream> {
  return openStream(aws, { streamArn: SCRIPTED_ARN, ...over }, signal, new VirtualClock());
}

async function refusal(opening: Promise<unknown>): Promise<EnvironmentError> {
  try {
    await opening;
  } catch (error) {
    assert.instance(error, EnvironmentError);
    return error as EnvironmentError;
  }
  throw new Error('it was opened');
}

test('with the own credentials, in the region of its ARN', async () => {
  const streamArn = SCRIPTED_ARN.replace('us-east-1', 'eu-west-3');
  const { facts, api } = await open({ streamArn });
  assert.equal(facts, { status: 'ACTIVE', retentionMs: 86_400_000 });
  assert.is(api.retentionMs, 86_400_000);
  assert.is(api.streamArn, streamArn);
  for (const { region, accessKeyId } of stream.received) {
    assert.equal([region, accessKeyId], ['eu-west-3', 'AKIDTEST']);
  }
});

test('with a role, where one is named', async () => {
  await open({ roleArn: ROLE });
  assert.ok(stream.received.every(({ accessKeyId }) => accessKeyId === 'ASIASTREAM'));
  assert.is(
    sts.received.find(({ operation }) => operation === 'AssumeRole')?.input['RoleArn'],
    ROLE,
  );
});

test('where it may not be read: which stream, why, and what to allow whom', async () => {
  stream.fail('DescribeStreamSummary', 9, refused('AccessDeniedException', 'not authorized'));
  const error = await refusal(open({ roleArn: ROLE, consumer: 'sluice' }));
  assert.is(error.code, 'aws.AccessDenied');
  assert.match(error.message, SCRIPTED_ARN);
  assert.match(error.message, /not authorized/);
  assert.match(error.hint ?? '', ROLE);
  assert.match(error.hint ?? '', /kinesis:.*ListShards.*SubscribeToShard/);
  assert.is(stream.count('DescribeStreamSummary'), 1, 'asked once');
});

test('where it may be described but not listed', async () => {
  stream.fail('ListShards', 9, refused('AccessDeniedException'));
  assert.is((await refusal(open())).code, 'aws.AccessDenied');
});

test('where it does not exist', async () => {
  stream.fail('DescribeStreamSummary', 9, refused('ResourceNotFoundException', 'no such stream'));
  assert.is((await refusal(open())).code, 'aws.ResourceNotFound');
});

test('throttled or cut at the start, it is asked again, and not for ever', async () => {
  stream.fail('DescribeStreamSummary', 2, refused('LimitExceededException'));
  stream.fail('DescribeStreamSummary', 1, 'reset');
  await open();
  stream.fail('ListShards', 99, 'reset');
  assert.is((await refusal(open())).code, 'aws.Connection');
});

test('one that is being made is waited for; one that is being deleted is refused', async () => {
  stream.status = 'CREATING';
  stream.fail('DescribeStreamSummary', 4, () => {
    if (stream.count('DescribeStreamSummary') === 4) stream.status = 'ACTIVE';
    return undefined;
  });
  assert.is((await open()).facts.status, 'ACTIVE');
  stream.status = 'DELETING';
  const error = await refusal(open());
  assert.match(error.message, /DELETING/);
  stream.status = 'UPDATING';
  await open();
});

test('pushed over HTTP/2, but for an endpoint without TLS; polled over HTTP/1.1', async () => {
  const protocol = async (push: boolean): Promise<string> => {
    const client = await aws.clients.bind('us-east-1', aws.base).kinesis(push);
    return client.config.requestHandler.metadata?.handlerProtocol ?? '';
  };
  assert.equal([await protocol(false), await protocol(true)], ['http/1.1', 'http/1.1']);
  process.env['AWS_ENDPOINT_URL_KINESIS'] = 'https://kinesis.example';
  assert.equal([await protocol(false), await protocol(true)], ['http/1.1', 'h2']);
});

test('a stop ends the waiting with its own reason', async () => {
  stream.status = 'CREATING';
  const stop = new AbortController();
  const clock = new VirtualClock(0, 1);
  const opening = openStream(aws, { streamArn: SCRIPTED_ARN }, stop.signal, clock);
  setTimeout(() => stop.abort(new Error('stopped')), 50);
  await opening.then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'stopped'),
  );
});

test.run();
