import type { DescribedKind } from './described-kind.js';

/** A page of DescribeImages at most (from the API reference); without it there are no pages. */
const PAGE = 1_000;

/** `AWS::ImageBuilder::Image`: the account's own machine images as EC2's DescribeImages tells them. */
export const MACHINE_IMAGE: DescribedKind = {
  kind: 'AWS::ImageBuilder::Image',
  operations: { list: 'DescribeImages', read: 'DescribeImages' },
  absent: ['InvalidAMIID.NotFound', 'InvalidAMIID.Unavailable', 'InvalidAMIID.Malformed'],
  async page(clients, token, options) {
    const { DescribeImagesCommand } = await import('@aws-sdk/client-ec2');
    const command = new DescribeImagesCommand({
      Owners: ['self'],
      MaxResults: PAGE,
      ...(token !== undefined && { NextToken: token }),
    });
    const { Images, NextToken } = await (await clients.ec2()).send(command, options);
    return { items: Images, nextToken: NextToken };
  },
  async one(clients, identifier, options) {
    const { DescribeImagesCommand } = await import('@aws-sdk/client-ec2');
    // Of another owner it is none of the listing's.
    const command = new DescribeImagesCommand({ Owners: ['self'], ImageIds: [identifier] });
    const { Images } = await (await clients.ec2()).send(command, options);
    return Images?.[0];
  },
  identify: (item) => (item as { readonly ImageId?: string }).ImageId,
};
