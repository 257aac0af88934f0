import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from './refusal.js';

/** What the Authorization header of a Signature Version 4 request says. */
export interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  /** Signing name of the service, e.g. `cloudcontrolapi`. */
  readonly service: string;
  readonly sessionToken: string | undefined;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([A-Za-z0-9_]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** Clocks may differ by so much, as AWS allows. */
const MAX_SKEW_MS = 15 * 60_000;

/**
 * Reads and checks the SigV4 header: its form, the signed headers that must be among those signed, and
 * the date. The signature itself is not computed: secrets are not what the simulation is about.
 */
export function readSignature(headers: IncomingHttpHeaders): Signature {
  const { authorization } = headers;
  if (authorization === undefined) {
    throw new Refusal(
      'MissingAuthenticationTokenException',
      403,
      'Request is missing Authentication Token',
    );
  }
  const match = AUTHORIZATION.exec(authorization);
  if (match === null) {
    throw new Refusal(
      'IncompleteSignatureException',
      400,
      'Authorization header is not a well-formed Signature Version 4',
    );
  }
  const [, accessKeyId, date, region, service, signedHeaders] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const signed = new Set(signedHeaders.split(';'));
  const token = header(headers, 'x-amz-security-token');
  for (const name of [
    'host',
    'x-amz-date',
    ...(token === undefined ? [] : ['x-amz-security-token']),
  ]) {
    if (!signed.has(name))
      throw new Refusal('InvalidSignatureException', 403, `'${name}' must be a signed header`);
  }
  checkDate(header(headers, 'x-amz-date'), date);
  return { accessKeyId, region, service, sessionToken: token };
}

function checkDate(text: string | undefined, scopeDate: string): void {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  if (parts === null || !(text ?? '').startsWith(scopeDate)) {
    throw new Refusal(
      'IncompleteSignatureException',
      400,
      'Date in Credential scope does not match X-Amz-Date',
    );
  }
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  if (Math.abs(Date.now() - at) > MAX_SKEW_MS) {
    throw new Refusal(
      'InvalidSignatureException',
      403,
      `Signature expired: ${text ?? ''} is too far from the current time`,
    );
  }
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
