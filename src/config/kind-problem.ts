import { suggestTypes, typeFacts } from '../catalog/catalog.js';
import { unknownInputs } from '../catalog/parents/parents.js';
import { OCEAN_SPECIAL_KINDS } from '../catalog/special-kinds.js';
import type { Problem } from './problem.js';

type KindProblem = Omit<Problem, 'position'>;

/** `Organization::Service::Type`, as CloudFormation names types; modules have a fourth part. */
const TYPE_NAME = /^[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}(::MODULE)?$/;

/**
 * What is wrong with a kind: not a type name, an AWS type nobody knows, or one that this version
 * cannot list. Types of other organizations are taken as they are, since only the user's account
 * knows them.
 */
export function kindProblem(kind: string): KindProblem | undefined {
  if (OCEAN_SPECIAL_KINDS.includes(kind)) return undefined;
  if (!TYPE_NAME.test(kind)) {
    return { ...unknown(kind), expected: 'a CloudFormation type such as AWS::S3::Bucket' };
  }
  const facts = typeFacts(kind);
  if (facts === undefined) {
    if (!/^aws::/i.test(kind)) return undefined;
    return unknown(kind);
  }
  if (!facts.listable) {
    return {
      code: 'config.unlistable-kind',
      what: `AWS cannot list ${kind}`,
      expected: 'a kind that Cloud Control lists',
      hint: 'see `sluice kinds` for those it can',
    };
  }
  const unknownOnes = unknownInputs(kind);
  if (unknownOnes.length > 0) {
    return {
      code: 'config.unsupported',
      what: `AWS lists ${kind} only by its ${unknownOnes.join(' and ')}, and nothing that can be listed tells all that there are`,
      expected: 'a kind that AWS lists whole, or below a parent that Sluice knows',
      hint: 'remove it from the resources; `sluice kinds` shows those that can be listed, and their parents',
    };
  }
  return undefined;
}

function unknown(kind: string): KindProblem {
  const near = suggestTypes(kind);
  return {
    code: 'config.unknown-kind',
    what: `unknown kind ${JSON.stringify(kind)}`,
    hint:
      near.length > 0
        ? `did you mean ${near.join(', ')}?`
        : 'see `sluice kinds` for all that there are',
  };
}
