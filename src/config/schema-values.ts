import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from './duration.js';

/** Adds a problem in Sluice's form to a zod check; `schema-problems.ts` reads `params`. */
export function report(
  ctx: z.RefinementCtx,
  what: string,
  expected?: string,
  hint?: string,
  code = 'config.invalid-value',
): void {
  ctx.addIssue({ code: 'custom', message: what, params: { code, expected, hint } });
}

const TRUE_WORDS = ['true', 'yes', 'on', '1', 't', 'y'];
const FALSE_WORDS = ['false', 'no', 'off', '0', 'f', 'n'];

/**
 * true or false. Ocean's own mappings write `'true'` in quotes, so the words that Ocean takes for
 * booleans count too.
 */
export const flag = (description: string, byDefault: boolean) =>
  z
    .union([z.boolean(), z.string(), z.number()])
    .nullish()
    .transform((value, ctx) => {
      if (value === null || value === undefined) return byDefault;
      const word = String(value).toLowerCase();
      if (TRUE_WORDS.includes(word)) return true;
      if (!FALSE_WORDS.includes(word)) report(ctx, quoted(value), 'true or false');
      return false;
    })
    .meta({
      description: `${description} Default ${byDefault}.`,
      override: { type: ['boolean', 'string'], default: byDefault },
    });

/** A length of time as text, in milliseconds after parsing. */
export const duration = (description: string, byDefault: string, atLeastMs: number) =>
  z
    .union([z.string(), z.number()])
    .nullish()
    .transform((value, ctx) => {
      const ms = parseDuration(String(value ?? byDefault));
      if (ms !== undefined && ms >= atLeastMs) return ms;
      if (ms !== undefined)
        report(ctx, `${quoted(value)} is too short`, `at least ${atLeastMs} ms`);
      else {
        const expected = `a number with a unit (ms, s, m, h, d), such as ${byDefault}`;
        report(ctx, `${quoted(value)} is no duration`, expected);
      }
      return z.NEVER;
    })
    .meta({
      description: `${description} Default ${byDefault}.`,
      override: { type: 'string', default: byDefault, pattern: DURATION_PATTERN.source },
    });

/** A text that must match; `expected` tells the user how it should look. */
export const textLike = (pattern: RegExp, expected: string, description: string) =>
  z
    .string()
    .superRefine((value, ctx) => {
      if (!pattern.test(value)) report(ctx, quoted(value), expected);
    })
    .meta({ description, override: { pattern: pattern.source } });

export const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/;

export const roleArn = (description: string) =>
  textLike(ROLE_ARN, 'a role ARN such as arn:aws:iam::123456789012:role/Reader', description);

export const streamArn = (description: string) =>
  textLike(
    /^arn:aws[a-z-]*:kinesis:[a-z0-9-]+:\d{12}:stream\/[\w.-]{1,128}$/,
    'a stream ARN such as arn:aws:kinesis:eu-west-1:123456789012:stream/events',
    description,
  );

/** The account of a role ARN. */
export function accountOfArn(arn: string): string {
  return arn.split(':')[4] ?? '';
}

const ACCOUNT_ID = /^\d{12}$/;

/** Account ids may come unquoted: YAML gives numbers, and a leading zero is gone by then. */
function accountText(value: string | number, ctx: z.RefinementCtx): string | undefined {
  const text = String(value);
  if (typeof value === 'string' || ACCOUNT_ID.test(text)) return text;
  report(
    ctx,
    `the number ${text} is no account id`,
    'twelve digits',
    /^\d{9,11}$/.test(text)
      ? `YAML drops leading zeros of numbers: put it in quotes ("${text.padStart(12, '0')}")`
      : 'put account ids in quotes',
  );
  return undefined;
}

/** An account id, or a glob over account ids. */
export const accountGlob = z
  .union([z.string(), z.number()])
  .transform((value, ctx) => {
    const text = accountText(value, ctx);
    if (text === undefined) return z.NEVER;
    const fixed = text.replaceAll('*', '').length;
    const wild = /[*?]/.test(text);
    if (!/^[\d*?]+$/.test(text) || fixed > 12 || (!wild && fixed !== 12)) {
      report(ctx, quoted(text), 'an account id of twelve digits, or digits with * and ?');
    }
    return text;
  })
  .meta({
    description: 'Account id of twelve digits (in quotes), or digits with the wildcards * and ?.',
    override: { type: ['string', 'integer'] },
  });

/** An account named one by one: its id, or the ARN of the role to assume in it. */
export const accountEntry = z
  .union([z.string(), z.number()])
  .transform((value, ctx) => {
    const text = accountText(value, ctx);
    if (text === undefined) return z.NEVER;
    if (ACCOUNT_ID.test(text)) return { accountId: text };
    if (ROLE_ARN.test(text)) return { accountId: accountOfArn(text), roleArn: text };
    const wild = /^[\d*?]+$/.test(text) && /[*?]/.test(text);
    report(
      ctx,
      quoted(text),
      'an account id of twelve digits or a role ARN',
      wild ? 'write globs under include or exclude' : undefined,
    );
    return z.NEVER;
  })
  .meta({
    description: 'Account id of twelve digits (in quotes), or the ARN of the role to assume.',
    override: { type: ['string', 'integer'] },
  });

/** A region code, or a glob over region codes. */
export const regionGlob = z
  .string()
  .superRefine((value, ctx) => {
    const ok = /[*?]/.test(value)
      ? /^[a-z0-9*?-]+$/.test(value)
      : /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(value);
    if (ok) return;
    report(
      ctx,
      `${quoted(value)} is no region`,
      'a region code such as eu-west-1; * and ? may stand in it',
    );
  })
  .meta({ description: 'Region code such as eu-west-1, or one with the wildcards * and ?.' });

/** A glob over names: anything but an empty text. */
export const nameGlob = z
  .string()
  .superRefine((value, ctx) => {
    if (value.trim() === '') report(ctx, 'an empty text', 'a name, an id, or one with * and ?');
    else if (/[[\]{}]/.test(value)) {
      report(
        ctx,
        quoted(value),
        'a name, an id, or one with * and ?',
        'list alternatives one by one',
      );
    }
  })
  .meta({ description: 'Name or id; * stands for any text, ? for one character.' });

/** A list that may be left empty in the file. */
export const listOf = <T extends z.ZodType>(item: T, description: string) =>
  z
    .array(item)
    .nullish()
    .transform((value): z.output<T>[] => value ?? [])
    .meta({ description });

/** A value as it is shown in a message, cut where it is long. */
export function quoted(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}
