import type { StatusSnapshot } from '../../src/web/status.js';

/** A status in the middle of a resync. */
export function snapshot(): StatusSnapshot {
  return {
    version: '1.2.3',
    integration: 'aws-test',
    phase: 'resync',
    generation: 4,
    at: 1_700_000_060_000,
    startedAt: 1_700_000_000_000,
    accounts: [
      { id: '111111111111', name: 'production', scopesDone: 40, scopesTotal: 60, failed: 1 },
      { id: '222222222222', scopesDone: 60, scopesTotal: 60, failed: 0 },
    ],
    totals: {
      generation: 4,
      scopes: { total: 120, ok: 98, failed: 1, skipped: 1 },
      failures: [
        {
          kind: 'AWS::S3::Bucket',
          accountId: '111111111111',
          region: 'eu-west-1',
          code: 'aws.AccessDenied',
          message: 'not authorized <b>to list</b>',
        },
      ],
      resources: { listed: 12_345, read: 100, unchanged: 12_000, filtered: 5, mapped: 340 },
      entities: { created: 10, updated: 20, unchanged: 300, deleted: 2, held: 0, failed: 0 },
      deadLetters: 3,
      aws: { calls: 500, throttled: 7 },
      port: { requests: 20, retries: 1 },
      durationMs: 60_000,
      peakRssBytes: 100_000_000,
    },
    rates: {
      resourcesPerSecond: 456.7,
      awsCallsPerSecond: 20,
      awsThrottledPerSecond: 0.1,
      portRequestsPerSecond: 2,
    },
    credits: { observations: 300, bytes: 3_000_000 },
    retries: { total: 12, byReason: { 'read.denied': 12 } },
    deadLetters: 3,
    heldBecause: [],
  };
}

/** The same with a live path that is two seconds behind. */
export function liveSnapshot(
  over: Partial<NonNullable<StatusSnapshot['live']>> = {},
): StatusSnapshot {
  return {
    ...snapshot(),
    live: {
      streamArn: 'arn:aws:kinesis:eu-west-1:111111111111:stream/s',
      shards: 4,
      lagMs: 2_000,
      oldestMs: 0,
      retentionMs: 86_400_000,
      gap: 17,
      records: 1_000,
      poison: 1,
      events: { routed: 20, listed: 2, readOnly: 900, unmapped: 70, duplicate: 7 },
      reads: { present: 18, absent: 2, failed: 1, early: 0, unproven: 3, overdue: 0 },
      latest: [
        {
          at: 1_700_000_055_000,
          kind: 'AWS::EC2::Instance',
          accountId: '111111111111',
          region: 'eu-west-1',
          identifier: 'i-1',
          outcome: 'written',
        },
      ],
      unrouted: { 'ec2.amazonaws.com:DoSomething': 2 },
      ...over,
    },
  };
}
