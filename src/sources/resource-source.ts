import type { Observable } from 'rxjs';
import type { Scope, ScopeEnd } from '../model/scope.js';

/** One resource as a page of a listing showed it. */
export interface ListedResource {
  readonly identifier: string;
  /** Region of the resource where it is not the scope's (S3 buckets of an account-wide listing). */
  readonly region?: string;
  /** The line that JQ is given; see PresentObservation.body. Absent where only a read gives a body. */
  readonly body?: string;
}

/** One page of a listing. */
export interface Page {
  readonly resources: readonly ListedResource[];
  /** Size of the page in bytes as JQ lines, for credits. */
  readonly bytes: number;
}

/** Asks for the right to fetch one page or resource; the pipeline's credits, slots and clock behind it. */
export interface FetchPermit {
  /** Start of the request on the persisted monotonic counter. */
  readonly startedAt: number;
  /** Tells what really came (0, 0 where the request failed or gave nothing): settles the difference to what was reserved and frees the slot. Call exactly once. */
  received(observations: number, bytes: number): void;
}

/**
 * Gives permits; resolves when credits and a fetch slot are free. Rejects with an AbortError when
 * stopped. IMPORTANT: ask inside the quota's job, right before an attempt is sent, and call
 * `received` when that attempt ends (0, 0 when it failed or was throttled): what waits for a quota or
 * backs off must hold neither slot nor credits, or one slow account would block all others.
 */
export type AcquirePermit = (kind: string, unit: 'page' | 'read') => Promise<FetchPermit>;

/**
 * What a read found, and the tick of the permit of the attempt that found it. The permit was told
 * (1, body length) for `present` and `absent` alike: an absent observation holds a credit too. A read
 * that proves nothing throws an AwsError instead.
 */
export type ReadResult =
  | {
      readonly state: 'present';
      readonly body: string;
      readonly region?: string;
      readonly startedAt: number;
    }
  | { readonly state: 'absent'; readonly startedAt: number };

/** How a read goes about it. */
export interface ReadOptions {
  /** It goes before the fetches of a resync where both wait for one quota. Default false. */
  readonly live?: boolean;
  /** Ends the read, also while it waits: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Finds the scopes of a family: of a kind that AWS lists a parent at a time, in one account and region.
 * `take` is handed the scopes of each page of parents, and the next page is asked for once it is done.
 * Resolves when all parents are known; rejects with an AwsError where not all could be listed. The
 * permits bring no observations, and are told so.
 */
export type WalkScopes = (
  family: Scope,
  acquire: AcquirePermit,
  signal: AbortSignal,
  take: (scopes: readonly Scope[]) => Promise<void>,
) => Promise<void>;

/** Lists and reads the resources of a kind (a special kind's file, or the generic Cloud Control one). */
export interface ResourceSource {
  /**
   * Lists a scope, page by page: each page is emitted with its permit (whose `received` the source has
   * called already). Completes when the listing is whole; errors with an AwsError where it is not
   * (retries and quota are behind it). Unsubscribing stops it before its next call.
   */
  list(scope: Scope, acquire: AcquirePermit): Observable<{ page: Page; startedAt: number }>;
  /** Reads one resource (`region`: its own). Asks for a permit before each attempt, as `list` does. Throws an AwsError where the answer proves nothing; code `unreadable` where the kind has no read. */
  read(
    scope: Scope,
    identifier: string,
    region: string,
    acquire: AcquirePermit,
    options?: ReadOptions,
  ): Promise<ReadResult>;
  /** Whether `read` can be asked at all. */
  readonly readable: boolean;
  /** Present where the kind is listed a parent at a time: `list` then wants scopes with a parent. */
  readonly walkScopes?: WalkScopes;
}

/** How a scope came to be; discovery emits these as it finds them. */
export type DiscoveredScope =
  | { readonly type: 'scope'; readonly scope: Scope }
  /** A scope that cannot be listed: known not to be offered, or its account or region could not be discovered. */
  | { readonly type: 'ended'; readonly scope: Scope; readonly end: ScopeEnd };
