import { AwsError } from '../../errors/aws-error.js';
import type { OrganizationCalls } from '../organization-calls.js';

/**
 * What actions of Ocean's hosted integration add to an account of the organization: `Parents` (the root or
 * unit that it stands in) and `Tags`, as Organizations tells them. What is denied is left out, which is said
 * aloud once; other failures are those of the listing or read.
 */
export class AccountActions {
  readonly #calls: OrganizationCalls;
  readonly #actions: ReadonlySet<string>;
  readonly #warn: (message: string) => void;
  readonly #said = new Set<string>();

  constructor(
    calls: OrganizationCalls,
    actions: ReadonlySet<string>,
    warn: (message: string) => void,
  ) {
    this.#calls = calls;
    this.#actions = actions;
    this.#warn = warn;
  }

  async of(id: string): Promise<Readonly<Record<string, unknown>>> {
    const [parents, tags] = await Promise.all([
      this.#try('ListParentsAction', () => this.#parents(id)),
      this.#try('ListTagsForResourceAction', () => this.#tags(id)),
    ]);
    return { ...parents, ...tags };
  }

  async #parents(id: string): Promise<Readonly<Record<string, unknown>>> {
    const parent = await this.#calls.parentOf(id);
    // Ids of roots begin with r-, those of units with ou- (from the API reference).
    const type = parent.startsWith('r-') ? 'ROOT' : 'ORGANIZATIONAL_UNIT';
    return { Parents: [{ Id: parent, Type: type }] };
  }

  async #tags(id: string): Promise<Readonly<Record<string, unknown>>> {
    const tags: object[] = [];
    for await (const page of this.#calls.tagsOf(id)) tags.push(...page);
    return { Tags: tags };
  }

  async #try(
    action: string,
    ask: () => Promise<Readonly<Record<string, unknown>>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    if (!this.#actions.has(action)) return {};
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof AwsError) || error.errorClass !== 'denied') throw error;
      if (!this.#said.has(action)) {
        this.#said.add(action);
        this.#warn(
          `${action}: ${error.operation} was denied, its facts are left out: ${error.message}`,
        );
      }
      return {};
    }
  }
}
