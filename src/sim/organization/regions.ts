/** Regions in the order in which a simulated organization takes them. */
export const REGIONS: Readonly<Record<string, readonly string[]>> = {
  aws: [
    'us-east-1', 'eu-west-1', 'us-west-2', 'eu-central-1', 'ap-southeast-2', 'us-east-2', 'ap-northeast-1',
    'eu-west-2', 'ca-central-1', 'ap-south-1', 'sa-east-1', 'eu-north-1', 'ap-southeast-1', 'us-west-1',
    'eu-west-3', 'ap-northeast-2', 'ap-northeast-3',
  ],
  'aws-us-gov': ['us-gov-west-1', 'us-gov-east-1'],
  'aws-cn': ['cn-north-1', 'cn-northwest-1'],
}; // prettier-ignore

/** Opt-in regions: listed in every account, enabled in none unless asked for. */
export const OPT_IN_REGIONS = ['af-south-1', 'eu-south-1', 'me-central-1'] as const;
