import type { Organization } from '../organization/organization.js';

/** What a read may show of a resource: its properties as JSON text, or that there is none. */
export interface Shown {
  readonly json: string | undefined;
}

interface Past {
  readonly key: string;
  /** When the change was made, on the clock that only goes forward. */
  readonly at: number;
  /** What was held before it. */
  readonly before: string | undefined;
}

/**
 * The eventual consistency of AWS: for a while after a change, reads show what was before it. Several
 * changes in that while show one after the other, each as late as it should.
 */
export class ReadLag {
  /** In the order in which they were made. */
  private pasts: Past[] = [];
  private readonly byKey = new Map<string, Past[]>();

  constructor(
    organization: Organization,
    /** The delay in milliseconds, as it is now. */
    private readonly lagMs: () => number,
    private readonly now: () => number = () => performance.now(),
  ) {
    organization.onChange(({ scopeId, key, before }) => {
      if (this.lagMs() > 0) this.remember(`${scopeId}|${key.identifier}`, before);
    });
  }

  /** What a read of this resource shows, where that is not what is held. */
  shown(scopeId: string, identifier: string): Shown | undefined {
    if (this.pasts.length === 0) return undefined;
    this.forget();
    const oldest = this.byKey.get(`${scopeId}|${identifier}`)?.[0];
    return oldest && { json: oldest.before };
  }

  private remember(key: string, before: string | undefined): void {
    this.forget();
    const past = { key, at: this.now(), before };
    this.pasts.push(past);
    const ofKey = this.byKey.get(key);
    if (ofKey === undefined) this.byKey.set(key, [past]);
    else ofKey.push(past);
  }

  /** Forgets what is shown no more. */
  private forget(): void {
    const since = this.now() - this.lagMs();
    let over = 0;
    for (; over < this.pasts.length; over++) {
      const { key, at } = this.pasts[over] as Past;
      if (at > since) break;
      const ofKey = this.byKey.get(key) as Past[];
      if (ofKey.length === 1) this.byKey.delete(key);
      else ofKey.shift();
    }
    if (over > 0) this.pasts = this.pasts.slice(over);
  }
}
