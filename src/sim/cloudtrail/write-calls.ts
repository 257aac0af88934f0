import type { KindModel } from '../organization/kind-model.js';
import type { Random } from '../organization/random.js';
import type { ResourceChange } from '../organization/resource-change.js';
import { tagsOf, type ApiCall, type CallWriter, type Subject } from './api-call.js';
import { anyKindCalls } from './calls/any-kind.js';
import { computeCalls } from './calls/compute.js';
import { ec2Calls } from './calls/ec2.js';
import { managementCalls } from './calls/management.js';
import { messagingCalls } from './calls/messaging.js';
import { storageCalls } from './calls/storage.js';

const WRITERS = new Map<string, CallWriter>(
  Object.entries({
    ...ec2Calls,
    ...computeCalls,
    ...storageCalls,
    ...messagingCalls,
    ...managementCalls,
  }),
);

/** Where the global services of a partition log. */
const GLOBAL_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-cn': 'cn-north-1',
};

/** A call with the account and region that log it. */
export interface LoggedCall {
  readonly accountId: string;
  readonly region: string;
  readonly call: ApiCall;
}

/** The calls by which somebody made this change: one, or two where tags and other properties changed together. */
export function writeCalls(
  change: ResourceChange,
  model: KindModel,
  partition: string,
  random: Random,
): LoggedCall[] {
  const { key, type, properties, previous } = change;
  const region = key.region === 'global' ? (GLOBAL_REGIONS[partition] ?? 'us-east-1') : key.region;
  const subject: Subject = {
    kind: key.kind,
    partition,
    accountId: key.accountId,
    region,
    identifier: key.identifier,
    values: model.identifierProperties.length === 1 ? [key.identifier] : key.identifier.split('|'),
    properties,
    previous,
    changed: change.changed.filter((name) => name !== model.tagProperty),
    random,
  };
  const writer = WRITERS.get(key.kind) ?? anyKindCalls(model.identifierProperties);
  const calls =
    type === 'update' ? updates(change, model, subject, writer) : [writer[type](subject)];
  return calls.map((call) => ({ accountId: key.accountId, region, call }));
}

function updates(
  { changed, properties, previous }: ResourceChange,
  { tagProperty }: KindModel,
  subject: Subject,
  writer: CallWriter,
): ApiCall[] {
  const calls: ApiCall[] = [];
  if (subject.changed.length > 0) calls.push(writer.update(subject));
  if (tagProperty === undefined || !changed.includes(tagProperty)) return calls;
  const now = tagsOf(properties[tagProperty]);
  const gone = tagsOf(previous[tagProperty])
    .map(({ key }) => key)
    .filter((key) => !now.some((tag) => tag.key === key));
  if (gone.length > 0) calls.push(writer.untag(subject, gone));
  if (now.length > 0 || gone.length === 0) calls.push(writer.tag(subject, now));
  return calls;
}

/** Puts calls that one account made in a row into one, where the API takes several resources at once. */
export function joinCalls(a: LoggedCall, b: LoggedCall, most: number): LoggedCall | undefined {
  const shared = a.call.shares;
  if (shared === undefined || b.call.shares !== shared || a.call.name !== b.call.name)
    return undefined;
  if (a.accountId !== b.accountId || a.region !== b.region) return undefined;
  const held = itemsOf(a.call.response, shared);
  if (held.length >= most) return undefined;
  const response = [...held, ...itemsOf(b.call.response, shared)];
  const named = itemsOf(a.call.request, shared);
  // What is to be run has no ids yet: the request only counts.
  const request = named.some((item) => 'maxCount' in item)
    ? [{ ...named[0], minCount: response.length, maxCount: response.length }]
    : [...named, ...itemsOf(b.call.request, shared)];
  const call = {
    ...a.call,
    request: { ...a.call.request, [shared]: { items: request } },
    response: { ...a.call.response, [shared]: { items: response } },
  };
  return { ...a, call };
}

function itemsOf(value: ApiCall['request'], name: string): Record<string, unknown>[] {
  return (value?.[name] as { items?: Record<string, unknown>[] } | undefined)?.items ?? [];
}
