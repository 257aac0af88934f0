import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { typeFacts } from '../../src/catalog/catalog.js';
import { usesOf } from './references.js';
import { ResourceSpec } from './resource-spec.js';
import { isObject, parseTemplate, templates } from './template.js';
import type { Json, Template } from './template.js';

const test = suite('CloudFormation templates');
const all = templates();
const spec = await ResourceSpec.load();

const PSEUDO = new Set([
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::Partition',
  'AWS::Region',
  'AWS::URLSuffix',
]);

/** References that lead nowhere, or to what is not always there. */
function lostReferences(template: Template): string[] {
  const { Parameters, Resources, Conditions = {} } = template;
  const { names, conditions } = usesOf(template);
  const lost = conditions.filter((name) => !Object.hasOwn(Conditions, name));
  for (const { name, attribute, under } of names) {
    const resource = Resources[name];
    if (resource === undefined) {
      const known =
        attribute === undefined && (PSEUDO.has(name) || Object.hasOwn(Parameters, name));
      if (!known) lost.push(attribute === undefined ? name : `${name}.${attribute}`);
      continue;
    }
    if (attribute !== undefined && spec.attributes(resource.Type)?.includes(attribute) !== true)
      lost.push(`${name}.${attribute} of ${resource.Type}`);
    if (resource.Condition !== undefined && !under.includes(resource.Condition))
      lost.push(`${name}, which is there only with ${resource.Condition}`);
  }
  return lost;
}

test('there are seven, in the order in which they are deployed', () => {
  const steps = all.map(({ Description }) => /^Sluice (\d) of (\d)/.exec(Description)?.slice(1));
  assert.equal(
    steps.map((step) => step?.[0] ?? '').sort(),
    all.map((_, index) => String(index + 1)),
  );
  assert.ok(steps.every((step) => step?.[1] === String(all.length)));
});

for (const template of all) {
  const { file, Parameters, Resources, Outputs, Conditions = {} } = template;

  test(`${file}: has what a template has`, () => {
    assert.is(template.AWSTemplateFormatVersion, '2010-09-09');
    // CloudFormation's own bounds.
    assert.ok(Buffer.byteLength(template.Description) <= 1_024);
    assert.ok(Buffer.byteLength(template.text) <= 51_200, 'too large for --template-body');
    assert.ok(Object.keys(Resources).length > 0);
    const sections = Object.keys(template).filter((key) => key !== 'file' && key !== 'text');
    const known =
      'AWSTemplateFormatVersion Description Metadata Parameters Rules Conditions Resources Outputs';
    assert.equal(
      sections.filter((name) => !known.split(' ').includes(name)),
      [],
    );
  });

  test(`${file}: every reference leads to something that is there`, () => {
    assert.equal(lostReferences(template), []);
  });

  test(`${file}: every parameter and condition is used, and described`, () => {
    const { names, conditions } = usesOf(template);
    const used = new Set(names.map(({ name }) => name));
    assert.equal(
      Object.keys(Parameters).filter((name) => !used.has(name)),
      [],
    );
    assert.equal(
      Object.keys(Conditions).filter((name) => !conditions.includes(name)),
      [],
    );
    for (const [name, { Description = '' }] of Object.entries(Parameters))
      assert.ok(Description.length > 10, name);
    for (const [name, { Description, Value }] of Object.entries(Outputs))
      assert.ok(typeof Description === 'string' && Value !== undefined, name);
  });

  test(`${file}: every parameter takes its own default`, () => {
    for (const [name, parameter] of Object.entries(Parameters)) {
      const { Default, AllowedPattern, AllowedValues, MinValue, MaxValue } = parameter;
      if (Default === undefined) continue;
      if (AllowedPattern !== undefined)
        assert.match(String(Default), new RegExp(AllowedPattern), name);
      if (AllowedValues !== undefined) assert.ok(AllowedValues.includes(Default), name);
      if (MinValue !== undefined) assert.ok(Number(Default) >= MinValue, name);
      if (MaxValue !== undefined) assert.ok(Number(Default) <= MaxValue, name);
    }
  });

  test(`${file}: groups its parameters without leaving one out`, () => {
    const groups = grouped(template.Metadata ?? null);
    if (groups.length === 0) return;
    assert.equal(groups.sort(), Object.keys(Parameters).sort());
  });

  test(`${file}: types are known, properties are of the right shape`, () => {
    assert.equal(
      Object.values(Resources)
        .map(({ Type }) => Type)
        .filter((type) => typeFacts(type) === undefined),
      [],
    );
    assert.equal(spec.problems(template), []);
  });
}

function grouped(metadata: Json): string[] {
  if (!isObject(metadata)) return [];
  const { ParameterGroups } = metadata['AWS::CloudFormation::Interface'] as {
    ParameterGroups: { Parameters: string[] }[];
  };
  return ParameterGroups.flatMap(({ Parameters }) => Parameters);
}

const BROKEN = `
AWSTemplateFormatVersion: '2010-09-09'
Description: broken
Parameters:
  Name: { Type: String }
Conditions:
  Named: !Not [!Equals [!Ref Name, '']]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Condition: Named
    Properties:
      QueueName: !Sub '\${Nam}-\${Name}-\${!Literal}-\${AWS::Region}'
      DelaySeconds: soon
      Colour: blue
  Stream:
    Type: AWS::Kinesis::Stream
    Properties:
      Name: !GetAtt Queue.Nothing
      StreamModeDetails: { StreamMode: FAST }
      StreamEncryption: !If [Unnamed, { KeyId: !Ref Queue }, !Ref AWS::NoValue]
      Tags: !Ref Name
Outputs:
  Arn: { Value: !If [Named, !GetAtt Queue.Arn, none], Description: fine }
`;

test('the checks find what is wrong', () => {
  const broken = parseTemplate('broken.yaml', BROKEN);
  assert.equal(lostReferences(broken).sort(), [
    'Nam',
    'Queue, which is there only with Named',
    'Queue, which is there only with Named',
    'Queue.Nothing of AWS::SQS::Queue',
    'Unnamed',
  ]);
  assert.equal(spec.problems(broken), [
    'Queue.DelaySeconds: "soon" is no integer',
    'Queue: no property Colour',
    'Stream.StreamModeDetails.StreamMode: "FAST" is none of ON_DEMAND, PROVISIONED',
    'Stream.StreamEncryption: EncryptionType is missing',
    'Stream.Tags: {"Ref":"Name"} gives no array',
  ]);
  assert.throws(() => parseTemplate('x', 'A: !Reff B'), /Unresolved tag/);
});

test.run();
