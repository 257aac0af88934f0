import type { Definition } from './definition.js';

/**
 * Pages of the AWS console by kind, below the console's host. In braces stand fields of the resource's
 * properties (or of the resource, for kinds without `Properties`), or `region`, `account`, `id` (the
 * identifier), `arn` and `name` (the last part of the ARN). They are encoded for a URL; `=` leaves one as it is, `$` encodes twice with `$`
 * for `%`, as CloudWatch wants it.
 */
const PAGES: Readonly<Record<string, string>> = {
  'AWS::ACM::Certificate': 'acm/home?region={region}#/certificates/{name}',
  'AWS::ApiGateway::RestApi': 'apigateway/main/apis/{id}/resources?api={id}&region={region}',
  'AWS::ApiGatewayV2::Api': 'apigateway/main/api-detail?api={id}&region={region}',
  'AWS::AutoScaling::AutoScalingGroup': 'ec2/home?region={region}#AutoScalingGroupDetails:id={id}',
  'AWS::CloudFormation::Stack':
    'cloudformation/home?region={region}#/stacks/stackinfo?stackId={arn}',
  'AWS::CloudFront::Distribution': 'cloudfront/v4/home#/distributions/{id}',
  'AWS::CloudWatch::Alarm': 'cloudwatch/home?region={region}#alarmsV2:alarm/{id}',
  'AWS::CodeBuild::Project': 'codesuite/codebuild/{account}/projects/{id}?region={region}',
  'AWS::CodePipeline::Pipeline': 'codesuite/codepipeline/pipelines/{id}/view?region={region}',
  'AWS::Cognito::UserPool': 'cognito/v2/idp/user-pools/{id}/info?region={region}',
  'AWS::DynamoDB::Table': 'dynamodbv2/home?region={region}#table?name={id}',
  'AWS::EC2::Instance': 'ec2/home?region={region}#InstanceDetails:instanceId={id}',
  'AWS::EC2::InternetGateway':
    'vpcconsole/home?region={region}#InternetGateway:internetGatewayId={id}',
  'AWS::EC2::LaunchTemplate':
    'ec2/home?region={region}#LaunchTemplateDetails:launchTemplateId={id}',
  'AWS::EC2::NatGateway': 'vpcconsole/home?region={region}#NatGatewayDetails:natGatewayId={id}',
  'AWS::EC2::NetworkInterface': 'ec2/home?region={region}#NetworkInterface:networkInterfaceId={id}',
  'AWS::EC2::RouteTable': 'vpcconsole/home?region={region}#RouteTableDetails:RouteTableId={id}',
  'AWS::EC2::SecurityGroup': 'ec2/home?region={region}#SecurityGroup:groupId={id}',
  'AWS::EC2::Subnet': 'vpcconsole/home?region={region}#SubnetDetails:subnetId={id}',
  'AWS::EC2::VPC': 'vpcconsole/home?region={region}#VpcDetails:VpcId={id}',
  'AWS::EC2::Volume': 'ec2/home?region={region}#VolumeDetails:volumeId={id}',
  'AWS::ECR::Repository': 'ecr/repositories/private/{account}/{=id}?region={region}',
  'AWS::ECS::Cluster': 'ecs/v2/clusters/{id}?region={region}',
  'AWS::EFS::FileSystem': 'efs/home?region={region}#/file-systems/{id}',
  'AWS::EKS::Cluster': 'eks/home?region={region}#/clusters/{id}',
  'AWS::ELBV2::LoadBalancer':
    'ec2/home?region={region}#LoadBalancer:loadBalancerArn={=LoadBalancerArn}',
  'AWS::ElasticLoadBalancingV2::LoadBalancer':
    'ec2/home?region={region}#LoadBalancer:loadBalancerArn={=id}',
  'AWS::ElasticLoadBalancingV2::TargetGroup':
    'ec2/home?region={region}#TargetGroup:targetGroupArn={=id}',
  'AWS::IAM::Group': 'iam/home#/groups/details/{id}',
  'AWS::IAM::ManagedPolicy': 'iam/home#/policies/details/{id}',
  'AWS::IAM::Role': 'iam/home#/roles/details/{id}',
  'AWS::IAM::User': 'iam/home#/users/details/{id}',
  'AWS::ImageBuilder::Image': 'ec2/home?region={region}#ImageDetails:imageId={ImageId}',
  'AWS::KMS::Key': 'kms/home?region={region}#/kms/keys/{id}',
  'AWS::Kinesis::Stream': 'kinesis/home?region={region}#/streams/details/{id}/monitoring',
  'AWS::Lambda::Function': 'lambda/home?region={region}#/functions/{id}',
  'AWS::Logs::LogGroup': 'cloudwatch/home?region={region}#logsV2:log-groups/log-group/{$id}',
  'AWS::OpenSearchService::Domain': 'aos/home?region={region}#opensearch/domains/{id}',
  'AWS::RDS::DBCluster': 'rds/home?region={region}#database:id={id};is-cluster=true',
  'AWS::RDS::DBInstance': 'rds/home?region={region}#database:id={id};is-cluster=false',
  'AWS::Route53::HostedZone': 'route53/v2/hostedzones#ListRecordSets/{id}',
  'AWS::S3::Bucket': 's3/buckets/{id}',
  'AWS::SNS::Topic': 'sns/v3/home?region={region}#/topic/{=id}',
  'AWS::SQS::Queue': 'sqs/v3/home?region={region}#/queues/{id}',
  'AWS::SSM::Parameter': 'systems-manager/parameters/{id}/description?region={region}',
  'AWS::SecretsManager::Secret': 'secretsmanager/secret?name={Name}&region={region}',
  'AWS::StepFunctions::StateMachine': 'states/home?region={region}#/statemachines/view/{=id}',
};

export const CONSOLE: readonly Definition[] = [
  {
    name: 'console_url',
    needs: ['resource_arn', 'arn_name'],
    text: `
def console_url:
  def host($partition; $region):
    if $partition == "aws-cn" then
      "https://" + (if $region == null then "" else $region + "." end) + "console.amazonaws.cn/"
    elif $partition == "aws-us-gov" then "https://console.amazonaws-us-gov.com/"
    else "https://" + (if $region == null then "" else $region + "." end) + "console.aws.amazon.com/" end;
  def view:
    if type == "string" and startswith("arn:") then
      host(. / ":" | .[1]; null) + "go/view?arn=" + @uri
    else null end;
  if type != "object" then view else
    . as $resource
    | (if .Properties | type == "object" then .Properties else . end) as $fields
    | resource_arn as $arn
    | (.__Region | if type != "string" or . == "global" then null else . end) as $region
    | (.__Partition // ($arn // "" | . / ":" | .[1])
        // ($region // "" | if startswith("cn-") then "aws-cn" elif startswith("us-gov-") then "aws-us-gov" else "aws" end)
      ) as $partition
    | ((.__Kind // .Type) | if type == "string" then ${JSON.stringify(PAGES)}[.] else null end) as $page
    | (if $page == null then null else
        [($page / "{" | first), ($page / "{" | .[1:][] / "}" | (
          .[0] as $field
          | ($field | ltrimstr("=") | ltrimstr("$")) as $name
          | (if $name == "region" then $region elif $name == "account" then $resource.__AccountId
             elif $name == "id" then $resource.Identifier elif $name == "arn" then $arn
             elif $name == "name" then $arn | arn_name
             else $fields[$name] end)
          | if type != "string" or . == "" then null
            elif $field | startswith("=") then .
            elif $field | startswith("$") then @uri | @uri | split("%") | join("$")
            else @uri end), .[1])]
        | if any(. == null) then null else host($partition; $region) + join("") end
      end) // ($arn | view)
  end;`,
  },
];
