import type { Place } from '../../catalog/routes/route.js';
import type { ChangeEvent } from '../../model/change-event.js';
import type { Elsewhere } from '../../model/change-target.js';
import { ownerOf, partitionOf } from './owner.js';

/** A text that stood in an event, and whose it is where that is not the event's account or region. */
export interface Located extends Elsewhere {
  readonly text: string;
}

/** What was found at a place. */
export interface Finding {
  readonly found: readonly Located[];
  /** Something stood there that is not what was looked for: the event tells of something else. */
  readonly other: boolean;
}

/** A place, ready to be looked at in events. */
export type Look = (event: ChangeEvent) => Finding;

/** Into a member, by the name that it has or, in the wrapped calls of EC2, would have; or into each item. */
type Step = { readonly name: string; readonly capital: string } | 'each';

const NOTHING: Finding = { found: [], other: false };
const PERCENT = 0x25;
/** Longest identifier that Cloud Control takes. */
const LONGEST = 1024;

/** Reads the notation that `Place` describes. */
export function compilePlace(place: Place): Look {
  return place.includes('{') ? compileText(place) : compilePath(place);
}

function compileText(text: string): Look {
  const parts = text
    .split(/\{([^}]*)\}/)
    .map((part, at) => (at % 2 === 0 ? always(part) : compileSlot(part)));
  return (event) => {
    let joined: readonly Located[] = [{ text: '' }];
    for (const part of parts) {
      const { found, other } = part(event);
      if (found.length === 0) return { found, other };
      joined = joined.flatMap((before) =>
        found.map((one) => ({ ...before, ...one, text: before.text + one.text })),
      );
    }
    return { found: joined, other: false };
  };
}

function compileSlot(slot: string): Look {
  if (slot === 'partition') return (event) => one(partitionOf(event.region));
  if (slot === 'region') return (event) => one(event.region);
  if (slot === 'account') return (event) => one(event.accountId);
  return compilePath(slot);
}

function always(text: string): Look {
  const finding = one(text);
  return () => finding;
}

function one(text: string): Finding {
  return { found: [{ text }], other: false };
}

function compilePath(place: string): Look {
  const [path = '', pattern] = place.split(' ~ ', 2);
  const [root = '', ...names] = path.replaceAll('[]', '.[]').split('.');
  const steps = names.map(stepOf);
  const wanted = pattern === undefined ? undefined : new RegExp(pattern);
  return (event) => {
    const texts: string[] = [];
    collect(rootOf(event, root), steps, 0, texts);
    if (texts.length === 0) return NOTHING;
    const found: Located[] = [];
    for (const text of texts) {
      const located = pick(text, wanted, event);
      if (located !== undefined) found.push(located);
    }
    return { found, other: found.length < texts.length };
  };
}

function stepOf(name: string): Step {
  if (name === '[]') return 'each';
  return { name, capital: name.charAt(0).toUpperCase() + name.slice(1) };
}

/**
 * Newer calls of EC2 wrap what they were asked and what they answered in a name of their own:
 * `{"CreateNatGatewayRequest": {"SubnetId": …}}`.
 */
function rootOf({ detail, name }: ChangeEvent, root: string): unknown {
  if (root === 'RP') return unwrapped(detail['requestParameters'], name, 'Request');
  if (root === 'RE') return unwrapped(detail['responseElements'], name, 'Response');
  return fieldOf(detail, root);
}

function unwrapped(value: unknown, name: string, suffix: string): unknown {
  if (!isFields(value)) return value;
  for (const key in value) {
    return key.endsWith(suffix) && key === name + suffix ? fieldOf(value, key) : value;
  }
  return value;
}

/** Adds the texts that stand where the steps lead to. */
function collect(value: unknown, steps: readonly Step[], from: number, texts: string[]): void {
  const step = steps[from];
  if (step === undefined) {
    if (isIdentifier(value)) texts.push(value);
  } else if (step !== 'each') {
    const member = fieldOf(value, step.name) ?? fieldOf(value, step.capital);
    if (member !== undefined) collect(member, steps, from + 1, texts);
  } else if (Array.isArray(value)) {
    for (const item of value as unknown[]) collect(item, steps, from + 1, texts);
  } else {
    // A list of one is mostly written as the one where the service answers in XML.
    collect(value, steps, from + 1, texts);
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST;
}

function pick(raw: string, wanted: RegExp | undefined, event: ChangeEvent): Located | undefined {
  const text = decoded(raw);
  const match = wanted?.exec(text);
  if (match === null) return undefined;
  const picked = match?.[1] ?? text;
  const owner = ownerOf(text);
  // AWS's own things belong to no account.
  if (picked === '' || owner === 'aws') return undefined;
  const { accountId, region } = owner;
  const located: { text: string; accountId?: string; region?: string } = { text: picked };
  if (accountId !== undefined && accountId !== event.accountId) located.accountId = accountId;
  if (region !== undefined && region !== event.region) located.region = region;
  return located;
}

/** ARNs that were part of a path are still encoded. */
function decoded(text: string): string {
  if (text.charCodeAt(3) !== PERCENT || !/^arn%3a/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
