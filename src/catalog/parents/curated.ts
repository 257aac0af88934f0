/**
 * Parents that names do not tell, by child: the parent kind, then `property=parent's property` for each
 * property of the child's ResourceModel. From the reference of the types (their properties and return
 * values) and of the list calls behind them. Where a type names several inputs and requires none, the
 * one that names a parent is given.
 */
export const CURATED_PARENTS: Readonly<Record<string, string>> = {
  'Amplify::Branch': 'Amplify::App AppId=AppId',
  'ApiGatewayV2::RoutingRule': 'ApiGatewayV2::DomainName DomainNameArn=DomainNameArn',
  // Namespaces of channels are the Event API's; GraphQL APIs have none.
  'AppSync::ChannelNamespace': 'AppSync::Api ApiId=ApiId',
  'Athena::PreparedStatement': 'Athena::WorkGroup WorkGroup=Name',
  'Batch::QuotaShare': 'Batch::JobQueue JobQueue=JobQueueArn',
  'BedrockAgentCore::HarnessEndpoint': 'BedrockAgentCore::Harness HarnessId=HarnessId',
  'BedrockAgentCore::PaymentConnector':
    'BedrockAgentCore::PaymentManager PaymentManagerId=PaymentManagerId',
  'BedrockAgentCore::Policy': 'BedrockAgentCore::PolicyEngine PolicyEngineId=PolicyEngineId',
  'Cases::CaseRule': 'Cases::Domain DomainId=DomainId',
  'Cases::Field': 'Cases::Domain DomainId=DomainId',
  'Cases::Layout': 'Cases::Domain DomainId=DomainId',
  'Cases::Template': 'Cases::Domain DomainId=DomainId',
  'CodeArtifact::PackageGroup': 'CodeArtifact::Domain DomainName=DomainName',
  // Connect calls these ids, and takes ARNs in them.
  'Connect::ContactFlowModuleAlias':
    'Connect::ContactFlowModule ContactFlowModuleId=ContactFlowModuleArn',
  'Connect::ContactFlowModuleVersion':
    'Connect::ContactFlowModule ContactFlowModuleId=ContactFlowModuleArn',
  'Connect::ContactFlowVersion': 'Connect::ContactFlow ContactFlowId=ContactFlowArn',
  'Connect::IntegrationAssociation': 'Connect::Instance InstanceId=Arn',
  'Connect::DataLakeAssociation': 'Connect::Instance InstanceId=Id',
  'Connect::DataTableAttribute': 'Connect::DataTable InstanceArn=InstanceArn,DataTableArn=Arn',
  'Connect::DataTableRecord': 'Connect::DataTable InstanceArn=InstanceArn,DataTableArn=Arn',
  'Connect::PhoneNumber': 'Connect::Instance TargetArn=Arn',
  'ConnectCampaignsV2::Campaign': 'Connect::Instance ConnectInstanceId=Id',
  'DataZone::Environment': 'DataZone::Project DomainIdentifier=DomainId,ProjectIdentifier=Id',
  'DataZone::EnvironmentActions':
    'DataZone::Environment DomainIdentifier=DomainId,EnvironmentIdentifier=Id',
  'DataZone::ProjectMembership': 'DataZone::Project DomainIdentifier=DomainId,ProjectIdentifier=Id',
  'Deadline::Fleet': 'Deadline::Farm FarmId=FarmId',
  'Deadline::Limit': 'Deadline::Farm FarmId=FarmId',
  'Deadline::MeteredProduct': 'Deadline::LicenseEndpoint LicenseEndpointId=LicenseEndpointId',
  'Deadline::Queue': 'Deadline::Farm FarmId=FarmId',
  'Deadline::QueueEnvironment': 'Deadline::Queue FarmId=FarmId,QueueId=QueueId',
  'Deadline::QueueFleetAssociation': 'Deadline::Farm FarmId=FarmId',
  'Deadline::QueueLimitAssociation': 'Deadline::Farm FarmId=FarmId',
  'Deadline::StorageProfile': 'Deadline::Farm FarmId=FarmId',
  'DirectConnect::DirectConnectGatewayAssociation':
    'DirectConnect::DirectConnectGateway DirectConnectGatewayId=DirectConnectGatewayId',
  'ElasticLoadBalancingV2::Listener':
    'ElasticLoadBalancingV2::LoadBalancer LoadBalancerArn=LoadBalancerArn',
  'ElasticLoadBalancingV2::ListenerRule':
    'ElasticLoadBalancingV2::Listener ListenerArn=ListenerArn',
  'EventSchemas::Schema': 'EventSchemas::Registry RegistryName=RegistryName',
  'Glue::SchemaVersion': 'Glue::Schema Schema/SchemaArn=Arn',
  'GuardDuty::Master': 'GuardDuty::Detector DetectorId=Id',
  'IdentityStore::Group': 'SSO::Instance IdentityStoreId=IdentityStoreId',
  // A function's name does where its ARN is asked for (Lambda's reference of the property).
  'Lambda::Url': 'Lambda::Function TargetFunctionArn=FunctionName',
  'M2::Deployment': 'M2::Application ApplicationId=ApplicationId',
  'MediaPackageV2::Channel': 'MediaPackageV2::ChannelGroup ChannelGroupName=ChannelGroupName',
  'MediaPackageV2::OriginEndpoint':
    'MediaPackageV2::Channel ChannelGroupName=ChannelGroupName,ChannelName=ChannelName',
  'OpenSearchServerless::Index':
    'OpenSearchServerless::Collection CollectionEndpoint=CollectionEndpoint',
  'PCS::ComputeNodeGroup': 'PCS::Cluster ClusterId=Id',
  'PCS::Queue': 'PCS::Cluster ClusterId=Id',
  'Route53GlobalResolver::HostedZoneAssociation': 'Route53GlobalResolver::DnsView ResourceArn=Arn',
  'S3Files::AccessPoint': 'S3Files::FileSystem FileSystemId=FileSystemId',
  'S3Files::MountTarget': 'S3Files::FileSystem FileSystemId=FileSystemId',
  'S3Tables::Namespace': 'S3Tables::TableBucket TableBucketARN=TableBucketARN',
  'S3Tables::Table': 'S3Tables::TableBucket TableBucketARN=TableBucketARN',
  'S3Tables::TablePolicy': 'S3Tables::TableBucket TableBucketARN=TableBucketARN',
  'S3Vectors::Index': 'S3Vectors::VectorBucket VectorBucketArn=VectorBucketArn',
  'SageMaker::ImageVersion': 'SageMaker::Image ImageName=ImageName',
  'SageMaker::ModelPackage':
    'SageMaker::ModelPackageGroup ModelPackageGroupName=ModelPackageGroupName',
  'ServiceCatalog::PortfolioProductAssociation':
    'ServiceCatalog::CloudFormationProduct ProductId=Id',
  'ServiceCatalogAppRegistry::AttributeGroupAssociation':
    'ServiceCatalogAppRegistry::Application ApplicationArn=Arn',
  'ServiceCatalogAppRegistry::ResourceAssociation':
    'ServiceCatalogAppRegistry::Application ApplicationArn=Arn',
  'Signer::ProfilePermission': 'Signer::SigningProfile ProfileName=ProfileName',
  'Transfer::Agreement': 'Transfer::Server ServerId=ServerId',
  'Transfer::User': 'Transfer::Server ServerId=ServerId',
  'VpcLattice::Rule': 'VpcLattice::Listener ServiceIdentifier=ServiceArn,ListenerIdentifier=Arn',
  'VpcLattice::ServiceNetworkServiceAssociation':
    'VpcLattice::ServiceNetwork ServiceNetworkIdentifier=Arn',
  'VpcLattice::ServiceNetworkVpcAssociation':
    'VpcLattice::ServiceNetwork ServiceNetworkIdentifier=Arn',
  'Wisdom::MessageTemplate': 'Wisdom::KnowledgeBase KnowledgeBaseArn=KnowledgeBaseArn',
  'Wisdom::QuickResponse': 'Wisdom::KnowledgeBase KnowledgeBaseArn=KnowledgeBaseArn',
};
