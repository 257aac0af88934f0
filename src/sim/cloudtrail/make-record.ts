import type { Random } from '../organization/random.js';
import type { LoggedCall } from './write-calls.js';

/** A CloudTrail record. */
export type TrailRecord = Readonly<Record<string, unknown>> & {
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly recipientAccountId: string;
};

/** What is not as usual with a call. */
export interface Circumstances {
  /** A call that changes nothing by itself. */
  readonly readOnly?: boolean;
  /** It failed so. */
  readonly error?: { readonly code: string; readonly message: string };
}

const AGENTS = [
  'APN/1.0 HashiCorp/1.0 Terraform/1.9.5 (+https://www.terraform.io) aws-sdk-go-v2/1.30.4',
  'aws-cli/2.17.44 md/awscrt#0.21.2 ua/2.0 os/linux#6.8 md/arch#x86_64 lang/python#3.11.9',
  'Boto3/1.35.10 md/Botocore#1.35.10 ua/2.0 os/linux lang/python#3.12.5 cfg/retry-mode#legacy',
  'AWS Internal',
] as const;

/** A version 4 UUID drawn from the seed. */
export function uuid(random: Random): string {
  const hex = random.hex(32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** CloudTrail's times have whole seconds. */
export function secondsOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/**
 * The whole record of a call. Members that only some records have come and go: `resources`,
 * `apiVersion`, `readOnly` (which old versions lack), `tlsDetails`, `additionalEventData`.
 */
export function makeRecord(
  { accountId, region, call }: LoggedCall,
  at: number,
  random: Random,
  { readOnly = false, error }: Circumstances = {},
): TrailRecord {
  const old = random.oneIn(10);
  return {
    eventVersion: old ? '1.05' : random.pick(['1.08', '1.09', '1.11']),
    userIdentity: identityOf(accountId, at, random),
    eventTime: secondsOf(at),
    eventSource: `${call.service}.amazonaws.com`,
    eventName: call.name,
    awsRegion: region,
    sourceIPAddress: `198.51.100.${random.int(256)}`,
    userAgent: random.pick(AGENTS),
    ...(error !== undefined && { errorCode: error.code, errorMessage: error.message }),
    requestParameters: call.request,
    responseElements: error === undefined ? call.response : null,
    ...(call.service === 's3' && {
      additionalEventData: {
        SignatureVersion: 'SigV4',
        CipherSuite: 'ECDHE-RSA-AES128-GCM-SHA256',
        bytesTransferredIn: random.int(4096),
        AuthenticationMethod: 'AuthHeader',
      },
    }),
    requestID: uuid(random),
    eventID: uuid(random),
    ...(!old && { readOnly }),
    ...(call.resources !== undefined &&
      random.oneIn(3) && {
        resources: call.resources.map(({ arn, type }) => ({
          accountId,
          ...(type !== undefined && { type }),
          ARN: arn,
        })),
      }),
    eventType: 'AwsApiCall',
    ...(call.apiVersion !== undefined && { apiVersion: call.apiVersion }),
    managementEvent: true,
    recipientAccountId: accountId,
    ...(!old && {
      eventCategory: 'Management',
      tlsDetails: {
        tlsVersion: 'TLSv1.3',
        cipherSuite: 'TLS_AES_128_GCM_SHA256',
        clientProvidedHostHeader: `${call.service}.${region}.amazonaws.com`,
      },
    }),
  };
}

function identityOf(accountId: string, at: number, random: Random): unknown {
  const draw = random.int(10);
  if (draw === 0)
    return {
      type: 'Root',
      principalId: accountId,
      arn: `arn:aws:iam::${accountId}:root`,
      accountId,
    };
  if (draw === 1) return { type: 'AWSService', invokedBy: 'autoscaling.amazonaws.com' };
  if (draw < 5)
    return {
      type: 'IAMUser',
      principalId: `AIDA${random.hex(17).toUpperCase()}`,
      arn: `arn:aws:iam::${accountId}:user/deployer`,
      accountId,
      accessKeyId: `AKIA${random.hex(16).toUpperCase()}`,
      userName: 'deployer',
    };
  const principalId = `AROA${random.hex(17).toUpperCase()}`;
  return {
    type: 'AssumedRole',
    principalId: `${principalId}:ci`,
    arn: `arn:aws:sts::${accountId}:assumed-role/Deploy/ci`,
    accountId,
    accessKeyId: `ASIA${random.hex(16).toUpperCase()}`,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId,
        arn: `arn:aws:iam::${accountId}:role/Deploy`,
        accountId,
        userName: 'Deploy',
      },
      webIdFederationData: {},
      attributes: { creationDate: secondsOf(at - 600_000), mfaAuthenticated: 'false' },
    },
  };
}
