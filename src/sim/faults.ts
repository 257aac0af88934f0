/** Which calls a fault touches; what is left out matches every call. `*` stands for any run of characters. */
export interface FaultMatch {
  /** `sts`, `organizations`, `account`, `cloudcontrol`, `s3` or `port`. */
  readonly service?: string;
  /** `ListResources`, `GetResource`, `AssumeRole`, …; for Port `METHOD /path` without `/v1`. */
  readonly operation?: string;
  /** Whose call it is; for AssumeRole the account whose role is asked for. */
  readonly accountId?: string;
  readonly region?: string;
  readonly kind?: string;
  /** Resource identifier; for Port the entity's where it stands in the path. */
  readonly identifier?: string;
  /** Value by which a listing's ResourceModel names a parent. */
  readonly parent?: string;
  /** Page of a listing, from 1. */
  readonly page?: number;
  readonly blueprint?: string;
}

/** What a fault does. */
export type FaultEffect =
  /** The service's own throttling error (Port: 429 with Retry-After). */
  | { readonly type: 'throttle'; readonly retryAfterSeconds?: number }
  /** The service's own access error. */
  | { readonly type: 'accessDenied' }
  /** Any error. */
  | {
      readonly type: 'error';
      readonly status: number;
      readonly code: string;
      readonly message?: string;
    }
  /** The connection breaks without an answer; with `applied` after the request was carried out. */
  | { readonly type: 'reset'; readonly applied?: boolean }
  /** The answer comes later; other faults still apply. */
  | { readonly type: 'latency'; readonly ms: number }
  /** 200 with a body that is no JSON or XML. */
  | { readonly type: 'malformed' }
  /** Half of the answer, then the connection breaks. */
  | { readonly type: 'cut' }
  /** A listing's token is poisoned: the page comes whole, the next one is refused. */
  | { readonly type: 'poisonToken' }
  /** A listing without anything in it and without an error. */
  | { readonly type: 'empty' }
  /** The resources that `identifier` matches are left out of listings, while reads still find them. */
  | { readonly type: 'hide' };

/** A fault: what it touches, what it does, and how often. Plain JSON, so that it can come over HTTP. */
export interface Fault {
  readonly match: FaultMatch;
  readonly effect: FaultEffect;
  /** How many calls it touches; default all. */
  readonly times?: number;
  /** Matching calls that pass first. Default 0. */
  readonly after?: number;
}

/** What is known of a call when faults are looked up. */
export type Call = { readonly [name in Exclude<keyof FaultMatch, 'page'>]?: string | undefined } & {
  readonly page?: number | undefined;
};

interface Entry {
  readonly id: number;
  readonly fault: Fault;
  readonly tests: readonly (readonly [keyof FaultMatch, RegExp | number])[];
  seen: number;
  hits: number;
}

/** The faults that are switched on. */
export class FaultBook {
  private entries: Entry[] = [];
  private nextId = 1;

  /** Switches a fault on; returns its id. */
  add(fault: Fault): number {
    const tests = Object.entries(fault.match).map(
      ([name, value]) =>
        [
          name as keyof FaultMatch,
          typeof value === 'number' ? value : glob(String(value)),
        ] as const,
    );
    this.entries.push({ id: this.nextId, fault, tests, seen: 0, hits: 0 });
    return this.nextId++;
  }

  /** Switches a fault off. */
  remove(id: number): void {
    this.entries = this.entries.filter((entry) => entry.id !== id);
  }

  clear(): void {
    this.entries = [];
  }

  /** How many calls each fault has touched. */
  hits(): { readonly id: number; readonly fault: Fault; readonly hits: number }[] {
    return this.entries.map(({ id, fault, hits }) => ({ id, fault, hits }));
  }

  /** The effects that this call meets, in the order in which they were switched on. Counts as a touch of each. */
  take(call: Call): FaultEffect[] {
    const effects: FaultEffect[] = [];
    for (const entry of this.entries) {
      const { fault } = entry;
      if (fault.effect.type === 'hide' || !matches(entry, call)) continue;
      entry.seen++;
      if (entry.seen <= (fault.after ?? 0) || entry.hits >= (fault.times ?? Infinity)) continue;
      entry.hits++;
      effects.push(fault.effect);
    }
    return effects;
  }

  /** Tells which identifiers this listing leaves out; undefined where none. */
  hidden(call: Call): ((identifier: string) => boolean) | undefined {
    const hiding = this.entries.filter(
      (entry) =>
        entry.fault.effect.type === 'hide' &&
        matches(entry, { ...call, identifier: undefined }, true),
    );
    if (hiding.length === 0) return undefined;
    return (identifier) =>
      hiding.some((entry) => {
        const test = entry.tests.find(([name]) => name === 'identifier')?.[1];
        const hit = test === undefined || (test as RegExp).test(identifier);
        if (hit) entry.hits++;
        return hit;
      });
  }
}

function matches(entry: Entry, call: Call, anyIdentifier = false): boolean {
  return entry.tests.every(([name, test]) => {
    if (name === 'identifier' && anyIdentifier) return true;
    const value = call[name];
    if (value === undefined) return false;
    return typeof test === 'number' ? value === test : test.test(String(value));
  });
}

function glob(pattern: string): RegExp {
  const escaped = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's');
}
