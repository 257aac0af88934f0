import { kindFacts } from '../../catalog/catalog.js';
import { isFamily, listInputs } from '../../catalog/parents/parents.js';
import { modelOfIdentifier, modelOfProperties } from '../../catalog/parents/resource-model.js';
import { AwsError } from '../../errors/aws-error.js';
import { GLOBAL } from '../../model/resource-key.js';
import { encodeScope } from '../../model/scope.js';
import type { Scope } from '../../model/scope.js';
import type { ListedResource, ReadResult } from '../resource-source.js';
import type { SourceContext } from './source-context.js';

/** The ResourceModel of a scope's listing; `absent` where the parent is no more, and its children with it. */
export type ListingModel =
  { readonly state: 'known'; readonly model: string | undefined } | { readonly state: 'absent' };

const NOTHING_NEEDED: ListingModel = { state: 'known', model: undefined };

/**
 * The ResourceModel that a scope is listed with. Where the parent's identifier does not tell it, the
 * parent is read, unless the listing that found it told enough (see {@link rememberModel}).
 */
export async function listingModel(
  context: SourceContext,
  scope: Scope,
  readParent: (parent: Scope, identifier: string) => Promise<ReadResult>,
): Promise<ListingModel> {
  const { kind, accountId, parent } = scope;
  const inputs = listInputs(kind);
  if (inputs === undefined) return NOTHING_NEEDED;
  if (isFamily(kind) && parent === undefined) {
    throw refusal(scope, 'aws.parent-missing', `${kind} is listed a parent at a time`);
  }
  const model =
    modelOfIdentifier(kind, accountId, parent) ?? context.models.get(encodeScope(scope));
  if (model !== undefined || inputs.type !== 'parent') return { state: 'known', model };
  const read = await readParent(parentScope(scope, inputs.parent), parent ?? '');
  if (read.state === 'absent') return { state: 'absent' };
  const told = modelOfProperties(inputs, propertiesOf(read.body));
  if (told === undefined) {
    const wanted = inputs.fills.map(({ from }) => from).join(', ');
    throw refusal(
      scope,
      'aws.parent-untold',
      `${kind} cannot be listed below ${parent}: the ${inputs.parent} does not tell ${wanted}`,
    );
  }
  context.models.set(encodeScope(scope), told);
  return { state: 'known', model: told };
}

/** Remembers what a listing of parents told of the model of a child's scope: it saves reading the parent. */
export function rememberModel(
  context: SourceContext,
  scope: Scope,
  { body }: ListedResource,
): void {
  const { kind, accountId, parent } = scope;
  if (body === undefined || modelOfIdentifier(kind, accountId, parent) !== undefined) return;
  const told = modelOfProperties(listInputs(kind), propertiesOf(body));
  if (told !== undefined) context.models.set(encodeScope(scope), told);
}

/** The account and region in which the parents of a scope's kind are. */
export function parentScope({ accountId, region }: Scope, parent: string): Scope {
  return { kind: parent, accountId, region: kindFacts(parent).global ? GLOBAL : region };
}

function propertiesOf(body: string): Readonly<Record<string, unknown>> {
  const { Properties: properties } = JSON.parse(body) as { readonly Properties?: unknown };
  return typeof properties === 'object' && properties !== null
    ? (properties as Readonly<Record<string, unknown>>)
    : {};
}

function refusal({ accountId, region }: Scope, code: string, message: string): AwsError {
  return new AwsError(message, {
    code,
    errorClass: 'failed',
    operation: 'ListResources',
    accountId,
    region,
  });
}
