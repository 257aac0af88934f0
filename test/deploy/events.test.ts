import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SERVICE_EVENTS } from '../../src/catalog/routes/service-events.js';
import { isObject, listed, templateOf } from './template.js';
import type { Json, JsonObject } from './template.js';

const test = suite('rules of the templates');
const member = templateOf('member-events.yaml');
const central = templateOf('change-stream.yaml');

function patternOf(template: typeof member, rule: string): JsonObject {
  const pattern = template.Resources[rule]?.Properties?.EventPattern ?? null;
  if (!isObject(pattern)) throw new Error(`${rule} has no pattern`);
  return pattern;
}

/** The pattern as it is deployed with every default. */
function deployed(value: Json): Json {
  if (Array.isArray(value)) return value.map(deployed);
  if (!isObject(value)) return value;
  if (typeof value.Ref === 'string') {
    return String(member.Parameters[value.Ref]?.Default ?? '').split(',');
  }
  if (value['Fn::If'] !== undefined) return deployed((value['Fn::If'] as Json[])[2] ?? null);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, deployed(part)]));
}

test('every service event that Sluice has a route for is sent', () => {
  const pattern = patternOf(member, 'ServiceEventsRule');
  const sent = listed(pattern['detail-type']);
  const routed = SERVICE_EVENTS.flatMap(({ routes }) => routes.flatMap(({ any = [] }) => any));
  assert.ok(routed.length > 5);
  assert.equal(
    routed.filter((name) => !sent.includes(name)),
    [],
  );
  // A key that is gone at last, and the like: told by CloudTrail, asked for by nobody.
  assert.ok(sent.includes('AWS Service Event via CloudTrail'));
  assert.is(sent.length, new Set(routed).size + 1);
});

test('calls that read, or failed, are not sent', () => {
  const { detail, 'detail-type': type } = patternOf(member, 'CallsRule');
  assert.equal(type, ['AWS API Call via CloudTrail']);
  assert.ok(isObject(detail ?? null));
  const { readOnly, errorCode } = detail as JsonObject;
  assert.equal(readOnly, [false]);
  assert.equal(errorCode, [{ exists: false }]);
});

test('rules are on, without read-only management events, and fit into EventBridge’s bounds', () => {
  for (const [template, rule] of [
    [member, 'CallsRule'],
    [member, 'ServiceEventsRule'],
    [central, 'StreamRule'],
  ] as const) {
    assert.is(template.Resources[rule]?.Properties?.State, 'ENABLED');
    const pattern = JSON.stringify(deployed(patternOf(template, rule)));
    assert.ok(pattern.length <= 2_048, `${rule}: ${pattern.length} characters`);
    assert.match(pattern, /"source":\[\{"prefix":"aws\."\}\]/);
  }
});

test('every target has a role; what the stream does not take is kept', () => {
  for (const template of [member, central])
    for (const { Type, Properties = {} } of Object.values(template.Resources)) {
      if (Type !== 'AWS::Events::Rule') continue;
      for (const target of listed(Properties.Targets)) {
        assert.ok(isObject(target));
        const { RoleArn, DeadLetterConfig } = target;
        assert.ok(RoleArn !== undefined && DeadLetterConfig !== undefined);
      }
    }
});

test('events are spread by their own ids: no partition key makes a shard hot', () => {
  const [target] = listed(central.Resources.StreamRule?.Properties?.Targets);
  assert.ok(isObject(target ?? null));
  assert.is((target as JsonObject).KinesisParameters, undefined);
});

test('the stream is encrypted and keeps records for days', () => {
  const stream = central.Resources.ChangeStream?.Properties ?? {};
  assert.is((stream.StreamEncryption as JsonObject).EncryptionType, 'KMS');
  assert.equal(stream.StreamModeDetails, { StreamMode: 'ON_DEMAND' });
  assert.ok(Number(central.Parameters.RetentionHours?.Default) >= 24);
});

test.run();
