import type { Definition } from './definition.js';

/**
 * ARNs: `arn:partition:service:region:account:resource`. What stands in front of the first `:` or `/` of
 * the resource is its type, except for services whose resources are named without one.
 */
export const ARNS: readonly Definition[] = [
  {
    name: 'arn_parse',
    text: `
def arn_parse:
  if type == "string" and startswith("arn:") then
    (. / ":") as $parts
    | ($parts[5:] | join(":")) as $resource
    | if $resource == "" or $parts[1] == "" or $parts[2] == "" then null else
        ($resource | if . == "/" then . else ltrimstr("/") end) as $named
        | ($named / ":" | first / "/" | first) as $type
        | ($type | length) as $length
        | (if $parts[2] == "s3" then $parts[4] == ""
           else ["sns", "sqs", "codecommit", "codepipeline", "execute-api"] | index($parts[2]) != null end
          ) as $untyped
        | ($untyped or $length == 0 or ($named | length) < $length + 2) as $bare
        | {
            partition: $parts[1],
            service: $parts[2],
            region: (if $parts[3] == "" then null else $parts[3] end),
            account: (if $parts[4] == "" then null else $parts[4] end),
            resource: $resource,
            resourceType: (if $bare then null else $type end),
            resourceId: (if $bare then $named else $named[$length + 1:] end)
          }
      end
  else null end;`,
  },
  {
    name: 'arn_name',
    needs: ['arn_parse'],
    text: `
def arn_name:
  if type != "string" then null
  elif startswith("arn:") then
    arn_parse | if . == null then null else [.resourceId | rtrimstr(":*") / "/" | .[] | select(. != "")] | last end
  else . end;`,
  },
  {
    name: 'arns',
    text: `
def arns: [.. | select(type == "string" and startswith("arn:"))] | unique;`,
  },
  {
    name: 'arn_build',
    text: `
def arn_build($service; $resource):
  if type == "object" and ([$service, $resource, .__AccountId, .__Region] | all(type == "string")) then
    "arn:\\(.__Partition // (.__Region
      | if startswith("cn-") then "aws-cn" elif startswith("us-gov-") then "aws-us-gov" else "aws" end)):\\($service):\\(
      if .__Region == "global" then "" else .__Region end):\\(.__AccountId):\\($resource)"
  else null end;`,
  },
  {
    name: 'resource_arn',
    needs: ['arn_build'],
    text: `
def resource_arn:
  if type != "object" then null else
    . as $resource
    | (if .Properties | type == "object" then .Properties else . end) as $fields
    | ((.__Kind // .Type) | if type == "string" then . / "::" else [] end) as $kind
    | first((
        $fields.Arn, $fields.ARN, $fields["\\($kind[2] // "")Arn"], $fields["\\($kind[2] // "")ARN"],
        .Identifier, .StackId,
        (if $kind[1] == "EC2" and (.Identifier | type == "string") then
          ({
            Instance: "instance", Volume: "volume", VPC: "vpc", Subnet: "subnet",
            SecurityGroup: "security-group", RouteTable: "route-table",
            InternetGateway: "internet-gateway", NatGateway: "natgateway",
            NetworkInterface: "network-interface", NetworkAcl: "network-acl",
            LaunchTemplate: "launch-template", TransitGateway: "transit-gateway",
            VPCEndpoint: "vpc-endpoint", VPCPeeringConnection: "vpc-peering-connection",
            FlowLog: "vpc-flow-log", DHCPOptions: "dhcp-options", EIP: null
          }[$kind[2]]) as $type
          | if $type == null then null else arn_build("ec2"; "\\($type)/\\($resource.Identifier)") end
        else null end),
        null
      ) | select(. == null or (type == "string" and startswith("arn:"))) | values) // null
  end;`,
  },
];
