import type { ChangeEvent } from '../../model/change-event.js';

/**
 * Finds what an event is about. Undefined where the event does not tell; an empty list where it tells
 * of something else.
 */
export type Find = (event: ChangeEvent) => readonly string[] | undefined;

/** Longer forms of the names that paths begin with. */
const ROOTS: Readonly<Record<string, string>> = {
  RP: 'requestParameters',
  RE: 'responseElements',
};

/**
 * The texts at the first of some paths that holds any. `RP` and `RE` stand for `requestParameters` and
 * `responseElements`, `[]` for every item of a list: `RE.instancesSet.items[].instanceId`.
 */
export function at(...paths: readonly string[]): Find {
  const steps = paths.map(stepsOf);
  return (event) => {
    for (const path of steps) {
      const found = textsAt(event.detail, path, 0);
      if (found.length > 0) return found;
    }
    return undefined;
  };
}

/** What stands behind the last `/` or `:` of each text: the name in an ARN. */
export function tail(find: Find, separators = /[/:]/): Find {
  return mapped(find, (text) => text.split(separators).at(-1) ?? text);
}

/** Only the texts that match; with a group, the group. Texts that do not match are of something else. */
export function only(find: Find, pattern: RegExp): Find {
  return (event) =>
    find(event)?.flatMap((text) => {
      const match = pattern.exec(text);
      return match === null ? [] : [match[1] ?? match[0]];
    });
}

/** An ARN made of each text; `{}` stands for it. Texts that are ARNs already stay. */
export function arn(service: string, resource: string, find: Find): Find {
  return (event) =>
    find(event)?.map((text) =>
      text.startsWith('arn:')
        ? text
        : `arn:${partitionOf(event.region)}:${service}:${event.region}:${event.accountId}:${resource.replace('{}', text)}`,
    );
}

/** Texts of several finds joined with `|`, as Cloud Control joins the parts of an identifier. */
export function joined(...finds: readonly Find[]): Find {
  return (event) => {
    const parts = finds.map((find) => find(event));
    if (parts.some((part) => part === undefined || part.length === 0)) return undefined;
    const count = Math.max(...parts.map((part) => part!.length));
    return Array.from({ length: count }, (_, index) =>
      parts.map((part) => part![Math.min(index, part!.length - 1)]).join('|'),
    );
  };
}

/** The first find that tells. */
export function either(...finds: readonly Find[]): Find {
  return (event) => {
    for (const find of finds) {
      const found = find(event);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** Each text changed. */
export function mapped(find: Find, change: (text: string, event: ChangeEvent) => string): Find {
  return (event) => find(event)?.map((text) => change(text, event));
}

/** From the AWS documentation on ARNs: regions of China and GovCloud have partitions of their own. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

function stepsOf(path: string): readonly string[] {
  const [root = '', ...rest] = path.replaceAll('[]', '.[]').split('.');
  return [ROOTS[root] ?? root, ...rest];
}

function textsAt(value: unknown, steps: readonly string[], from: number): readonly string[] {
  const step = steps[from];
  if (step === undefined) return typeof value === 'string' && value !== '' ? [value] : [];
  if (step === '[]') {
    return Array.isArray(value) ? value.flatMap((item) => textsAt(item, steps, from + 1)) : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return textsAt((value as Record<string, unknown>)[step], steps, from + 1);
}
