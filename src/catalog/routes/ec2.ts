import { at, either, joined, only } from './find.js';
import type { Find } from './find.js';
import { route } from './route.js';
import type { Route } from './route.js';

const INSTANCES = at(
  'RE.instancesSet.items[].instanceId',
  'RP.instancesSet.items[].instanceId',
  'RP.instanceId',
);
const VOLUME = at('RP.volumeId', 'RP.ModifyVolumeRequest.VolumeId');
const TAGGED = at('RP.resourcesSet.items[].resourceId');

/** EC2 tags anything: the resource's kind shows in its id (EC2 User Guide, resource IDs). */
const TAGGED_KINDS: Readonly<Record<string, string>> = {
  'AWS::EC2::Instance': 'i',
  'AWS::EC2::Volume': 'vol',
  'AWS::EC2::VPC': 'vpc',
  'AWS::EC2::Subnet': 'subnet',
  'AWS::EC2::SecurityGroup': 'sg',
  'AWS::EC2::RouteTable': 'rtb',
  'AWS::EC2::InternetGateway': 'igw',
  'AWS::EC2::EgressOnlyInternetGateway': 'eigw',
  'AWS::EC2::NatGateway': 'nat',
  'AWS::EC2::NetworkInterface': 'eni',
  'AWS::EC2::NetworkAcl': 'acl',
  'AWS::EC2::LaunchTemplate': 'lt',
  'AWS::EC2::VPCEndpoint': 'vpce',
  'AWS::EC2::TransitGateway': 'tgw',
  'AWS::EC2::TransitGatewayAttachment': 'tgw-attach',
  'AWS::EC2::VPNGateway': 'vgw',
  'AWS::EC2::VPNConnection': 'vpn',
  'AWS::EC2::CustomerGateway': 'cgw',
  'AWS::EC2::DHCPOptions': 'dopt',
  'AWS::EC2::PrefixList': 'pl',
  'AWS::EC2::FlowLog': 'fl',
  'AWS::EC2::VPCPeeringConnection': 'pcx',
  'AWS::EC2::CapacityReservation': 'cr',
};

function tagged(kind: string, prefix: string): Route {
  return route(
    kind,
    'ec2',
    'CreateTags DeleteTags',
    only(TAGGED, new RegExp(`^${prefix}-[0-9a-f]+$`)),
  );
}

function ec2(kind: string, events: string, find: Find, options: { absent?: string } = {}): Route {
  return route(`AWS::EC2::${kind}`, 'ec2', events, find, options);
}

/** An address's tags name its allocation, which is only a part of its identifier: its scope is listed. */
const ADDRESS_TAGGED: Find = (event) =>
  TAGGED(event)?.some((id) => id.startsWith('eipalloc-')) === true ? undefined : [];

/** Virtual machines and networks. */
export const EC2_ROUTES: readonly Route[] = [
  ...Object.entries(TAGGED_KINDS).map(([kind, prefix]) => tagged(kind, prefix)),
  ec2('Instance', 'RunInstances StartInstances StopInstances RebootInstances', INSTANCES, {
    absent: 'TerminateInstances',
  }),
  ec2(
    'Instance',
    'ModifyInstanceAttribute ResetInstanceAttribute MonitorInstances UnmonitorInstances ModifyInstancePlacement AttachVolume DetachVolume',
    INSTANCES,
  ),
  ec2(
    'Instance',
    'ModifyInstanceMetadataOptions ModifyInstanceMaintenanceOptions AssociateIamInstanceProfile ReplaceIamInstanceProfileAssociation DisassociateIamInstanceProfile',
    at(
      'RE.iamInstanceProfileAssociation.instanceId',
      'RE.ModifyInstanceMetadataOptionsResponse.instanceId',
      'RP.ModifyInstanceMetadataOptionsRequest.InstanceId',
      'RP.AssociateIamInstanceProfileRequest.InstanceId',
      'RP.instanceId',
    ),
  ),
  route(
    'AWS::EC2::Instance',
    'aws.ec2',
    `'EC2 Instance State-change Notification'`,
    at('instance-id'),
  ),
  route('AWS::EC2::EIP', 'ec2', 'CreateTags DeleteTags', ADDRESS_TAGGED),
  ec2('Volume', 'CreateVolume', at('RE.volumeId')),
  ec2('Volume', 'ModifyVolume AttachVolume DetachVolume ModifyVolumeAttribute', VOLUME, {
    absent: 'DeleteVolume',
  }),
  ec2('VPC', 'CreateVpc CreateDefaultVpc', at('RE.vpc.vpcId')),
  ec2(
    'VPC',
    'ModifyVpcAttribute AssociateVpcCidrBlock AssociateDhcpOptions ModifyVpcTenancy AttachInternetGateway DetachInternetGateway EnableVpcClassicLink',
    at('RP.vpcId', 'RP.AssociateVpcCidrBlockRequest.VpcId'),
    { absent: 'DeleteVpc' },
  ),
  ec2('Subnet', 'CreateSubnet CreateDefaultSubnet', at('RE.subnet.subnetId')),
  ec2(
    'Subnet',
    'ModifySubnetAttribute AssociateSubnetCidrBlock',
    at('RP.subnetId', 'RP.AssociateSubnetCidrBlockRequest.SubnetId'),
    { absent: 'DeleteSubnet' },
  ),
  ec2('SecurityGroup', 'CreateSecurityGroup', at('RE.groupId')),
  ec2(
    'SecurityGroup',
    'AuthorizeSecurityGroup* RevokeSecurityGroup* UpdateSecurityGroupRuleDescriptions* ModifySecurityGroupRules',
    at('RP.groupId', 'RP.ModifySecurityGroupRulesRequest.GroupId'),
    { absent: 'DeleteSecurityGroup' },
  ),
  ec2('RouteTable', 'CreateRouteTable', at('RE.routeTable.routeTableId')),
  ec2(
    'RouteTable',
    'CreateRoute DeleteRoute ReplaceRoute AssociateRouteTable ReplaceRouteTableAssociation DisassociateRouteTable EnableVgwRoutePropagation DisableVgwRoutePropagation',
    at('RP.routeTableId'),
    { absent: 'DeleteRouteTable' },
  ),
  ec2('InternetGateway', 'CreateInternetGateway', at('RE.internetGateway.internetGatewayId')),
  ec2(
    'InternetGateway',
    'AttachInternetGateway DetachInternetGateway',
    at('RP.internetGatewayId'),
    {
      absent: 'DeleteInternetGateway',
    },
  ),
  ec2(
    'NatGateway',
    'CreateNatGateway',
    at('RE.CreateNatGatewayResponse.natGateway.natGatewayId', 'RE.natGateway.natGatewayId'),
  ),
  ec2('NatGateway', '', at('RP.DeleteNatGatewayRequest.NatGatewayId', 'RP.natGatewayId'), {
    absent: 'DeleteNatGateway',
  }),
  // A release names the allocation alone, which is the second part of the identifier.
  ec2('EIP', 'AllocateAddress', joined(at('RE.publicIp'), at('RE.allocationId'))),
  ec2(
    'EIP',
    'AssociateAddress DisassociateAddress',
    joined(at('RP.publicIp'), at('RP.allocationId')),
    { absent: 'ReleaseAddress' },
  ),
  ec2('NetworkInterface', 'CreateNetworkInterface', at('RE.networkInterface.networkInterfaceId')),
  ec2(
    'NetworkInterface',
    'ModifyNetworkInterfaceAttribute AttachNetworkInterface DetachNetworkInterface AssignPrivateIpAddresses UnassignPrivateIpAddresses',
    at('RP.networkInterfaceId'),
    { absent: 'DeleteNetworkInterface' },
  ),
  ec2(
    'LaunchTemplate',
    'CreateLaunchTemplate CreateLaunchTemplateVersion ModifyLaunchTemplate DeleteLaunchTemplateVersions',
    at(
      'RE.CreateLaunchTemplateResponse.launchTemplate.launchTemplateId',
      'RE.CreateLaunchTemplateVersionResponse.launchTemplateVersion.launchTemplateId',
      'RE.ModifyLaunchTemplateResponse.launchTemplate.launchTemplateId',
      'RP.CreateLaunchTemplateVersionRequest.LaunchTemplateId',
      'RP.ModifyLaunchTemplateRequest.LaunchTemplateId',
      'RP.DeleteLaunchTemplateVersionsRequest.LaunchTemplateId',
      'RE.launchTemplate.launchTemplateId',
      'RP.launchTemplateId',
    ),
  ),
  ec2(
    'LaunchTemplate',
    '',
    at(
      'RE.DeleteLaunchTemplateResponse.launchTemplate.launchTemplateId',
      'RP.DeleteLaunchTemplateRequest.LaunchTemplateId',
      'RP.launchTemplateId',
    ),
    { absent: 'DeleteLaunchTemplate' },
  ),
  ec2('NetworkAcl', 'CreateNetworkAcl', at('RE.networkAcl.networkAclId')),
  ec2(
    'NetworkAcl',
    'CreateNetworkAclEntry DeleteNetworkAclEntry ReplaceNetworkAclEntry ReplaceNetworkAclAssociation',
    at('RP.networkAclId'),
    { absent: 'DeleteNetworkAcl' },
  ),
  ec2(
    'VPCEndpoint',
    'CreateVpcEndpoint ModifyVpcEndpoint',
    either(
      at('RE.CreateVpcEndpointResponse.vpcEndpoint.vpcEndpointId'),
      at('RP.ModifyVpcEndpointRequest.VpcEndpointId', 'RP.vpcEndpointId'),
    ),
  ),
  ec2(
    'VPCEndpoint',
    '',
    at(
      'RP.DeleteVpcEndpointsRequest.VpcEndpointId.content',
      'RP.DeleteVpcEndpointsRequest.VpcEndpointId[].content',
    ),
    { absent: 'DeleteVpcEndpoints' },
  ),
  ec2('KeyPair', 'CreateKeyPair ImportKeyPair', at('RP.keyName', 'RE.keyName'), {
    absent: 'DeleteKeyPair',
  }),
  ec2(
    'TransitGateway',
    'CreateTransitGateway ModifyTransitGateway',
    at(
      'RE.CreateTransitGatewayResponse.transitGateway.transitGatewayId',
      'RP.ModifyTransitGatewayRequest.TransitGatewayId',
    ),
  ),
  ec2('TransitGateway', '', at('RP.DeleteTransitGatewayRequest.TransitGatewayId'), {
    absent: 'DeleteTransitGateway',
  }),
];
