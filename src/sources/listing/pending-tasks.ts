import type { ExtraFacts } from './extra-facts.js';

/** Tasks that Ocean's integration asks for, and ECS gives a page at most. */
const MOST = 100;

/** `GetClusterPendingTasksAction`: ARNs of a cluster's pending tasks (a hundred at most), as `pendingTaskArns`. */
export const PENDING_TASKS: ExtraFacts = {
  action: 'GetClusterPendingTasksAction',
  kind: 'AWS::ECS::Cluster',
  operation: 'ListTasks',
  async ask(clients, identifier, options) {
    const { ListTasksCommand } = await import('@aws-sdk/client-ecs');
    const command = new ListTasksCommand({
      cluster: identifier,
      desiredStatus: 'PENDING',
      maxResults: MOST,
    });
    const { taskArns } = await (await clients.ecs()).send(command, options);
    return { pendingTaskArns: [...(taskArns ?? [])].sort() };
  },
};
