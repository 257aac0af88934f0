import { from, lastValueFrom, mergeMap, toArray } from 'rxjs';
import type { Observable } from 'rxjs';
import { AwsError } from '../../errors/aws-error.js';
import { GLOBAL } from '../../model/resource-key.js';
import type { Scope } from '../../model/scope.js';
import { fromWalk } from '../from-walk.js';
import type {
  AcquirePermit,
  ListedResource,
  ReadOptions,
  ReadResult,
  ResourceSource,
} from '../resource-source.js';
import { S3_BUCKET } from '../special-kinds.js';
import {
  listedBucketRegions,
  probeRegions,
  regionInProperties,
  type Whereabouts,
} from './bucket-regions.js';
import { CloudControlSource, type ListedPage } from './cloud-control.js';
import { HeldPermit } from './held-permit.js';
import type { SourceContext } from './source-context.js';

/**
 * How Cloud Control hands on S3's answer for a bucket of another region: S3's code or its text for
 * status 301, or a signature for the wrong region.
 */
const ELSEWHERE =
  /PermanentRedirect|must be addressed using the specified endpoint|Status Code: 301|AuthorizationHeaderMalformed|IllegalLocationConstraint/i;

/** Buckets of a page that are looked for at once; the account's quotas bound them too. */
const LOOKUPS = 8;

/** A look for a bucket's region brings no observation: its quota bounds it, and it takes no credit. */
const FREE: AcquirePermit = () =>
  Promise.resolve({ startedAt: Number.NaN, received: () => undefined });

/**
 * Buckets: any region lists those of all, a read is answered only by the bucket's own, and that is the
 * region of its resource. The listing finds it in the properties, else by one s3:ListBuckets, else by
 * asking region by region, and gives no bodies: what Cloud Control lists of a bucket is its name.
 */
export class S3BucketSource implements ResourceSource {
  readonly #context: SourceContext;
  readonly #cloudControl: CloudControlSource;

  constructor(context: SourceContext) {
    this.#context = context;
    this.#cloudControl = new CloudControlSource(context, S3_BUCKET);
  }

  get readable(): boolean {
    return this.#cloudControl.readable;
  }

  list(scope: Scope, acquire: AcquirePermit): Observable<ListedPage> {
    return fromWalk((emit, signal) => this.#walk(scope, acquire, signal, emit));
  }

  async #walk(
    scope: Scope,
    acquire: AcquirePermit,
    signal: AbortSignal,
    emit: (page: ListedPage) => void,
  ): Promise<void> {
    let regions: Promise<ReadonlyMap<string, string> | undefined> | undefined;
    const listed = (): Promise<ReadonlyMap<string, string> | undefined> =>
      (regions ??= listedBucketRegions(this.#context, scope.accountId));
    await this.#cloudControl.walk(scope, acquire, signal, async ({ page, startedAt }) => {
      const located = from(page.resources).pipe(
        mergeMap((resource) => this.#locate(scope, resource, listed), LOOKUPS),
        toArray(),
      );
      // As many as the page's permit was told of: what is gone by now is found absent by its read.
      const resources = await lastValueFrom(located, { defaultValue: [] });
      if (!signal.aborted) emit({ page: { resources, bytes: page.bytes }, startedAt });
    });
  }

  async read(
    scope: Scope,
    identifier: string,
    region: string,
    acquire: AcquirePermit,
    options?: ReadOptions,
  ): Promise<ReadResult> {
    const held = new HeldPermit(acquire);
    try {
      const answer =
        region === GLOBAL
          ? undefined
          : await this.#readIn(scope, identifier, region, held.acquire, options);
      if (answer?.state === 'present') return { ...answer, region };
      // Only that no region holds it means that it is gone: it may have been made anew elsewhere.
      const where = await this.#find(scope, identifier, region, options);
      if (where.state === 'unknown') throw where.reason;
      if (where.state === 'nowhere') return await this.#absent(scope, identifier, held, options);
      held.giveBack();
      const found = await this.#cloudControl.readIn(
        scope,
        identifier,
        where.region,
        acquire,
        options,
      );
      return found.state === 'present' ? { ...found, region: where.region } : found;
    } finally {
      held.giveBack();
    }
  }

  /** Absent, under the permit of the read that said so; where no region was named, under one of its own. */
  async #absent(
    scope: Scope,
    identifier: string,
    held: HeldPermit,
    options: ReadOptions | undefined,
  ): Promise<ReadResult> {
    const startedAt = held.settle();
    if (startedAt !== undefined) return { state: 'absent', startedAt };
    const region = await this.#cloudControl.regionOf({ ...scope, region: GLOBAL });
    const answer = await this.#readIn(scope, identifier, region, held.acquire, options);
    const settled = held.settle();
    if (answer?.state === 'absent' && settled !== undefined)
      return { state: 'absent', startedAt: settled };
    throw new AwsError(`bucket ${identifier} was found in no enabled region, and yet S3 knows it`, {
      code: 'aws.bucket-elsewhere',
      errorClass: 'failed',
      operation: 'GetResource',
      accountId: scope.accountId,
      region,
    });
  }

  async #find(
    scope: Scope,
    identifier: string,
    asked: string,
    options: ReadOptions | undefined,
  ): Promise<Whereabouts> {
    const listed = await listedBucketRegions(this.#context, scope.accountId, identifier);
    const told = listed?.get(identifier);
    if (told !== undefined && told !== asked) return { state: 'found', region: told };
    if (listed !== undefined && told === undefined) return { state: 'nowhere' };
    return this.#probe(scope, identifier, [this.#hint(scope, identifier)], options);
  }

  /** The bucket with its region as well as it can be told. */
  async #locate(
    scope: Scope,
    { identifier, body }: ListedResource,
    listed: () => Promise<ReadonlyMap<string, string> | undefined>,
  ): Promise<ListedResource> {
    const told = regionInProperties(body) ?? (await listed())?.get(identifier);
    if (told !== undefined) return this.#at(scope, identifier, told);
    const hint = this.#hint(scope, identifier);
    const where = await this.#probe(scope, identifier, [hint]);
    if (where.state === 'found') return this.#at(scope, identifier, where.region);
    // Where a region can't be asked, the bucket's own read fails and says why; its scope goes on.
    return {
      identifier,
      region: hint ?? (await this.#cloudControl.regionOf({ ...scope, region: GLOBAL })),
    };
  }

  #probe(
    scope: Scope,
    identifier: string,
    likely: readonly (string | undefined)[],
    options?: ReadOptions,
  ): Promise<Whereabouts> {
    return probeRegions(this.#context, scope, likely, async (region) => {
      const answer = await this.#readIn(scope, identifier, region, FREE, options);
      return answer === undefined ? 'elsewhere' : answer.state === 'present' ? 'here' : 'absent';
    });
  }

  /** A read in one region; undefined where S3 says that the bucket is in another. */
  async #readIn(
    scope: Scope,
    identifier: string,
    region: string,
    acquire: AcquirePermit,
    options?: ReadOptions,
  ): Promise<ReadResult | undefined> {
    try {
      return await this.#cloudControl.readIn(scope, identifier, region, acquire, options);
    } catch (error) {
      if (
        error instanceof AwsError &&
        error.code === 'aws.GeneralService' &&
        ELSEWHERE.test(error.message)
      )
        return undefined;
      throw error;
    }
  }

  #at(scope: Scope, identifier: string, region: string): ListedResource {
    this.#context.bucketRegions.set(`${scope.accountId} ${identifier}`, region);
    return { identifier, region };
  }

  #hint(scope: Scope, identifier: string): string | undefined {
    return this.#context.bucketRegions.get(`${scope.accountId} ${identifier}`);
  }
}
