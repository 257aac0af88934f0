import type { Aws } from '../aws/aws.js';
import { parseArn } from '../aws/partition.js';
import type { KindConfig, Pipeline } from '../config/pipeline.js';
import { AwsError } from '../errors/aws-error.js';
import type { AccountDirectory } from './account-directory.js';
import { organizationCalls } from './accounts.js';
import type { Account } from './discovery-event.js';
import type { OrganizationCalls } from './organization-calls.js';
import { UnitPaths } from './unit-paths.js';

/** What mappings find under `__Account`. Null: nobody could tell. */
interface Facts {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly tags: Readonly<Record<string, string>> | null;
  /** Names from the root down, e.g. `/Root/Prod/Payments`. */
  readonly unitPath: string | null;
  /** Ids from the root down. */
  readonly unitIds: readonly string[] | null;
}

interface Known {
  /** As the discovery found it that the facts belong to; the next one makes a new object. */
  readonly account: Account;
  readonly facts: Promise<Facts>;
}

/** An expression may come by the name in ways that nobody can see; each errs on the side of yes. */
const MENTION = /__Account(?!Id\b)/;

/** Answers that hold as long as nobody changes rights or moves the account. */
const SETTLED = new Set([
  'aws.AWSOrganizationsNotInUse',
  'aws.AccountNotFound',
  'aws.ChildNotFound',
  'aws.TargetNotFound',
]);

/**
 * What bodies tell of their account: its partition, and for kinds whose mappings mention `__Account` what
 * the organization says of it, which takes calls. Asked once an account and discovery, so that listings
 * and reads tell the very same.
 *
 * What the organization denies stays null, or as it was known before, and is said aloud once. Where it
 * could not be asked, and nothing is known from before, the listing or read fails: to go on without the
 * tags would write what nobody said.
 */
export class AccountFacts {
  readonly #aws: Aws;
  readonly #directory: AccountDirectory;
  readonly #warn: (message: string) => void;
  readonly #pipeline: Pick<Pipeline, 'aws' | 'kinds'>;
  readonly #calls: OrganizationCalls;
  readonly #known = new Map<string, Known>();
  readonly #last = new Map<string, Facts>();
  readonly #said = new Set<string>();
  /** Kinds that mention it, of these; a mapping that is kept in Port may change. */
  #wanting: { readonly of: Pipeline['kinds']; readonly kinds: ReadonlySet<string> } | undefined;
  #units: UnitPaths;
  /** Whose facts {@link #units} served: it is as old as they are. */
  #served = new Set<string>();

  constructor(
    aws: Aws,
    directory: AccountDirectory,
    pipeline: Pick<Pipeline, 'aws' | 'kinds'>,
    warn: (message: string) => void,
  ) {
    this.#aws = aws;
    this.#directory = directory;
    this.#warn = warn;
    this.#pipeline = pipeline;
    const role = parseArn(pipeline.aws.organization?.roleArn ?? '');
    const { accountId, partition } = aws.identity;
    this.#calls = organizationCalls(
      aws,
      role?.accountId ?? accountId,
      role?.partition ?? partition,
    );
    this.#units = new UnitPaths(this.#calls);
  }

  /** Whether the mappings of a kind mention `__Account`. */
  wants(kind: string): boolean {
    const of = this.#pipeline.kinds;
    if (this.#wanting?.of !== of) {
      this.#wanting = { of, kinds: new Set(of.filter(mentionsAccount).map((one) => one.kind)) };
    }
    return this.#wanting.kinds.has(kind);
  }

  /** The end of a body of this kind and account, from its comma on; the closing brace is the caller's. */
  async of(kind: string, accountId: string): Promise<string> {
    const partition = `,"__Partition":${JSON.stringify(this.#partition(accountId))}`;
    if (!this.wants(kind)) return partition;
    return `${partition},"__Account":${JSON.stringify(await this.#facts(accountId))}`;
  }

  #partition(accountId: string): string {
    return this.#found(accountId)?.partition ?? this.#aws.identity.partition;
  }

  /** Undefined for an account that no discovery found, such as a suspended one. */
  #found(accountId: string): Account | undefined {
    return this.#directory.has(accountId) ? this.#directory.account(accountId) : undefined;
  }

  #facts(accountId: string): Promise<Facts> {
    const account = this.#found(accountId);
    // Nothing would tell when it is to be asked again.
    if (account === undefined) return this.#ask({ id: accountId });
    const known = this.#known.get(accountId);
    if (known?.account === account) return known.facts;
    const facts = this.#ask(account);
    this.#known.set(accountId, { account, facts });
    facts.catch(() => {
      if (this.#known.get(accountId)?.facts === facts) this.#known.delete(accountId);
    });
    return facts;
  }

  async #ask(account: Pick<Account, 'id' | 'name' | 'email'>): Promise<Facts> {
    const { id } = account;
    if (this.#served.has(id)) {
      this.#units = new UnitPaths(this.#calls);
      this.#served = new Set();
    }
    this.#served.add(id);
    const units = this.#units;
    const last = this.#last.get(id);
    const [described, tags, unit] = await Promise.all([
      account.name !== undefined && account.email !== undefined
        ? account
        : this.#try('name and email', last, () => this.#describe(id)),
      this.#try('tags', last, () => this.#tags(id)),
      this.#try('unitPath', last, () => units.above(id)),
    ]);
    const facts: Facts = {
      id,
      name: described?.name ?? account.name ?? last?.name ?? null,
      email: described?.email ?? account.email ?? last?.email ?? null,
      tags: tags ?? last?.tags ?? null,
      unitPath: unit?.path ?? last?.unitPath ?? null,
      unitIds: unit?.ids ?? last?.unitIds ?? null,
    };
    this.#last.set(id, facts);
    return facts;
  }

  /** What a call says; undefined where it can't be known, or where what was known before has to do. */
  async #try<T>(
    what: string,
    last: Facts | undefined,
    ask: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const settled = error.errorClass === 'denied' || SETTLED.has(error.code);
      if (!settled && last === undefined) throw error;
      const stays = last === undefined ? 'unknown' : 'as it was last known';
      const message = `organizations:${error.operation} was refused, __Account.${what} stays ${stays}: ${error.message}`;
      this.#sayOnce(`${what} ${error.code}`, message);
      return undefined;
    }
  }

  async #describe(id: string): Promise<Pick<Account, 'name' | 'email'>> {
    const { Name: name, Email: email } = await this.#calls.account(id);
    return { ...(name !== undefined && { name }), ...(email !== undefined && { email }) };
  }

  /** In the order of their names: AWS gives them in any. */
  async #tags(id: string): Promise<Readonly<Record<string, string>>> {
    const tags: (readonly [string, string])[] = [];
    for await (const page of this.#calls.tagsOf(id)) {
      for (const { Key: key, Value: value } of page) tags.push([key ?? '', value ?? '']);
    }
    return Object.fromEntries(tags.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #sayOnce(key: string, message: string): void {
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.#warn(message);
  }
}

function mentionsAccount({ mappings }: KindConfig): boolean {
  return MENTION.test(JSON.stringify(mappings));
}
