import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from './duration.js';
import { regionPolicy, resource } from './schema-mapping.js';
import {
  accountEntry,
  accountGlob,
  duration,
  flag,
  listOf,
  nameGlob,
  quoted,
  report,
  roleArn,
  streamArn,
  textLike,
} from './schema-values.js';

const HOUR_MS = 3_600_000;

/** Role assumed in member accounts where the file names none. */
export const DEFAULT_MEMBER_ROLE = 'SluiceReadOnly';
/** Identifier of the integration in Port where the file names none. */
export const DEFAULT_INTEGRATION = 'sluice';
/** Port's identifier characters without `/`, which separates the parts of a datasource. */
export const INTEGRATION_PATTERN = /^[A-Za-z0-9@_.+:=-]{1,100}$/;
export const ROLE_NAME_PATTERN = /^[\w+=,.@/-]{1,512}$/;

const organization = z
  .strictObject({
    roleArn: roleArn(
      'Role that may list the organization, in its management or a delegated account. Default: the own credentials.',
    ).nullish(),
    memberRoleName: textLike(
      ROLE_NAME_PATTERN,
      'the name of a role, without its ARN',
      `Role assumed in every member account. Default ${DEFAULT_MEMBER_ROLE}.`,
    ).nullish(),
    externalId: textLike(
      /^[\w+=,.@:/-]{2,1224}$/,
      'two or more letters, digits or any of +=,.@:/-',
      'External id that the roles ask for.',
    ).nullish(),
    units: z
      .strictObject({
        include: listOf(nameGlob, 'Organizational units (ids or names) to take; empty means all.'),
        exclude: listOf(nameGlob, 'Organizational units to leave out; wins over include.'),
      })
      .nullish()
      .meta({ description: 'Only accounts below these organizational units.' }),
  })
  .nullish()
  .meta({ description: 'Take the accounts of an AWS organization.' });

const accountList = z
  .array(accountEntry)
  .min(1)
  .superRefine((entries, ctx) => {
    const seen = new Set<string>();
    entries.forEach((entry, index) => {
      if (seen.has(entry.accountId)) {
        ctx.addIssue({
          code: 'custom',
          path: [index],
          message: `account ${entry.accountId} twice`,
          params: { code: 'config.duplicate-account', hint: 'remove one of them' },
        });
      }
      seen.add(entry.accountId);
    });
  })
  .meta({ description: 'Accounts named one by one: ids, or ARNs of roles to assume.' });

const accountGlobs = z
  .strictObject({
    include: listOf(accountGlob, 'Accounts to take; empty means all.'),
    exclude: listOf(accountGlob, 'Accounts to leave out; wins over include.'),
  })
  .meta({ description: 'Accounts of the organization, by globs over their ids.' });

const perSecond = (what: string) =>
  z
    .number()
    .positive()
    .max(1000)
    .nullish()
    .meta({
      description: `${what} calls per second in each account and region. Default: learned from throttling.`,
    });

const aws = z
  .strictObject({
    organization,
    accounts: z.union([accountGlobs, accountList]).nullish().meta({
      description: 'Which accounts. Default: all of the organization, else the own account.',
    }),
    regions: regionPolicy('Which regions. Default: all that are enabled in the account.'),
    quotas: z
      .strictObject({ listPerSecond: perSecond('List'), readPerSecond: perSecond('Read') })
      .nullish()
      .meta({ description: 'Upper bounds for calls to Cloud Control.' }),
  })
  .nullish()
  .meta({ description: 'Accounts, regions and quotas of AWS.' });

const startFrom = z
  .string()
  .nullish()
  .transform((value, ctx): 'latest' | 'trim_horizon' | Date => {
    const word = (value ?? 'latest').toLowerCase();
    if (word === 'latest' || word === 'trim_horizon') return word;
    const time = /^\d{4}-\d{2}-\d{2}/.test(word) ? new Date(value ?? '') : new Date(Number.NaN);
    if (!Number.isNaN(time.getTime())) return time;
    report(ctx, quoted(value), 'latest, trim_horizon or a time such as 2026-01-31T12:00:00Z');
    return z.NEVER;
  })
  .meta({
    description: 'Where a new reader starts: latest, trim_horizon or a time. Default latest.',
  });

const live = z
  .strictObject({
    kinesis: z
      .strictObject({
        streamArn: streamArn('Kinesis stream that holds the CloudTrail events.'),
        roleArn: roleArn('Role that may read the stream. Default: the own credentials.').nullish(),
        startFrom,
        consumer: textLike(
          /^[A-Za-z0-9_.-]{1,128}$/,
          'at most 128 letters, digits or any of _.-',
          'Name of a consumer for enhanced fan-out, registered on use. Default: shards are polled.',
        ).nullish(),
        coalesceFor: duration('Events of one resource within this time cause one read.', '2s', 0),
        settleFor: duration(
          'How long a read that contradicts its event is repeated before it counts.',
          '60s',
          0,
        ),
      })
      .meta({ description: 'CloudTrail through a Kinesis stream.' }),
  })
  .nullish()
  .meta({ description: 'Changes as they happen, between resyncs.' });

const resync = z
  .strictObject({
    every: duration('Time between the starts of two resyncs.', '6h', 60_000),
    verifyAll: duration('Time between two checks of what Port really holds.', '24h', 1_000),
  })
  .nullish()
  .transform((value) => ({
    everyMs: value?.every ?? 6 * HOUR_MS,
    verifyAllMs: value?.verifyAll ?? 24 * HOUR_MS,
  }))
  .meta({ description: 'Full walks over all accounts, regions and kinds.' });

const port = z
  .strictObject({
    integration: textLike(
      INTEGRATION_PATTERN,
      'at most 100 letters, digits or any of @_.+:=-',
      `Identifier of the integration in Port: tells the entities that are ours. Default ${DEFAULT_INTEGRATION}.`,
    ).nullish(),
    mappingFrom: z.enum(['file', 'port']).nullish().meta({
      description:
        'Where the mapping is kept: here, or in Port, where it may be edited while Sluice runs. Default file.',
      default: 'file',
    }),
    pollEvery: z
      .union([z.string(), z.number()])
      .nullish()
      .transform((value, ctx) => {
        if (value === null || value === undefined) return undefined;
        const ms = parseDuration(String(value));
        if (ms !== undefined && ms >= 1_000) return ms;
        report(ctx, quoted(value), 'a duration of at least 1s, such as 60s');
        return z.NEVER;
      })
      .meta({
        description:
          'How often Port is asked for a changed mapping and for resyncs that are wanted. Default 60s.',
        override: { type: 'string', default: '60s', pattern: DURATION_PATTERN.source },
      }),
  })
  .nullish()
  .meta({ description: 'How Sluice appears in Port.' });

/**
 * A pipeline file: Ocean's `port-app-config` keys with Ocean's defaults, and sections of ours. Every
 * object is strict: a key that nobody reads is a mistake of the user's.
 */
export const pipelineSchema = z
  .strictObject({
    aws,
    live,
    resync,
    port,
    deleteDependentEntities: flag(
      'Delete entities that require a deleted one along with it.',
      true,
    ),
    createMissingRelatedEntities: flag(
      'Create empty targets of relations that do not exist.',
      true,
    ),
    enableMergeEntity: flag('Keep properties in Port that the mapping does not name.', true),
    entityDeletionThreshold: z.number().min(0).max(1).nullish().meta({
      description:
        'Share of the entities of a kind, or of all, above which a resync holds its deletes. Default 0.9.',
      default: 0.9,
    }),
    resources: z.array(resource).min(1).meta({
      description: 'The kinds to mirror and their mappings; order decides between owners.',
    }),
  })
  .meta({ title: 'Sluice pipeline', description: 'What of AWS is mirrored into Port, and how.' });

/** A pipeline file whose mapping is kept in Port: it may hold one to begin with. */
export const remoteFileSchema = pipelineSchema.partial({ resources: true });

/** A mapping as Port keeps it: Ocean's keys alone. */
export const portMappingSchema = pipelineSchema.omit({
  aws: true,
  live: true,
  resync: true,
  port: true,
});

/** A pipeline file after the schema, defaults of single values filled in. */
export type PipelineFile = z.output<typeof remoteFileSchema>;

/** A mapping kept in Port, after the schema. */
export type PortMapping = z.output<typeof portMappingSchema>;
