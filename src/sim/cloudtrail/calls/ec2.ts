import type { ApiCall, CallWriter, Subject, Tag } from '../api-call.js';

/** EC2 wraps every list in an object with `items`. */
const set = (items: readonly unknown[]) => ({ items });

function call(
  { random }: Subject,
  name: string,
  request: Record<string, unknown>,
  response: Record<string, unknown> = { _return: true },
): ApiCall {
  const requestId = `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)}`;
  return { service: 'ec2', name, request, response: { requestId, ...response } };
}

/** Tags of every kind of EC2 go through the same two calls. */
const tagging = {
  tag: (subject: Subject, tags: readonly Tag[]) =>
    call(subject, 'CreateTags', {
      resourcesSet: set([{ resourceId: subject.identifier }]),
      tagSet: set(tags),
    }),
  untag: (subject: Subject, keys: readonly string[]) =>
    call(subject, 'DeleteTags', {
      resourcesSet: set([{ resourceId: subject.identifier }]),
      tagSet: set(keys.map((key) => ({ key }))),
    }),
};

function instancesCall(
  subject: Subject,
  name: string,
  [before, beforeCode]: [string, number],
  [after, afterCode]: [string, number],
): ApiCall {
  const { identifier: instanceId } = subject;
  const response = {
    instancesSet: set([
      {
        instanceId,
        currentState: { code: afterCode, name: after },
        previousState: { code: beforeCode, name: before },
      },
    ]),
  };
  const request = {
    instancesSet: set([{ instanceId }]),
    ...(name === 'StopInstances' && { force: false }),
  };
  return { ...call(subject, name, request, response), shares: 'instancesSet' };
}

const instance: CallWriter = {
  create: (subject) => {
    const { ImageId, InstanceType, PrivateIpAddress } = subject.properties;
    const imageId = ImageId ?? `ami-0${subject.random.hex(16)}`;
    return {
      ...call(
        subject,
        'RunInstances',
        {
          instancesSet: set([{ imageId, minCount: 1, maxCount: 1 }]),
          instanceType: InstanceType,
          blockDeviceMapping: {},
          monitoring: { enabled: false },
          disableApiTermination: false,
          clientToken: subject.random.hex(32),
        },
        {
          reservationId: `r-0${subject.random.hex(16)}`,
          ownerId: subject.accountId,
          groupSet: {},
          instancesSet: set([
            {
              instanceId: subject.identifier,
              imageId,
              instanceState: { code: 0, name: 'pending' },
              amiLaunchIndex: 0,
              instanceType: InstanceType,
              placement: { availabilityZone: `${subject.region}a`, tenancy: 'default' },
              monitoring: { state: 'disabled' },
              subnetId: `subnet-0${subject.random.hex(16)}`,
              vpcId: `vpc-0${subject.random.hex(16)}`,
              privateIpAddress: PrivateIpAddress,
              stateReason: { code: 'pending', message: 'pending' },
              architecture: 'x86_64',
            },
          ]),
        },
      ),
      shares: 'instancesSet',
    };
  },
  update: (subject) => {
    const { identifier: instanceId, changed, properties } = subject;
    const state = (properties['State'] as { Name?: string } | undefined)?.Name;
    if (changed.includes('State') && state === 'stopped')
      return instancesCall(subject, 'StopInstances', ['running', 16], ['stopping', 64]);
    if (changed.includes('State'))
      return instancesCall(subject, 'StartInstances', ['stopped', 80], ['pending', 0]);
    if (changed.includes('IamInstanceProfile'))
      return call(
        subject,
        'AssociateIamInstanceProfile',
        {
          AssociateIamInstanceProfileRequest: {
            InstanceId: instanceId,
            IamInstanceProfile: { Name: properties['IamInstanceProfile'] },
          },
        },
        {
          AssociateIamInstanceProfileResponse: {
            iamInstanceProfileAssociation: {
              instanceId,
              state: 'associating',
              associationId: `iip-assoc-0${subject.random.hex(16)}`,
            },
          },
        },
      );
    const attribute = changed.includes('InstanceType')
      ? { instanceType: { value: properties['InstanceType'] } }
      : { ebsOptimized: { value: properties['EbsOptimized'] === true } };
    return call(subject, 'ModifyInstanceAttribute', { instanceId, ...attribute });
  },
  delete: (subject) =>
    instancesCall(subject, 'TerminateInstances', ['running', 16], ['shutting-down', 32]),
  ...tagging,
};

const volume: CallWriter = {
  create: (subject) => {
    const { Size, VolumeType, Encrypted } = subject.properties;
    const zone = `${subject.region}a`;
    return call(
      subject,
      'CreateVolume',
      { size: String(Size), zone, volumeType: VolumeType, encrypted: Encrypted },
      {
        volumeId: subject.identifier,
        size: String(Size),
        zone,
        status: 'creating',
        createTime: Date.now(),
        volumeType: VolumeType,
        encrypted: Encrypted,
        tagSet: {},
        multiAttachEnabled: false,
      },
    );
  },
  update: (subject) => {
    const { identifier: volumeId, changed, properties, previous, random } = subject;
    if (!changed.includes('Size') && random.oneIn(2)) {
      const request = { volumeId, instanceId: `i-0${random.hex(16)}`, device: '/dev/sdf' };
      return call(subject, 'AttachVolume', request, {
        ...request,
        status: 'attaching',
        attachTime: Date.now(),
      });
    }
    const size = properties['Size'];
    return call(
      subject,
      'ModifyVolume',
      { ModifyVolumeRequest: { VolumeId: volumeId, Size: size } },
      {
        ModifyVolumeResponse: {
          volumeModification: {
            volumeId,
            modificationState: 'modifying',
            originalSize: previous['Size'],
            targetSize: size,
            progress: 0,
          },
        },
      },
    );
  },
  delete: (subject) => call(subject, 'DeleteVolume', { volumeId: subject.identifier }),
  ...tagging,
};

const securityGroup: CallWriter = {
  create: (subject) => {
    const { GroupName, GroupDescription, VpcId } = subject.properties;
    return call(
      subject,
      'CreateSecurityGroup',
      { groupName: GroupName, groupDescription: GroupDescription, vpcId: VpcId },
      { _return: true, groupId: subject.identifier },
    );
  },
  update: (subject) => {
    const { identifier: groupId, properties, previous } = subject;
    const [now, then] = [properties, previous].map((one) => {
      const rules = one['SecurityGroupIngress'];
      return Array.isArray(rules) ? rules.length : 0;
    }) as [number, number];
    const name = now < then ? 'RevokeSecurityGroupIngress' : 'AuthorizeSecurityGroupIngress';
    const rule = {
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      groups: {},
      ipRanges: set([{ cidrIp: '10.0.0.0/8' }]),
      ipv6Ranges: {},
      prefixListIds: {},
    };
    return call(subject, name, { groupId, ipPermissions: set([rule]) });
  },
  delete: (subject) => call(subject, 'DeleteSecurityGroup', { groupId: subject.identifier }),
  ...tagging,
};

export const ec2Calls: Readonly<Record<string, CallWriter>> = {
  'AWS::EC2::Instance': instance,
  'AWS::EC2::Volume': volume,
  'AWS::EC2::SecurityGroup': securityGroup,
};
