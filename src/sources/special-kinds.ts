/** Kinds whose listing is not Cloud Control's generic one. */

/** The accounts of the organization: listed once, through the organization role. */
export const ORGANIZATION_ACCOUNT = 'AWS::Organizations::Account';

/** Buckets: listed account-wide, each read from its own region. */
export const S3_BUCKET = 'AWS::S3::Bucket';
