import type { Failure } from '../model/summary.js';
import type { DiscoveredScope } from './resource-source.js';

/** One account of the pipeline. */
export interface Account {
  readonly id: string;
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  readonly partition: string;
  readonly name?: string;
  readonly email?: string;
  /** Role to assume; absent for the caller's own account. */
  readonly roleArn?: string;
  readonly externalId?: string;
}

/**
 * What discovery found in the end: the base for telling that an account or region left the pipeline.
 * Nothing may be concluded from what is not complete.
 */
export interface Discovered {
  /** Every account was found without error, and at least one was. */
  readonly accountsComplete: boolean;
  /** By account id; `regions` is absent where that account's regions could not be listed. */
  readonly accounts: ReadonlyMap<
    string,
    { readonly account: Account; readonly regions?: ReadonlySet<string> }
  >;
  readonly failures: readonly Failure[];
}

/** Discovery as a stream: accounts and scopes as they are found, then what was found in all. */
export type DiscoveryEvent =
  | { readonly type: 'account'; readonly account: Account }
  | DiscoveredScope
  | { readonly type: 'discovered'; readonly discovered: Discovered };
