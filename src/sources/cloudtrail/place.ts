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

type Step = string | typeof EACH;

const EACH = Symbol('each item');
const NOTHING: Finding = { found: [], other: false };
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
  const [root = '', ...steps] = stepsOf(path);
  const wanted = pattern === undefined ? undefined : new RegExp(pattern);
  return (event) => {
    const texts = textsAt(rootOf(event, root), steps, 0);
    if (texts.length === 0) return NOTHING;
    const found = texts.flatMap((text) => pick(text, wanted, event));
    return { found, other: found.length < texts.length };
  };
}

function stepsOf(path: string): readonly Step[] {
  return path
    .split('.')
    .flatMap((part): Step[] => (part.endsWith('[]') ? [part.slice(0, -2), EACH] : [part]));
}

/**
 * Newer calls of EC2 wrap what they were asked and what they answered in a name of their own:
 * `{"CreateNatGatewayRequest": {"SubnetId": …}}`.
 */
function rootOf({ detail, name }: ChangeEvent, root: Step): unknown {
  if (root === 'RP') return unwrapped(detail['requestParameters'], `${name}Request`);
  if (root === 'RE') return unwrapped(detail['responseElements'], `${name}Response`);
  return typeof root === 'string' ? detail[root] : undefined;
}

function unwrapped(value: unknown, wrapper: string): unknown {
  return fieldOf(value, wrapper) ?? value;
}

function textsAt(value: unknown, steps: readonly Step[], from: number): readonly string[] {
  const step = steps[from];
  if (step === undefined) return isIdentifier(value) ? [value] : [];
  if (step === EACH) {
    // A list of one is mostly written as the one where the service answers in XML.
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return items.flatMap((item) => textsAt(item, steps, from + 1));
  }

  const member =
    fieldOf(value, step) ?? fieldOf(value, step.charAt(0).toUpperCase() + step.slice(1));
  return member === undefined ? [] : textsAt(member, steps, from + 1);
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST;
}

function pick(raw: string, wanted: RegExp | undefined, event: ChangeEvent): readonly Located[] {
  const text = decoded(raw);
  const match = wanted?.exec(text);
  if (match === null) return [];
  const owner = ownerOf(text);
  // AWS's own things belong to no account.
  if (owner === 'aws') return [];
  const picked = match?.[1] ?? text;
  if (picked === '') return [];
  return [
    {
      text: picked,
      ...(owner.accountId !== undefined &&
        owner.accountId !== event.accountId && { accountId: owner.accountId }),
      ...(owner.region !== undefined && owner.region !== event.region && { region: owner.region }),
    },
  ];
}

/** ARNs that were part of a path are still encoded. */
function decoded(text: string): string {
  if (!/^arn%3a/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
