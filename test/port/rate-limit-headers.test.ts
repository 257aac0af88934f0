import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readRateLimitHeaders } from '../../src/port/rate-limit-headers.js';

const test = suite('port/rate-limit-headers');
const NOW = Date.parse('2026-01-01T00:00:00Z');

test("reads Port's four headers", () => {
  assert.equal(
    readRateLimitHeaders(
      {
        'x-ratelimit-limit': '35000',
        'x-ratelimit-remaining': '12',
        'x-ratelimit-reset': '30',
        'x-ratelimit-period': '300',
      },
      NOW,
    ),
    { limit: 35_000, remaining: 12, resetMs: 30_000, periodMs: 300_000 },
  );
});

test('reads a reset that is a moment, in seconds or ms', () => {
  for (const reset of [NOW / 1_000 + 5, NOW + 5_000]) {
    assert.is(readRateLimitHeaders({ 'x-ratelimit-reset': reset.toString() }, NOW).resetMs, 5_000);
  }
  assert.is(readRateLimitHeaders({ 'x-ratelimit-reset': '1600000000' }, NOW).resetMs, 0);
});

test('reads Retry-After as seconds or as a date', () => {
  const read = (value: string) => readRateLimitHeaders({ 'retry-after': value }, NOW).retryAfterMs;
  assert.is(read('1.5'), 1_500);
  assert.is(read('Thu, 01 Jan 2026 00:00:20 GMT'), 20_000);
  assert.is(read('Wed, 31 Dec 2025 00:00:20 GMT'), 0);
  assert.is(read('99999999'), 3_600_000);
});

test('leaves out what is missing or no number', () => {
  const nonsense = {
    'x-ratelimit-limit': 'many',
    'x-ratelimit-remaining': '',
    'x-ratelimit-reset': '-3',
    'retry-after': 'soon',
  };
  assert.equal(readRateLimitHeaders(nonsense, NOW), {});
  assert.equal(readRateLimitHeaders({ 'retry-after': ['1', '2'] }, NOW), {});
});

test.run();
