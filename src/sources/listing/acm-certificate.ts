import type { KeyAlgorithm, ListCertificatesCommandInput } from '@aws-sdk/client-acm';
import type { BoundClients } from '../../aws/clients.js';
import type { SendOptions } from '../../aws/call.js';
import type { DescribedKind, DescribedPage } from './described-kind.js';

/**
 * `AWS::ACM::Certificate`: certificates as ListCertificates tells them. ACM describes a single one in
 * another shape, so one is read by looking for it in the list, of which a page holds up to a thousand.
 */
export const ACM_CERTIFICATE: DescribedKind = {
  kind: 'AWS::ACM::Certificate',
  operations: { list: 'ListCertificates', read: 'ListCertificates' },
  absent: [],
  page: listPage,
  async one(clients, identifier, options) {
    for (let token: string | undefined; ;) {
      const { items, nextToken } = await listPage(clients, token, options);
      const found = items?.find((item) => arnOf(item) === identifier);
      if (found !== undefined || !nextToken || nextToken === token) return found;
      token = nextToken;
    }
  },
  identify: arnOf,
};

/** Without them ACM lists certificates of RSA keys of up to 2,048 bits alone (from the API reference). */
const KEY_TYPES: readonly KeyAlgorithm[] = [
  'RSA_1024',
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'EC_prime256v1',
  'EC_secp384r1',
  'EC_secp521r1',
];

async function listPage(
  clients: BoundClients,
  token: string | undefined,
  options: SendOptions,
): Promise<DescribedPage> {
  const { ListCertificatesCommand } = await import('@aws-sdk/client-acm');
  const input: ListCertificatesCommandInput = {
    Includes: { keyTypes: [...KEY_TYPES] },
    MaxItems: 1_000,
    ...(token !== undefined && { NextToken: token }),
  };
  const answer = await (await clients.acm()).send(new ListCertificatesCommand(input), options);
  return { items: answer.CertificateSummaryList, nextToken: answer.NextToken };
}

function arnOf(item: object): string | undefined {
  return (item as { readonly CertificateArn?: string }).CertificateArn;
}
