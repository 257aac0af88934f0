import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeScope } from '../../src/model/scope.js';
import type { Scope } from '../../src/model/scope.js';
import { DEPARTURES_BEFORE_DELETE, hasDeparted } from '../../src/resync/departed.js';
import type { DiscoveryView } from '../../src/resync/departed.js';

const test = suite('resync/departed');

const SCOPE: Scope = { kind: 'K', accountId: '1', region: 'r' };

/** A complete discovery that found the account but announced no scope of it. */
function view(over: Partial<DiscoveryView> = {}): DiscoveryView {
  return {
    kinds: new Set(['K']),
    announced: new Set(),
    accountsComplete: true,
    accounts: new Map([['1', { regionsKnown: true }]]),
    ...over,
  };
}

test('an announced scope is here, whatever else is said', () => {
  const announced = new Set([encodeScope(SCOPE)]);
  assert.not(hasDeparted(SCOPE, view({ announced })));
  assert.not(hasDeparted(SCOPE, view({ announced, kinds: new Set(), accounts: new Map() })));
});

test("a parent's scope is here as long as the place of its parent is", () => {
  const child = { ...SCOPE, parent: 'p' };
  assert.not(hasDeparted(child, view({ announced: new Set([encodeScope(SCOPE)]) })));
  assert.ok(hasDeparted(child, view()));
});

test('left: its region, its account, its kind', () => {
  assert.ok(hasDeparted(SCOPE, view()), 'region out of the policy');
  assert.ok(hasDeparted(SCOPE, view({ accounts: new Map() })), 'account gone');
  assert.ok(hasDeparted(SCOPE, view({ kinds: new Set(['L']) })), 'kind out of the file');
  const unknown = new Map([['1', { regionsKnown: false }]]);
  assert.ok(
    hasDeparted(SCOPE, view({ kinds: new Set(), accounts: unknown })),
    'a kind needs no regions',
  );
});

test('nothing has left where discovery cannot tell', () => {
  assert.not(hasDeparted(SCOPE, view({ accounts: new Map([['1', { regionsKnown: false }]]) })));
  for (const over of [{}, { accounts: new Map() }, { kinds: new Set<string>() }]) {
    assert.not(hasDeparted(SCOPE, view({ ...over, accountsComplete: false })));
  }
});

test('an announced scope of another place does not keep it', () => {
  for (const other of [{ kind: 'L' }, { accountId: '2' }, { region: 's' }]) {
    const announced = new Set([encodeScope({ ...SCOPE, ...other })]);
    assert.ok(hasDeparted(SCOPE, view({ announced })));
  }
});

test('two discoveries in a row must say so', () => {
  assert.is(DEPARTURES_BEFORE_DELETE, 2);
});

test.run();
