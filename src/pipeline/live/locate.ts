import type { Receipt, Signal } from '../../flow/signal.js';
import { doubtsOf, inParts } from '../../flow/signal.js';
import { kindFacts } from '../../catalog/catalog.js';
import { isFamily, parentInIdentifier } from '../../catalog/parents/parents.js';
import { AwsError } from '../../errors/aws-error.js';
import type { ChangeEvent } from '../../model/change-event.js';
import type { ChangeTarget, Expectation } from '../../model/change-target.js';
import { GLOBAL, encodeResourceKey } from '../../model/resource-key.js';
import type { ResourceKey } from '../../model/resource-key.js';
import type { Scope } from '../../model/scope.js';
import { decodeScope, encodeScope } from '../../model/scope.js';
import type { AccountDirectory } from '../../sources/account-directory.js';
import { S3_BUCKET } from '../../sources/special-kinds.js';
import type { Parts } from '../parts.js';
import { isWanted } from '../wanted.js';

/** What an event comes down to: resources to be read, and scopes to be listed. */
export interface Located {
  readonly signals: readonly Signal[];
  readonly scopes: readonly Scope[];
}

export interface LocateContext {
  readonly parts: Parts;
  readonly directory: Pick<AccountDirectory, 'enabledRegions' | 'has'>;
  /** How long a read that contradicts its event is repeated, in ms. */
  readonly settleForMs: number;
}

/**
 * Finds the resources that an event's targets are about: a target's region, names that the index knows
 * the identifier of, and a bucket's own region. What cannot be found that way is a scope to be listed.
 */
export async function locate(
  event: ChangeEvent,
  targets: readonly ChangeTarget[],
  receipt: Receipt,
  context: LocateContext,
): Promise<Located> {
  const keys = new Map<string, { key: ResourceKey; scope: Scope; expects: Expectation }>();
  const scopes = new Map<string, Scope>();
  for (const target of targets) {
    const scope = scopeOf(event, target);
    const isOurs = scope.accountId === event.accountId || context.directory.has(scope.accountId);
    if (!isOurs || !isWanted(context.parts, scope.kind, scope.region)) continue;
    const found = await identifiersOf(target, scope, context);
    if (found.length === 0) scopes.set(encodeScope(scope), scope);
    for (const { identifier, region } of found) {
      const key = { kind: scope.kind, accountId: scope.accountId, region, identifier };
      const expects = target.type === 'scope' ? 'any' : target.expects;
      keys.set(encodeResourceKey(key), { key, scope: scopeBelow(scope, key, context), expects });
    }
  }
  const part = inParts(keys.size, receipt);
  const until = Date.now() + context.settleForMs;
  return {
    signals: Array.from(keys.values(), ({ key, scope, expects }) => ({
      id: encodeResourceKey({ ...key, region: scope.region }),
      key,
      scope,
      doubts: doubtsOf(expects),
      at: event.at,
      until,
      looks: 0,
      failed: 0,
      unproven: 0,
      receipts: [part],
    })),
    scopes: [...scopes.values()],
  };
}

/** A call may be about a resource of another account or region: then the target says so. */
function scopeOf(event: ChangeEvent, target: ChangeTarget): Scope {
  const { kind } = target;
  const { accountId = event.accountId, region = event.region } =
    target.type === 'scope' ? {} : target;
  return { kind, accountId, region: kindFacts(kind).global ? GLOBAL : region };
}

/**
 * The scope of a resource whose kind is listed a parent at a time: as the index knows it, else as its
 * identifier tells it. Where neither does, the next listing of its parent says so.
 */
function scopeBelow(scope: Scope, key: ResourceKey, { parts }: LocateContext): Scope {
  if (!isFamily(scope.kind)) return scope;
  const known = parts.state.index.get(encodeResourceKey(key));
  if (known !== undefined) return decodeScope(known.scope);
  const parent = parentInIdentifier(scope.kind, key.identifier);
  return parent === undefined ? scope : { ...scope, parent };
}

interface Found {
  readonly identifier: string;
  readonly region: string;
}

async function identifiersOf(
  target: ChangeTarget,
  scope: Scope,
  context: LocateContext,
): Promise<readonly Found[]> {
  if (target.type === 'scope') return [];
  if (target.type === 'named') {
    const { index } = context.parts.state;
    return target.prefixes.flatMap((prefix) =>
      Array.from(index.scan(encodeResourceKey({ ...scope, identifier: prefix })), ([id]) => ({
        identifier: id.slice(encodeResourceKey({ ...scope, identifier: '' }).length),
        region: scope.region,
      })),
    );
  }
  const { identifier } = target;
  const region =
    scope.kind === S3_BUCKET ? await bucketRegion(scope, identifier, context) : scope.region;
  return [{ identifier, region }];
}

/** The account's regions; none where they can't be asked: the read then looks for the bucket itself. */
async function regionsOf(
  directory: LocateContext['directory'],
  accountId: string,
): Promise<readonly string[]> {
  try {
    return await directory.enabledRegions(accountId);
  } catch (error) {
    if (error instanceof AwsError) return [];
    throw error;
  }
}

/** The region under which the index knows a bucket; `global` where it knows it under none. */
async function bucketRegion(
  scope: Scope,
  identifier: string,
  { parts, directory }: LocateContext,
): Promise<string> {
  for (const region of await regionsOf(directory, scope.accountId)) {
    const key = { kind: scope.kind, accountId: scope.accountId, region, identifier };
    if (parts.state.index.get(encodeResourceKey(key)) !== undefined) return region;
  }
  return GLOBAL;
}
