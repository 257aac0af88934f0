import type { DescribedKind } from './described-kind.js';

/**
 * `AWS::CloudFormation::Stack`: stacks as DescribeStacks tells them, by their ids. Asked for by its id
 * a stack is still told for ninety days after its deletion (from the API reference): it is gone.
 */
export const CLOUDFORMATION_STACK: DescribedKind = {
  kind: 'AWS::CloudFormation::Stack',
  operations: { list: 'DescribeStacks', read: 'DescribeStacks' },
  absent: [],
  async page(clients, token, options) {
    const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
    const command = new DescribeStacksCommand(token === undefined ? {} : { NextToken: token });
    const { Stacks, NextToken } = await (await clients.cloudFormation()).send(command, options);
    return { items: Stacks, nextToken: NextToken };
  },
  async one(clients, identifier, options) {
    const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
    const command = new DescribeStacksCommand({ StackName: identifier });
    try {
      const { Stacks } = await (await clients.cloudFormation()).send(command, options);
      const [stack] = Stacks ?? [];
      return stack?.StackStatus === 'DELETE_COMPLETE' ? undefined : stack;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  identify: (item) => (item as { readonly StackId?: string }).StackId,
};

/** CloudFormation has no code of its own for a stack that it does not know. */
function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === 'ValidationError' &&
    /^Stack(?: with id)? .* does not exist$/.test(error.message)
  );
}
