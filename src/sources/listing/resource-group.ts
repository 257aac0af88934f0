import type { BoundClients } from '../../aws/clients.js';
import type { SendOptions } from '../../aws/call.js';
import type { DescribedKind } from './described-kind.js';

/**
 * `AWS::ResourceGroups::Group` with `listGroupResources`: groups as ListGroups tells them (GroupArn,
 * GroupName, Description, …, and `Name`), each with what it holds under `__Resources`.
 */
export const RESOURCE_GROUP: DescribedKind = {
  kind: 'AWS::ResourceGroups::Group',
  operations: { list: 'ListGroups', read: 'GetGroup' },
  absent: ['NotFoundException'],
  async page(clients, token, options) {
    const { ListGroupsCommand } = await import('@aws-sdk/client-resource-groups');
    const command = new ListGroupsCommand(token === undefined ? {} : { NextToken: token });
    const client = await clients.resourceGroups();
    const { GroupIdentifiers, NextToken } = await client.send(command, options);
    const items: object[] = [];
    for (const { GroupName, GroupArn } of GroupIdentifiers ?? []) {
      const group = await groupOf(clients, GroupName ?? GroupArn ?? '', options);
      // It may have gone since the list was made.
      if (group !== undefined) items.push(group);
    }
    return { items, nextToken: NextToken };
  },
  one: groupOf,
  identify: (item) => (item as { readonly Name?: string }).Name,
};

/** A group and its resources, in the one shape that both listing and read give. */
async function groupOf(
  clients: BoundClients,
  name: string,
  options: SendOptions,
): Promise<object | undefined> {
  const { GetGroupCommand } = await import('@aws-sdk/client-resource-groups');
  const client = await clients.resourceGroups();
  try {
    const { Group } = await client.send(new GetGroupCommand({ Group: name }), options);
    if (Group === undefined) return undefined;
    return { ...Group, __Resources: await resourcesOf(clients, name, options) };
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFoundException') return undefined;
    throw error;
  }
}

async function resourcesOf(
  clients: BoundClients,
  name: string,
  options: SendOptions,
): Promise<readonly object[]> {
  const { ListGroupResourcesCommand } = await import('@aws-sdk/client-resource-groups');
  const client = await clients.resourceGroups();
  const resources: object[] = [];
  for (let token: string | undefined; ;) {
    const command = new ListGroupResourcesCommand({
      Group: name,
      ...(token !== undefined && { NextToken: token }),
    });
    const { Resources, NextToken } = await client.send(command, options);
    for (const { Identifier } of Resources ?? []) if (Identifier) resources.push(Identifier);
    if (!NextToken || NextToken === token) return resources;
    token = NextToken;
  }
}
