import type { KindConfig, RegionPolicy } from '../config/pipeline.js';
import { globMatcher } from './glob.js';

const matchers = new WeakMap<RegionPolicy, (region: string) => boolean>();

/** Whether a policy lets a region through: not denied, and allowed by name or because `allow` is empty. */
export function regionAllowed(policy: RegionPolicy, region: string): boolean {
  let matcher = matchers.get(policy);
  if (matcher === undefined) {
    const denied = globMatcher(policy.deny);
    const allowed = policy.allow.length === 0 ? () => true : globMatcher(policy.allow);
    matcher = (name) => !denied(name) && allowed(name);
    matchers.set(policy, matcher);
  }
  return matcher(region);
}

/**
 * Whether a kind is listed in a region: any of its mappings lets it through. Which of them map the
 * resources found there is decided a mapping at a time.
 */
export function kindAllowed(kind: KindConfig, region: string): boolean {
  return kind.mappings.some((mapping) => regionAllowed(mapping.regionPolicy, region));
}
