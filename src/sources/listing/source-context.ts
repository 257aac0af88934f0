import type { LRUCache } from 'lru-cache';
import type { Aws } from '../../aws/aws.js';
import type { CallTarget, Send } from '../../aws/call.js';
import type { AccountDirectory } from '../account-directory.js';

/** What the sources share. */
export interface SourceContext {
  readonly aws: Aws;
  readonly directory: AccountDirectory;
  /** Kinds that answered UnsupportedAction to a read; forgotten after a while, because AWS adds handlers. */
  readonly unreadable: LRUCache<string, true>;
  /** Regions of buckets as they were last found, by account and name: a hint that saves looking for them again. */
  readonly bucketRegions: LRUCache<string, string>;
  /** The retrying call, which also tells a region that was opted out of from a refusal of credentials. */
  call<T>(target: CallTarget, send: Send<T>): Promise<T>;
}
