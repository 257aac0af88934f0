import { branches, isObject, listed } from './template.js';
import type { Json, JsonObject, Template } from './template.js';

/** One statement of a policy in a template. */
export interface Statement {
  /** File, resource and Sid (or number): what messages and the lists of exceptions name it by. */
  readonly at: string;
  readonly effect: string;
  readonly actions: readonly string[];
  /** As the template writes them; functions stay functions. */
  readonly resources: readonly Json[];
  /** What the policy trusts; undefined in an identity's policy. */
  readonly principal: Json | undefined;
  /** Keys of its condition, whatever the operator. */
  readonly conditions: readonly string[];
}

interface Document {
  readonly at: string;
  readonly body: Json;
}

/** Policies that say what an identity may do. */
export function grants(template: Template): Statement[] {
  return documents(template, (resource, properties) => [
    ...listed(properties.Policies).map((policy) => ({
      at: resource,
      body: isObject(policy) ? (policy.PolicyDocument ?? null) : null,
    })),
    ...(['AWS::IAM::RolePolicy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy'].includes(
      template.Resources[resource]?.Type ?? '',
    )
      ? [{ at: resource, body: properties.PolicyDocument ?? null }]
      : []),
  ]);
}

/** Policies that say who may: of roles, and of buckets, buses, queues and destinations. */
export function trusts(template: Template): Statement[] {
  return documents(template, (resource, properties) => {
    const type = template.Resources[resource]?.Type ?? '';
    const own = type.startsWith('AWS::IAM::') ? undefined : properties.PolicyDocument;
    const single = type === 'AWS::Events::EventBusPolicy' ? properties.Statement : undefined;
    return [
      ...[properties.AssumeRolePolicyDocument, own, written(properties.DestinationPolicy)]
        .filter((body) => body !== undefined)
        .map((body) => ({ at: resource, body })),
      ...(single === undefined ? [] : [{ at: resource, body: { Statement: single } }]),
    ];
  });
}

/** A policy that is written as a text of JSON, with `${…}` within. */
function written(policy: Json | undefined): Json | undefined {
  if (policy === undefined) return undefined;
  const text = isObject(policy) ? policy['Fn::Sub'] : policy;
  return JSON.parse(text as string) as Json;
}

function documents(
  template: Template,
  of: (resource: string, properties: JsonObject) => readonly Document[],
): Statement[] {
  return Object.entries(template.Resources).flatMap(([resource, { Properties = {} }]) =>
    of(resource, Properties).flatMap(({ at, body }) =>
      (isObject(body) ? listed(body.Statement) : []).map((statement, index) =>
        readStatement(`${template.file} ${at}`, statement, index),
      ),
    ),
  );
}

function readStatement(where: string, statement: Json, index: number): Statement {
  if (!isObject(statement)) throw new Error(`${where}: statement ${index} is no object`);
  const { Effect, Action, Resource, Principal, Condition, Sid } = statement;
  return {
    at: `${where} ${typeof Sid === 'string' ? Sid : index}`,
    effect: typeof Effect === 'string' ? Effect : '',
    actions: listed(Action).filter((action) => typeof action === 'string'),
    resources: listed(Resource),
    principal: Principal === undefined ? undefined : branches(Principal)[0],
    conditions: Object.values(isObject(Condition ?? null) ? (Condition as JsonObject) : {}).flatMap(
      (keys) => (isObject(keys) ? Object.keys(keys) : []),
    ),
  };
}
