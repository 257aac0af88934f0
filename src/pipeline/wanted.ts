import { GLOBAL } from '../model/resource-key.js';
import { kindAllowed, regionAllowed } from '../sources/region-policy.js';
import type { Parts } from './parts.js';

/**
 * Whether the pipeline wants resources of a kind in a region: an account-wide listing names resources
 * of all regions, and the retry table may name what an earlier pipeline wanted.
 */
export function isWanted(parts: Parts, kind: string, region: string): boolean {
  const config = parts.programs.kind(kind);
  if (config === undefined) return false;
  if (region === GLOBAL) return true;
  return regionAllowed(parts.pipeline.aws.regions, region) && kindAllowed(config, region);
}

/** Name of a resource within a scope's seen set. */
export function seenName(region: string, identifier: string): string {
  return `${region}\u0001${identifier}`;
}
