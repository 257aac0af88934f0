import type { createOrganization } from '../sim/organization/organization.js';

type Organization = ReturnType<typeof createOrganization>;

/** How many resources the demo changes, creates and deletes. */
const UPDATED = 6;
const CREATED = 3;
const DELETED = 4;

/** Makes a few changes to the simulated AWS; gives a sentence for each. */
export function changeSome(organization: Organization): readonly string[] {
  const lines: string[] = [];
  const instances = [...organization.snapshot()].filter(
    ({ kind }) => kind === 'AWS::EC2::Instance',
  );
  for (const { kind, accountId, region, identifier } of instances.slice(0, UPDATED)) {
    organization.update({ kind, accountId, region, identifier }, { InstanceType: 'm7g.4xlarge' });
    lines.push(`${identifier} in ${accountId} ${region} becomes an m7g.4xlarge`);
  }
  for (const { kind, accountId, region, identifier } of instances.slice(-DELETED)) {
    organization.delete({ kind, accountId, region, identifier });
    lines.push(`${identifier} in ${accountId} ${region} is terminated`);
  }
  const like = instances[0];
  for (let at = 0; like && at < CREATED; at += 1) {
    const { kind, accountId, region, properties } = like;
    const identifier = `i-0dec0de00000000${at}`;
    const created = { ...properties, InstanceId: identifier };
    organization.create({ kind, accountId, region, identifier, properties: created });
    lines.push(`${identifier} in ${accountId} ${region} is launched`);
  }
  return lines;
}
