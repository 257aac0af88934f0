import { typeFacts } from '../../catalog/catalog.js';
import type { DerivedEvent, TypeEvents } from '../../catalog/type-events.js';
import type { ChangeEvent } from '../../model/change-event.js';
import type { ChangeTarget, Expectation } from '../../model/change-target.js';
import { compilePlace } from './place.js';
import type { Look } from './place.js';

/** What a guess comes to: these, or that the kind's scope is to be listed, or that it is of something else. */
export type Guess = (event: ChangeEvent) => readonly ChangeTarget[] | 'untold' | 'other';

/** Where calls that tag name what they tag. */
const TAGGED = ['resourceArn', 'resourceARN', 'resource', 'arn', 'resourceName', 'resourceId'].map(
  (name) => compilePlace(`RP.${name} ~ ^arn:.*`),
);
const TAGS = /^(?:Untag|Tag|AddTags|RemoveTags|CreateTags|DeleteTags)/;

/** How a kind without a row is told of by an event that its own handlers would cause. */
export function guessOf(type: TypeEvents, name: string): Guess {
  const facts = typeFacts(type.kind);
  const identifier = facts?.identifier ?? [];
  if (TAGS.test(name)) return guessTagged(type.kind, identifier);
  const [events, expects] = eventsOf(type, name);
  const looks = events
    .filter(({ paths }) => paths.length === identifier.length)
    .map(({ paths }) => compileParts(paths, identifier));
  return (event) => {
    for (const look of looks) {
      const { found } = look(event);
      if (found.length > 0) {
        return found.map(({ text, ...where }) => ({
          type: 'resource',
          kind: type.kind,
          identifier: text,
          expects,
          ...where,
        }));
      }
    }
    return 'untold';
  };
}

/** What changes a resource mostly names it as what deletes it does. */
function eventsOf(type: TypeEvents, name: string): [readonly DerivedEvent[], Expectation] {
  const created = type.create === undefined ? [] : [type.create];
  const deleted = type.delete === undefined ? [] : [type.delete];
  if (type.create?.name === name) return [[...created, ...deleted], 'present'];
  if (type.delete?.name === name) return [deleted, 'absent'];
  return [[...deleted, ...created], 'present'];
}

/** Each part at its path, or at the same name without what stands around it, which CloudTrail leaves out. */
function compileParts(paths: readonly string[], identifier: readonly string[]): Look {
  const parts = paths.map((path, at) => {
    const last = path.split('.').at(-1)!;
    // An identifier is an ARN exactly where its name says so; `Id` alone may be anything.
    const property = identifier[at]!;
    const form = /arn$/i.test(property) ? ' ~ ^arn:.*' : property === 'Id' ? '' : ' ~ ^(?!arn:).*';
    const looks = [path, `RE.${last}`, `RP.${last}`].map((one) => compilePlace(rooted(one) + form));
    return (event: ChangeEvent) =>
      looks.map((look) => look(event)).find(({ found }) => found.length > 0)?.found ?? [];
  });
  return (event) => {
    const values = parts.map((part) => part(event));
    if (values.length === 1) return { found: values[0]!, other: false };
    // Of several parts each must be one, or nobody knows which belong together.
    if (values.some(({ length }) => length !== 1)) return { found: [], other: false };
    const where = values.map(([value]) => value!);
    return {
      found: [Object.assign({}, ...where, { text: where.map(({ text }) => text).join('|') })],
      other: false,
    };
  };
}

function rooted(path: string): string {
  return path.replace(/^requestParameters\./, 'RP.').replace(/^responseElements\./, 'RE.');
}

/** The resource that an ARN is of shows in the word before its name: `…:workgroup/primary`. */
function guessTagged(kind: string, identifier: readonly string[]): Guess {
  const word = kind.split('::')[2]!.toLowerCase();
  const isArn = identifier.length === 1 && /arn$/i.test(identifier[0]!);
  return (event) => {
    const arn = TAGGED.map((look) => look(event)).find(({ found }) => found.length > 0)?.found[0];
    if (arn === undefined) return 'untold';
    const words = arn.text.split(/[:/]/).slice(5, -1);
    if (!words.some((one) => one.toLowerCase().replaceAll('-', '') === word)) return 'other';
    if (!isArn) return 'untold';
    const { text, ...where } = arn;
    return [{ type: 'resource', kind, identifier: text, expects: 'present', ...where }];
  };
}
