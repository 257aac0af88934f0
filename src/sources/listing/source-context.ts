import type { LRUCache } from 'lru-cache';
import type { Aws } from '../../aws/aws.js';
import type { CallTarget, Send } from '../../aws/call.js';
import type { AccountDirectory } from '../account-directory.js';
import type { AccountFacts } from '../account-facts.js';

/** What the sources share. */
export interface SourceContext {
  readonly aws: Aws;
  readonly directory: AccountDirectory;
  readonly facts: Pick<AccountFacts, 'of'>;
  /** Kinds that answered UnsupportedAction to a read; forgotten after a while, because AWS adds handlers. */
  readonly unreadable: LRUCache<string, true>;
  /** Kinds that AWS lists only with a ResourceModel nobody knows, and what it said; forgotten after a while. */
  readonly needModel: LRUCache<string, string>;
  /** ResourceModels by encoded scope, as far as listings of parents told them: a hint that saves reading the parent. */
  readonly models: LRUCache<string, string>;
  /** Regions of buckets as they were last found, by account and name: a hint that saves looking for them again. */
  readonly bucketRegions: LRUCache<string, string>;
  /** The retrying call, which also tells a region that was opted out of from a refusal of credentials. */
  call<T>(target: CallTarget, send: Send<T>): Promise<T>;
}
