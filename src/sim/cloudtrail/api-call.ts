import type { Random } from '../organization/random.js';

/** A call of an AWS API as CloudTrail logs it: what differs from record to record. */
export interface ApiCall {
  /** `ec2` for `ec2.amazonaws.com`. */
  readonly service: string;
  /** As CloudTrail spells it, with the date that some services append. */
  readonly name: string;
  readonly request: Readonly<Record<string, unknown>> | null;
  readonly response: Readonly<Record<string, unknown>> | null;
  /** What the service may list under `resources`, where it does. */
  readonly resources?: readonly { readonly arn: string; readonly type?: string }[];
  readonly apiVersion?: string;
  /** Name of the list in request and response that calls of one name may share, such as `instancesSet`. */
  readonly shares?: string;
}

/** A tag. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** The resource that a call is about, and what the change was. */
export interface Subject {
  readonly kind: string;
  readonly partition: string;
  readonly accountId: string;
  /** Where the call is logged: global services log in one region of their partition. */
  readonly region: string;
  readonly identifier: string;
  /** Values of the identifier properties. */
  readonly values: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
  readonly previous: Readonly<Record<string, unknown>>;
  /** Properties that an update set, tags left out. */
  readonly changed: readonly string[];
  readonly random: Random;
}

/** How one kind's changes are logged. */
export interface CallWriter {
  create(subject: Subject): ApiCall;
  update(subject: Subject): ApiCall;
  delete(subject: Subject): ApiCall;
  tag(subject: Subject, tags: readonly Tag[]): ApiCall;
  untag(subject: Subject, keys: readonly string[]): ApiCall;
}

/** An ARN in the subject's account and region. */
export function arnOf({ partition, region, accountId }: Subject, service: string, tail: string) {
  return `arn:${partition}:${service}:${region}:${accountId}:${tail}`;
}

/** What stands behind the last of these signs. */
export function tailOf(text: string, sign: string): string {
  return text.slice(text.lastIndexOf(sign) + 1);
}

/** Tags as an object, as many APIs take them. */
export function tagObject(tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

/** Tags of a property that holds a list of Key and Value, an object, or nothing. */
export function tagsOf(value: unknown): Tag[] {
  if (Array.isArray(value))
    return (value as { Key: string; Value: string }[]).map(({ Key, Value }) => ({
      key: Key,
      value: Value,
    }));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value as Record<string, string>).map(([key, text]) => ({
    key,
    value: text,
  }));
}

/** The property's name as requests spell it: with a small first letter. */
export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
