import type { Route, ServiceRoutes } from './route.js';

/** Kinds that are named by an id with a prefix of their own, and tagged by it. */
const TAGGED: Readonly<Record<string, string>> = {
  'AWS::EC2::CapacityReservation': 'cr',
  'AWS::EC2::CustomerGateway': 'cgw',
  'AWS::EC2::DHCPOptions': 'dopt',
  'AWS::EC2::EgressOnlyInternetGateway': 'eigw',
  'AWS::EC2::FlowLog': 'fl',
  'AWS::EC2::Host': 'h',
  'AWS::EC2::Instance': 'i',
  'AWS::EC2::InternetGateway': 'igw',
  'AWS::EC2::LaunchTemplate': 'lt',
  'AWS::EC2::NatGateway': 'nat',
  'AWS::EC2::NetworkAcl': 'acl',
  'AWS::EC2::NetworkInterface': 'eni',
  'AWS::EC2::PrefixList': 'pl',
  'AWS::EC2::RouteTable': 'rtb',
  'AWS::EC2::SecurityGroup': 'sg',
  'AWS::EC2::Subnet': 'subnet',
  'AWS::EC2::TransitGateway': 'tgw',
  'AWS::EC2::TransitGatewayAttachment': 'tgw-attach',
  'AWS::EC2::TransitGatewayRouteTable': 'tgw-rtb',
  'AWS::EC2::TransitGatewayVpcAttachment': 'tgw-attach',
  'AWS::EC2::VPC': 'vpc',
  'AWS::EC2::VPCEndpoint': 'vpce',
  'AWS::EC2::VPCPeeringConnection': 'pcx',
  'AWS::EC2::VPNConnection': 'vpn',
  'AWS::EC2::VPNGateway': 'vgw',
  'AWS::EC2::Volume': 'vol',
};

const TAGS: readonly Route[] = Object.entries(TAGGED).map(([kind, prefix]) => ({
  kind,
  present: 'CreateTags DeleteTags',
  id: `RP.resourcesSet.items[].resourceId ~ ^${prefix}-[^-]+$`,
}));

const INSTANCES: readonly Route[] = [
  {
    kind: 'AWS::EC2::Instance',
    present:
      'RunInstances StartInstances RebootInstances MonitorInstances UnmonitorInstances StopInstances',
    // They stay visible as terminated for about an hour.
    any: 'TerminateInstances',
    id: ['RE.instancesSet.items[].instanceId', 'RP.instancesSet.items[].instanceId'],
  },
  {
    kind: 'AWS::EC2::Instance',
    present:
      'ModifyInstance* ResetInstanceAttribute ModifyPrivateDnsNameOptions AttachVolume DetachVolume AttachNetworkInterface AssociateIamInstanceProfile DisassociateIamInstanceProfile ReplaceIamInstanceProfileAssociation',
    id: [
      'RP.instanceId',
      'RE.instanceId',
      'RE.iamInstanceProfileAssociation.instanceId',
      'RP.instanceCreditSpecification[].instanceId',
    ],
  },
  // Only where an instance is named is it one's address.
  {
    kind: 'AWS::EC2::Instance',
    present: 'AssociateAddress',
    when: 'RP.instanceId',
    id: 'RP.instanceId',
  },
  {
    kind: 'AWS::EC2::Instance',
    present: 'CreateFleet',
    when: 'RE.fleetInstanceSet.item[].instanceIds.item[]',
    id: 'RE.fleetInstanceSet.item[].instanceIds.item[]',
  },
  {
    kind: 'AWS::EC2::KeyPair',
    present: 'CreateKeyPair ImportKeyPair',
    absent: 'DeleteKeyPair',
    id: ['RE.keyName', 'RP.keyName'],
  },
  {
    kind: 'AWS::EC2::PlacementGroup',
    present: 'CreatePlacementGroup',
    absent: 'DeletePlacementGroup',
    id: 'RP.groupName',
  },
  {
    kind: 'AWS::EC2::Host',
    present: 'AllocateHosts',
    id: 'RE.hostIdSet.item[]',
  },
  {
    kind: 'AWS::EC2::Host',
    present: 'ModifyHosts',
    absent: 'ReleaseHosts',
    id: ['RP.hostId[].content', 'RP.hostId[]'],
  },
  {
    kind: 'AWS::EC2::CapacityReservation',
    present: 'CreateCapacityReservation ModifyCapacityReservation',
    absent: 'CancelCapacityReservation',
    id: ['RE.capacityReservation.capacityReservationId', 'RP.capacityReservationId'],
  },
  {
    kind: 'AWS::EC2::LaunchTemplate',
    present:
      'CreateLaunchTemplate ModifyLaunchTemplate CreateLaunchTemplateVersion DeleteLaunchTemplateVersions',
    absent: 'DeleteLaunchTemplate',
    id: [
      'RE.launchTemplate.launchTemplateId',
      'RE.launchTemplateVersion.launchTemplateId',
      'RE.successfullyDeletedLaunchTemplateVersionSet.item[].launchTemplateId',
      'RP.launchTemplateId',
    ],
  },
];

const VOLUMES: readonly Route[] = [
  {
    kind: 'AWS::EC2::Volume',
    present:
      'CreateVolume ModifyVolume ModifyVolumeAttribute AttachVolume DetachVolume EnableVolumeIO RestoreVolumeFromRecycleBin',
    absent: 'DeleteVolume',
    id: ['RE.volumeId', 'RP.volumeId', 'RE.volumeModification.volumeId'],
  },
  // Instances bring and take volumes of which no event tells.
  { kind: 'AWS::EC2::Volume', any: 'RunInstances TerminateInstances' },
  {
    kind: 'AWS::EC2::VolumeAttachment',
    present: 'AttachVolume',
    absent: 'DetachVolume',
    id: ['{RE.volumeId}|{RE.instanceId}', '{RP.volumeId}|{RP.instanceId}'],
  },
  // Images are what Ocean calls by this name.
  {
    kind: 'AWS::ImageBuilder::Image',
    present:
      'CreateImage RegisterImage CopyImage ModifyImageAttribute ResetImageAttribute EnableImage DisableImage EnableImageDeprecation DisableImageDeprecation RestoreImageFromRecycleBin',
    absent: 'DeregisterImage',
    id: ['RE.imageId', 'RP.imageId'],
  },
  {
    kind: 'AWS::ImageBuilder::Image',
    present: 'CreateTags DeleteTags',
    id: 'RP.resourcesSet.items[].resourceId ~ ^ami-',
  },
];

const NETWORKS: readonly Route[] = [
  {
    kind: 'AWS::EC2::VPC',
    present:
      'CreateVpc CreateDefaultVpc ModifyVpcAttribute ModifyVpcTenancy AssociateVpcCidrBlock DisassociateVpcCidrBlock AssociateDhcpOptions',
    absent: 'DeleteVpc',
    id: ['RE.vpc.vpcId', 'RP.vpcId', 'RE.vpcId'],
  },
  {
    kind: 'AWS::EC2::Subnet',
    present:
      'CreateSubnet CreateDefaultSubnet ModifySubnetAttribute AssociateSubnetCidrBlock DisassociateSubnetCidrBlock',
    absent: 'DeleteSubnet',
    id: ['RE.subnet.subnetId', 'RP.subnetId', 'RE.subnetId'],
  },
  {
    kind: 'AWS::EC2::SecurityGroup',
    present:
      'CreateSecurityGroup AuthorizeSecurityGroup* RevokeSecurityGroup* ModifySecurityGroupRules UpdateSecurityGroupRuleDescriptions*',
    absent: 'DeleteSecurityGroup',
    id: ['RE.groupId', 'RP.groupId'],
  },
  {
    kind: 'AWS::EC2::NetworkAcl',
    present:
      'CreateNetworkAcl CreateNetworkAclEntry ReplaceNetworkAclEntry DeleteNetworkAclEntry ReplaceNetworkAclAssociation',
    absent: 'DeleteNetworkAcl',
    id: ['RE.networkAcl.networkAclId', 'RP.networkAclId'],
  },
  {
    kind: 'AWS::EC2::NetworkInterface',
    present:
      'CreateNetworkInterface ModifyNetworkInterfaceAttribute ResetNetworkInterfaceAttribute AttachNetworkInterface AssignPrivateIpAddresses UnassignPrivateIpAddresses AssignIpv6Addresses UnassignIpv6Addresses',
    absent: 'DeleteNetworkInterface',
    id: ['RE.networkInterface.networkInterfaceId', 'RP.networkInterfaceId'],
  },
  {
    kind: 'AWS::EC2::NetworkInterface',
    present: 'RunInstances',
    id: 'RE.instancesSet.items[].networkInterfaceSet.items[].networkInterfaceId',
  },
  // Named by an attachment, or not at all.
  { kind: 'AWS::EC2::NetworkInterface', any: 'DetachNetworkInterface TerminateInstances' },
  {
    kind: 'AWS::EC2::NetworkInterface',
    present: 'AssociateAddress',
    when: 'RP.networkInterfaceId',
    id: 'RP.networkInterfaceId',
  },
  // The identifier has two parts of which only allocating names both.
  {
    kind: 'AWS::EC2::EIP',
    present: 'AllocateAddress',
    id: '{RE.publicIp}|{RE.allocationId}',
  },
  {
    kind: 'AWS::EC2::EIP',
    present: 'AssociateAddress DisassociateAddress ModifyAddressAttribute ResetAddressAttribute',
    absent: 'ReleaseAddress',
    id: '{RP.publicIp}|{RP.allocationId}',
    named: '{RP.publicIp}|',
  },
  {
    kind: 'AWS::EC2::EIP',
    any: 'CreateTags DeleteTags',
    when: 'RP.resourcesSet.items[].resourceId ~ ^eipalloc-',
  },
  {
    kind: 'AWS::EC2::EIPAssociation',
    present: 'AssociateAddress',
    absent: 'DisassociateAddress',
    id: ['RE.associationId', 'RP.associationId'],
  },
  {
    kind: 'AWS::EC2::DHCPOptions',
    present: 'CreateDhcpOptions',
    absent: 'DeleteDhcpOptions',
    id: ['RE.dhcpOptions.dhcpOptionsId', 'RP.dhcpOptionsId'],
  },
  {
    kind: 'AWS::EC2::PrefixList',
    present: 'CreateManagedPrefixList ModifyManagedPrefixList RestoreManagedPrefixListVersion',
    absent: 'DeleteManagedPrefixList',
    id: ['RE.prefixList.prefixListId', 'RP.prefixListId'],
  },
  {
    kind: 'AWS::EC2::FlowLog',
    present: 'CreateFlowLogs',
    id: 'RE.flowLogIdSet.item[]',
  },
  {
    kind: 'AWS::EC2::FlowLog',
    absent: 'DeleteFlowLogs',
    id: ['RP.flowLogId[].content', 'RP.flowLogId[]'],
  },
];

const ROUTES: readonly Route[] = [
  {
    kind: 'AWS::EC2::RouteTable',
    present:
      'CreateRouteTable CreateRoute ReplaceRoute DeleteRoute AssociateRouteTable ReplaceRouteTableAssociation EnableVgwRoutePropagation DisableVgwRoutePropagation',
    absent: 'DeleteRouteTable',
    id: ['RE.routeTable.routeTableId', 'RP.routeTableId'],
  },
  // Named by an association alone.
  { kind: 'AWS::EC2::RouteTable', any: 'DisassociateRouteTable' },
  {
    kind: 'AWS::EC2::Route',
    present: 'CreateRoute ReplaceRoute',
    absent: 'DeleteRoute',
    id: [
      '{RP.routeTableId}|{RP.destinationCidrBlock}',
      '{RP.routeTableId}|{RP.destinationIpv6CidrBlock}',
      '{RP.routeTableId}|{RP.destinationPrefixListId}',
    ],
  },
  {
    kind: 'AWS::EC2::SubnetRouteTableAssociation',
    present: 'AssociateRouteTable ReplaceRouteTableAssociation',
    id: ['RE.newAssociationId', 'RE.associationId'],
  },
  {
    kind: 'AWS::EC2::SubnetRouteTableAssociation',
    absent: 'DisassociateRouteTable ReplaceRouteTableAssociation',
    id: 'RP.associationId',
  },
];

const GATEWAYS: readonly Route[] = [
  {
    kind: 'AWS::EC2::InternetGateway',
    present: 'CreateInternetGateway AttachInternetGateway DetachInternetGateway',
    absent: 'DeleteInternetGateway',
    id: ['RE.internetGateway.internetGatewayId', 'RP.internetGatewayId'],
  },
  {
    kind: 'AWS::EC2::EgressOnlyInternetGateway',
    present: 'CreateEgressOnlyInternetGateway',
    absent: 'DeleteEgressOnlyInternetGateway',
    id: [
      'RE.egressOnlyInternetGateway.egressOnlyInternetGatewayId',
      'RP.egressOnlyInternetGatewayId',
    ],
  },
  {
    kind: 'AWS::EC2::NatGateway',
    present:
      'CreateNatGateway AssociateNatGatewayAddress DisassociateNatGatewayAddress AssignPrivateNatGatewayAddress UnassignPrivateNatGatewayAddress',
    absent: 'DeleteNatGateway',
    id: ['RE.natGateway.natGatewayId', 'RP.natGatewayId'],
  },
  {
    kind: 'AWS::EC2::CustomerGateway',
    present: 'CreateCustomerGateway',
    absent: 'DeleteCustomerGateway',
    id: ['RE.customerGateway.customerGatewayId', 'RP.customerGatewayId'],
  },
  {
    kind: 'AWS::EC2::VPNGateway',
    present: 'CreateVpnGateway AttachVpnGateway DetachVpnGateway',
    absent: 'DeleteVpnGateway',
    id: ['RE.vpnGateway.vpnGatewayId', 'RP.vpnGatewayId'],
  },
  {
    kind: 'AWS::EC2::VPNConnection',
    present:
      'CreateVpnConnection ModifyVpnConnection ModifyVpnConnectionOptions ModifyVpnTunnelOptions ModifyVpnTunnelCertificate CreateVpnConnectionRoute DeleteVpnConnectionRoute',
    absent: 'DeleteVpnConnection',
    id: ['RE.vpnConnection.vpnConnectionId', 'RP.vpnConnectionId'],
  },
  {
    kind: 'AWS::EC2::VPCEndpoint',
    present: 'CreateVpcEndpoint ModifyVpcEndpoint',
    absent: 'DeleteVpcEndpoints',
    id: ['RE.vpcEndpoint.vpcEndpointId', 'RP.vpcEndpointId[].content', 'RP.vpcEndpointId[]'],
  },
  {
    kind: 'AWS::EC2::VPCPeeringConnection',
    present:
      'CreateVpcPeeringConnection AcceptVpcPeeringConnection ModifyVpcPeeringConnectionOptions',
    absent: 'DeleteVpcPeeringConnection RejectVpcPeeringConnection',
    id: ['RE.vpcPeeringConnection.vpcPeeringConnectionId', 'RP.vpcPeeringConnectionId'],
  },
  {
    kind: 'AWS::EC2::TransitGateway',
    present: 'CreateTransitGateway ModifyTransitGateway',
    absent: 'DeleteTransitGateway',
    id: ['RE.transitGateway.transitGatewayId', 'RP.transitGatewayId'],
  },
  ...['AWS::EC2::TransitGatewayAttachment', 'AWS::EC2::TransitGatewayVpcAttachment'].map(
    (kind): Route => ({
      kind,
      present:
        'CreateTransitGatewayVpcAttachment ModifyTransitGatewayVpcAttachment AcceptTransitGatewayVpcAttachment',
      absent: 'DeleteTransitGatewayVpcAttachment RejectTransitGatewayVpcAttachment',
      id: [
        'RE.transitGatewayVpcAttachment.transitGatewayAttachmentId',
        'RP.transitGatewayAttachmentId',
      ],
    }),
  ),
  {
    kind: 'AWS::EC2::TransitGatewayRouteTable',
    present: 'CreateTransitGatewayRouteTable',
    absent: 'DeleteTransitGatewayRouteTable',
    id: ['RE.transitGatewayRouteTable.transitGatewayRouteTableId', 'RP.transitGatewayRouteTableId'],
  },
];

export const EC2: ServiceRoutes = {
  source: 'ec2',
  routes: [...INSTANCES, ...VOLUMES, ...NETWORKS, ...ROUTES, ...GATEWAYS, ...TAGS],
  // Snapshots, console output and the like: no kind shows them.
  quiet:
    'CreateSnapshot CreateSnapshots CopySnapshot DeleteSnapshot ModifySnapshotAttribute ResetSnapshotAttribute ModifySnapshotTier SharedSnapshot* LockSnapshot UnlockSnapshot CreateNetworkInterfacePermission DeleteNetworkInterfacePermission SendDiagnosticInterrupt ReportInstanceStatus RequestSpotInstances CancelSpotInstanceRequests BidEvictedEvent CreateInstanceExportTask StartNetworkInsightsAnalysis EnableFastSnapshotRestores DisableFastSnapshotRestores',
};
