import type { ChangeEvent } from '../../../../src/model/change-event.js';
import type { ChangeTarget } from '../../../../src/model/change-target.js';

/** Short for a CloudTrail record's `requestParameters` and `responseElements`; other keys are its own. */
export type Detail = Readonly<Record<string, unknown>> & {
  readonly RP?: unknown;
  readonly RE?: unknown;
};

/**
 * An event, told by a source without `.amazonaws.com`, and all its targets as `tell` words them, in
 * order, for a pipeline of every kind that the table knows.
 */
export type RouteCase = readonly [
  source: string,
  name: string,
  detail: Detail,
  targets: readonly string[],
];

export function eventOf(source: string, name: string, { RP, RE, ...rest }: Detail): ChangeEvent {
  return {
    id: 'e-1',
    source: source.startsWith('aws.') ? source : `${source}.amazonaws.com`,
    name,
    accountId: '111122223333',
    region: 'eu-west-1',
    at: 0,
    detail: {
      ...(RP !== undefined && { requestParameters: RP }),
      ...(RE !== undefined && { responseElements: RE }),
      ...rest,
    },
  };
}

/** `EC2::Instance = i-1 present`, `EC2::EIP ~ 198.51.100.1| absent` for beginnings, `EC2::Volume ?` for a scope. */
export function tell(target: ChangeTarget): string {
  const kind = target.kind.replace('AWS::', '');
  if (target.type === 'scope') return `${kind} ?`;
  const what =
    target.type === 'named' ? `~ ${target.prefixes.join(', ')}` : `= ${target.identifier}`;
  const where = [target.accountId, target.region].filter((one) => one !== undefined);
  return [kind, what, target.expects, ...where.map((one) => `in ${one}`)].join(' ');
}
