import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Organization } from '../organization/organization.js';
import { pageOf, slicePage } from './page-token.js';
import { Refusal } from './refusal.js';
import type { Answer, Caller, Operation, Service, Twist } from './service.js';
import { textOf } from './text.js';
import { element } from './xml.js';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const KIND = 'AWS::S3::Bucket';

/** The names under which S3 spells the common errors. */
const COMMON: Readonly<Record<string, string>> = {
  UnrecognizedClientException: 'InvalidAccessKeyId',
  ExpiredTokenException: 'ExpiredToken',
  MissingAuthenticationTokenException: 'AccessDenied',
  InvalidSignatureException: 'SignatureDoesNotMatch',
};

/** S3 over REST XML: ListBuckets, GetBucketLocation and HeadBucket, addressed by path. */
export class S3 implements Service {
  readonly name = 's3';

  constructor(private readonly organization: Organization) {}

  decode(request: IncomingMessage): Operation {
    const url = new URL(request.url ?? '/', 'http://s3');
    const bucket = decodeURIComponent(url.pathname.slice(1).replace(/\/$/, ''));
    const input = { ...Object.fromEntries(url.searchParams), bucket };
    const token = url.searchParams.get('continuation-token');
    if (request.method === 'GET' && bucket === '')
      return { name: 'ListBuckets', input, facts: { kind: KIND, page: pageOf(token) } };
    const name =
      request.method === 'HEAD'
        ? 'HeadBucket'
        : url.searchParams.has('location')
          ? 'GetBucketLocation'
          : '';
    return { name, input, facts: { kind: KIND, identifier: bucket } };
  }

  perform(operation: Operation, caller: Caller, twist: Twist): Answer {
    switch (operation.name) {
      case 'ListBuckets':
        return this.listBuckets(operation.input, caller, twist);
      case 'GetBucketLocation': {
        const region = this.regionOf(operation, caller);
        return xml(
          200,
          `<LocationConstraint xmlns="${NAMESPACE}">${region === 'us-east-1' ? '' : region}</LocationConstraint>`,
        );
      }
      case 'HeadBucket':
        return {
          status: 200,
          headers: { 'x-amz-bucket-region': this.regionOf(operation, caller) },
          body: '',
        };
      default:
        throw new Refusal('NotImplemented', 501, 'the simulation has no such operation of S3');
    }
  }

  refuse(refusal: Refusal): Answer {
    const code = COMMON[refusal.code] ?? refusal.code;
    return xml(
      refusal.status,
      `<Error>${element('Code', code)}${element('Message', refusal.message)}${element('RequestId', randomUUID())}</Error>`,
    );
  }

  throttled(): Refusal {
    return new Refusal('SlowDown', 503, 'Please reduce your request rate.');
  }

  denied(): Refusal {
    return new Refusal('AccessDenied', 403, 'Access Denied');
  }

  private listBuckets(
    input: Readonly<Record<string, unknown>>,
    caller: Caller,
    twist: Twist,
  ): Answer {
    const { 'bucket-region': region, prefix = '', 'continuation-token': token } = input;
    const size = Number(input['max-buckets'] ?? 10_000);
    if (!Number.isInteger(size) || size < 1 || size > 10_000)
      throw new Refusal('InvalidArgument', 400, 'max-buckets must be from 1 to 10000');
    const buckets = this.buckets(caller.principal.accountId)
      .filter(
        (bucket) =>
          (region === undefined || bucket.region === region) &&
          bucket.name.startsWith(String(prefix)),
      )
      .filter((bucket) => twist.hidden?.(bucket.name) !== true);
    const { page, next } = slicePage(twist.empty ? [] : buckets, {
      listing: `ListBuckets|${caller.principal.accountId}|${String(region)}|${String(prefix)}`,
      token: token === undefined ? undefined : textOf(token),
      size,
      poison: twist.poisonToken,
      refuse: () =>
        new Refusal('InvalidArgument', 400, 'The continuation token provided is incorrect'),
    });
    const items = page.map(
      ({ name, region: own }) =>
        `<Bucket>${element('Name', name)}${element('CreationDate', '2024-01-01T00:00:00.000Z')}${element('BucketRegion', own)}</Bucket>`,
    );
    const owner = `<Owner>${element('ID', caller.principal.accountId.padStart(64, '0'))}</Owner>`;
    const tail = next === undefined ? '' : element('ContinuationToken', next);
    return xml(
      200,
      `<ListAllMyBucketsResult xmlns="${NAMESPACE}">${owner}<Buckets>${items.join('')}</Buckets>${tail}</ListAllMyBucketsResult>`,
    );
  }

  private buckets(accountId: string): { name: string; region: string }[] {
    const store = this.organization.store(KIND, accountId, 'global');
    const buckets: { name: string; region: string }[] = [];
    for (let position = 0; store !== undefined && position < store.positions; position++) {
      const held = store.at(position);
      if (held !== undefined) buckets.push({ name: held.identifier, region: held.region });
    }
    return buckets.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private regionOf({ input }: Operation, caller: Caller): string {
    const held = this.organization
      .store(KIND, caller.principal.accountId, 'global')
      ?.find(String(input['bucket']));
    if (held === undefined)
      throw new Refusal('NoSuchBucket', 404, 'The specified bucket does not exist');
    return held.region;
  }
}

function xml(status: number, body: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  };
}
