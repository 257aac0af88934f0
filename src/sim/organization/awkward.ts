import type { Random } from './random.js';

/** Words that names are made of; plain, so that identifiers made of them suit Port. */
export const WORDS = [
  'orders', 'payments', 'search', 'ledger', 'gateway', 'catalog', 'billing', 'events', 'audit',
  'frontend', 'reports', 'identity', 'stream', 'archive', 'metrics', 'sessions',
] as const; // prettier-ignore

/** Texts that break careless code: unicode, quotes, line ends, JSON in strings, jq and template syntax. */
const TEXTS = [
  'plain text',
  'größer als 3 µs',
  '注文サービス',
  'صف الرسائل',
  'rocket 🚀 and family 👨‍👩‍👧‍👦',
  'she said "hello"',
  "it's O'Brien's",
  'first line\nsecond line\r\nthird',
  'tab\tand back\\slash',
  '{"nested":"{\\"json\\":true}"}',
  '\\(.Identifier) | env | halt',
  '${HOME} {{ template }} <b>&amp;</b>',
  ' line separators ',
  '',
  ' leading and trailing ',
  'null',
  'e\u0301 combining and \u0000 control',
] as const;

/** A description that may be any awkward text. */
export function awkwardText(random: Random): string {
  return random.pick(TEXTS);
}

/** A whole number beyond 2^53 as JSON text writes it; see {@link spliceRawNumbers}. */
export function rawNumber(digits: string): string {
  return `@raw:${digits}`;
}

/** Turns the strings that {@link rawNumber} made into bare JSON numbers, which JavaScript itself cannot write. */
export function spliceRawNumbers(json: string): string {
  return json.includes('"@raw:') ? json.replace(/"@raw:(-?\d+)"/g, '$1') : json;
}

const TAG_KEYS = [
  'Name', 'team', 'env', 'cost-center', 'aws:cloudformation:stack-name', 'Owner e-mail', 'größe', 'k8s.io/cluster/prod',
] as const; // prettier-ignore

/** Tags as most kinds have them: a list of keys and values, at times empty, null or absent (undefined). */
export function tagList(random: Random): { Key: string; Value: string }[] | null | undefined {
  const draw = random.int(16);
  if (draw === 0) return undefined;
  if (draw === 1) return null;
  if (draw === 2) return [];
  const first = random.int(TAG_KEYS.length);
  return Array.from({ length: 1 + random.int(5) }, (_, i) => ({
    Key: TAG_KEYS[(first + i) % TAG_KEYS.length] as string,
    Value: i === 0 ? awkwardText(random) : random.pick(WORDS),
  }));
}

/** Tags as a few kinds have them: an object. */
export function tagMap(random: Random): Record<string, string> | undefined {
  const list = tagList(random);
  return list ? Object.fromEntries(list.map((tag) => [tag.Key, tag.Value])) : undefined;
}

/** A policy document as a JSON string, as several services return it. */
export function policyText(random: Random, resource: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: `Allow "${random.pick(WORDS)}"`,
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['s3:GetObject', 'sqs:SendMessage'],
        Resource: resource,
        Condition: { StringLike: { 'aws:PrincipalTag/team': awkwardText(random) } },
      },
    ],
  });
}
