/** What is known of one CloudFormation type. */
export interface TypeFacts {
  readonly name: string;
  /** Primary identifier properties, in order; Cloud Control joins their values with `|`. */
  readonly identifier: readonly string[];
  readonly listable: boolean;
  readonly readable: boolean;
  /** Properties that ListResources wants in its ResourceModel: listed a parent at a time. Empty for most. */
  readonly listNeeds: readonly string[];
  /** Listed once an account instead of once a region. */
  readonly global: boolean;
}
