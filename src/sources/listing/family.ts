import { mainRegionOf } from '../../aws/partition.js';
import type { ListInputs, ValueInputs } from '../../catalog/parents/list-inputs.js';
import { isFamily, listInputs } from '../../catalog/parents/parents.js';
import type { Scope } from '../../model/scope.js';
import type { AcquirePermit, WalkScopes } from '../resource-source.js';
import { CloudControlSource } from './cloud-control.js';
import { parentScope, rememberModel } from './listing-model.js';
import type { SourceContext } from './source-context.js';
import { withoutCredit } from './without-credit.js';

/**
 * A kind of Cloud Control that is listed a parent at a time. Its parents are listed whether the pipeline
 * maps them or not, and where parents have parents, those first. Of a parent only the identifier is
 * kept, and what its children's listing needs besides.
 */
export class FamilySource extends CloudControlSource {
  readonly walkScopes: WalkScopes;

  constructor(context: SourceContext, kind: string) {
    super(context, kind);
    this.walkScopes = (family, acquire, signal, take) =>
      walkFamily(context, family, acquire, signal, take);
  }
}

async function walkFamily(
  context: SourceContext,
  family: Scope,
  acquire: AcquirePermit,
  signal: AbortSignal,
  take: (scopes: readonly Scope[]) => Promise<void>,
): Promise<void> {
  const inputs = listInputs(family.kind);
  if (inputs?.type === 'values') {
    await take(valuesIn(context, family, inputs).map((parent) => ({ ...family, parent })));
    return;
  }
  const kind = parentKind(family, inputs);
  const parents = parentScope(family, kind);
  const source = new CloudControlSource(context, kind);
  const listParents = (scope: Scope): Promise<void> =>
    source.walk(scope, withoutCredit(acquire), signal, async ({ page }) => {
      const scopes = page.resources.map((resource) => {
        const child = { ...family, parent: resource.identifier };
        rememberModel(context, child, resource);
        return child;
      });
      if (scopes.length > 0) await take(scopes);
    });
  if (!isFamily(kind)) {
    await listParents(parents);
    return;
  }
  await walkFamily(context, parents, acquire, signal, async (scopes) => {
    for (const scope of scopes) await listParents(scope);
  });
}

function parentKind({ kind }: Scope, inputs: ListInputs | undefined): string {
  if (inputs?.type === 'parent') return inputs.parent;
  throw new TypeError(`${kind} has no parents`);
}

function valuesIn(
  { directory }: SourceContext,
  { accountId, region }: Scope,
  { values, mainRegionOnly = [] }: ValueInputs,
): readonly string[] {
  const main = mainRegionOf(directory.account(accountId).partition);
  return values.filter((value) => region === main || !mainRegionOnly.includes(value));
}
