import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Owner, OwnershipView } from '../../src/flow/owners.js';
import { planAbsent, planPresent, planPurge, planUnsettle } from '../../src/flow/plan-writes.js';
import type { WritePlan } from '../../src/flow/plan-writes.js';
import { encodeEntityKey } from '../../src/model/entity.js';
import type { IndexRecord, OwnedEntity } from '../../src/model/index-record.js';
import type { MappingOutcome, MappingVerdict } from '../../src/model/mapping-result.js';
import { entity, mapped, owned, record, verdict } from './flights.js';

const test = suite('flow/plan-writes');

const keyOf = (identifier: string): string => encodeEntityKey({ blueprint: 'b', identifier });

/** Another owner of an entity: its key, mapping, what Port acknowledged, and whether it leaves. */
type Other = readonly [id: string, mapping: number, hash?: string | null, leaving?: boolean];

interface Setting {
  /** Other owners, by the entity's identifier. */
  readonly others?: Record<string, readonly Other[]>;
  readonly merge?: boolean;
  readonly immediate?: boolean;
  readonly program?: string;
  readonly force?: (entity: string) => boolean;
}

/** The resource `m` decides; others are named so as to come before or after it. */
function viewOf(others: Setting['others'] = {}): OwnershipView {
  const find = (resource: string, name: string): Other | undefined =>
    Object.entries(others)
      .find(([identifier]) => keyOf(identifier) === name)?.[1]
      .find(([id]) => id === resource);
  return {
    owners: (name): Owner[] => {
      const all =
        Object.entries(others).find(([identifier]) => keyOf(identifier) === name)?.[1] ?? [];
      return [
        ...all.map(([resourceKey, mapping]) => ({ resourceKey, mapping })),
        { resourceKey: 'm', mapping: 9 },
      ];
    },
    acknowledged: (resource, name) => find(resource, name)?.[2] ?? null,
    leaving: (resource, name) => find(resource, name)?.[3] ?? false,
  };
}

function options(setting: Setting) {
  const { others, merge = false, immediate = false, program = 'p', force = () => false } = setting;
  return { id: 'm', view: viewOf(others), merge, immediate, program, force };
}

function seen(
  before: IndexRecord | undefined,
  result: MappingOutcome & { ok: true },
  setting: Setting = {},
): WritePlan {
  return planPresent(before, result, options(setting));
}

/** A plan in short: what is sent, who must follow, what is owned after. */
function told({ writes, shares, after }: WritePlan) {
  return {
    writes: writes.map(({ key, upsert }) =>
      upsert ? `${upsert.identifier}=${upsert.hash}` : `-${key.identifier}`,
    ),
    shares: shares.map(({ resource, entity: name }) => `${resource} ${name.slice(2)}`),
    after: after.map(
      ({ identifier, hash, leaving }) => `${identifier}:${hash}${leaving ? ' leaving' : ''}`,
    ),
  };
}

test('a new entity is written, and owned as an intent until Port has acknowledged it', () => {
  const plan = seen(undefined, mapped([entity('e', 'x')]));
  assert.equal(told(plan), { writes: ['e=x'], shares: [], after: ['e:x'] });
  assert.equal(plan.intent, [owned('e', null)]);
  assert.equal(plan.writes[0], {
    key: owned('e', 'x'),
    entity: keyOf('e'),
    upsert: entity('e', 'x'),
    fresh: true,
  });
});

test('an unchanged entity is not written, a changed one is', () => {
  const before = record([owned('e', 'x'), owned('f', 'x')]);
  const plan = seen(before, mapped([entity('e', 'x'), entity('f', 'y')]));
  assert.equal(told(plan), { writes: ['f=y'], shares: [], after: ['e:x', 'f:y'] });
  assert.equal(plan.intent, [owned('e', 'x'), owned('f', null)]);
  assert.not(plan.writes[0]!.fresh);
});

test('an intent is never taken for unchanged', () => {
  const plan = seen(record([owned('e', null)]), mapped([entity('e', 'x')]));
  assert.equal(told(plan).writes, ['e=x']);
});

test('of two mappings of one resource that yield one entity, the later wins', () => {
  const plan = seen(undefined, mapped([entity('e', 'x', 0), entity('e', 'y', 1)]));
  assert.equal(told(plan), { writes: ['e=y'], shares: [], after: ['e:y'] });
  assert.is(plan.after[0]!.mapping, 1);
});

test('force writes what it names again, whether shared or not', () => {
  const before = record([owned('e', 'x'), owned('f', 'x')]);
  const force = (name: string): boolean => name === keyOf('f');
  const result = mapped([entity('e', 'x'), entity('f', 'x')]);
  assert.equal(told(seen(before, result, { force })).writes, ['f=x']);
  assert.equal(told(seen(before, result, { force, others: { f: [['a', 0]] } })).writes, ['f=x']);
  assert.equal(
    told(seen(before, result, { force, others: { f: [['z', 0]] } })).writes,
    [],
    'not the winner',
  );
});

// What a mapping yields no more.

test('a listing marks as leaving what is yielded no more; it stays owned, and nothing is deleted', () => {
  const before = record([owned('old', 'x')]);
  const plan = seen(before, mapped([entity('new', 'x')]));
  assert.equal(told(plan), { writes: ['new=x'], shares: [], after: ['new:x', 'old:x leaving'] });
});

test('a live observation deletes it at once, and intends to', () => {
  const plan = seen(record([owned('old', 'x')]), mapped([entity('new', 'x')]), { immediate: true });
  assert.equal(told(plan), { writes: ['new=x', '-old'], shares: [], after: ['new:x'] });
  assert.equal(plan.intent, [owned('new', null), { ...owned('old', null), leaving: true }]);
});

test('an array that shrank leaves the items that are gone', () => {
  const before = record(['i0', 'i1', 'i2'].map((name) => owned(name)));
  assert.equal(told(seen(before, mapped([entity('i0')]))).after, [
    'i0:x',
    'i1:x leaving',
    'i2:x leaving',
  ]);
});

test('a selector that is false now leaves all', () => {
  const before = record([owned('e')]);
  const result = mapped([], [verdict(0, { selector: 'false' })]);
  assert.equal(told(seen(before, result)).after, ['e:x leaving']);
  assert.equal(told(seen(before, result, { immediate: true })).writes, ['-e']);
});

test('what leaves goes on leaving until it is purged', () => {
  const before = record([{ ...owned('e'), leaving: true }]);
  assert.equal(told(seen(before, mapped([]))), { writes: [], shares: [], after: ['e:x leaving'] });
});

test('what leaves and is yielded again stays, unwritten where nothing has changed', () => {
  const before = record([{ ...owned('e', 'x'), leaving: true }]);
  assert.equal(told(seen(before, mapped([entity('e', 'x')]))), {
    writes: [],
    shares: [],
    after: ['e:x'],
  });
  const joined = { others: { e: [['a', 0, 'y']] } } as const;
  assert.equal(
    told(seen(before, mapped([entity('e', 'x')]), joined)).writes,
    ['e=x'],
    'another has written since',
  );
});

/** Verdicts that prove nothing of what their mapping yielded before. */
const UNSOUND: Record<string, Partial<MappingVerdict>> = {
  'a selector that failed': { selector: 'failed', sound: false },
  'an identifier that was null': { sound: false, incomplete: 1 },
};
for (const [why, over] of Object.entries(UNSOUND)) {
  test(`${why} keeps what was there, live or not`, () => {
    const before = record([owned('e')]);
    for (const immediate of [false, true]) {
      const plan = seen(before, mapped([], [verdict(0, over)]), { immediate });
      assert.equal(told(plan), { writes: [], shares: [], after: ['e:x'] });
    }
  });
}

test('an unsound verdict keeps the entities of its own mapping only', () => {
  const before = record([owned('e', 'x', 0), owned('f', 'x', 1)]);
  const verdicts = [verdict(0, { sound: false }), verdict(1)];
  assert.equal(told(seen(before, mapped([], verdicts))).after, ['e:x', 'f:x leaving']);
});

test('an unsound verdict does not keep what it yields from being written', () => {
  const verdicts = [verdict(0, { sound: false, incomplete: 1 })];
  const plan = seen(record([owned('i0'), owned('i1')]), mapped([entity('i0', 'y')], verdicts));
  assert.equal(told(plan), { writes: ['i0=y'], shares: [], after: ['i0:y', 'i1:x'] });
});

test('entities of another program leave only where all verdicts are sound', () => {
  const before = record([owned('e', 'x', 0)], { program: 'before' });
  const result = (sound: boolean) => mapped([], [verdict(0), verdict(1, { sound })]);
  assert.equal(told(seen(before, result(false))).after, ['e:x']);
  assert.equal(told(seen(before, result(true))).after, ['e:x leaving']);
  const same = record([owned('e', 'x', 0)]);
  assert.equal(
    told(seen(same, result(false))).after,
    ['e:x leaving'],
    'of the same: its own verdict',
  );
});

test('an entity whose mapping has no verdict leaves only where all are sound', () => {
  const before = record([owned('e', 'x', 7)]);
  assert.equal(told(seen(before, mapped([], [verdict(0, { sound: false })]))).after, ['e:x']);
  assert.equal(told(seen(before, mapped([], [verdict(0)]))).after, ['e:x leaving']);
  assert.equal(told(seen(before, mapped([], []))).after, ['e:x'], 'nobody judged it');
});

// Search identifiers.

const search = { combinator: 'and', rules: [{ property: 'arn', operator: '=', value: 'a' }] };
const found = (content: string, query: unknown = search) => ({
  ...entity('', content),
  search: query,
});

test("an entity that is found by search is owned under its query, and is somebody else's", () => {
  const plan = seen(undefined, mapped([found('x')]));
  const [write] = plan.writes;
  assert.equal(plan.after, [{ ...owned(`?${JSON.stringify(search)}`), foreign: true }]);
  assert.is(write!.upsert!.search, search);
  assert.equal(told(seen(record(plan.after), mapped([found('x')]))).writes, []);
  assert.equal(told(seen(record(plan.after), mapped([found('y')]))).writes, ['=y']);
});

test('it is never deleted: not when it is yielded no more, not with its resource', () => {
  const before = record([{ ...owned('?q'), foreign: true }, owned('e')]);
  const other = { ...search, combinator: 'or' };
  assert.equal(told(seen(before, mapped([found('x', other), entity('e')]), { immediate: true })), {
    writes: ['=x'],
    shares: [],
    after: [`?${JSON.stringify(other)}:x`, 'e:x'],
  });
  assert.equal(told(planAbsent(before, options({}))), { writes: ['-e'], shares: [], after: [] });
});

// Absent resources and purges.

test('an absent resource deletes what it alone owned, leaving or not, acknowledged or not', () => {
  const before = record([owned('e'), owned('f', null), { ...owned('g'), leaving: true }]);
  const plan = planAbsent(before, options({}));
  assert.equal(told(plan), { writes: ['-e', '-f', '-g'], shares: [], after: [] });
  assert.equal(
    plan.intent.map(({ hash, leaving }) => [hash, leaving]),
    [
      [null, true],
      [null, true],
      [null, true],
    ],
  );
});

test('an entity that another owns outlives the resource', () => {
  const plan = planAbsent(
    record([owned('e'), owned('f')]),
    options({ others: { e: [['a', 0, 'x']] } }),
  );
  assert.equal(told(plan).writes, ['-f']);
  assert.equal(
    plan.intent.map(({ identifier }) => identifier),
    ['f'],
    'owned no more from now on',
  );
});

test('a purge deletes what leaves and keeps the rest as it is', () => {
  const rest: OwnedEntity[] = [owned('e'), owned('f', null)];
  const plan = planPurge(record([...rest, { ...owned('g'), leaving: true }]), options({}));
  assert.equal(told(plan), { writes: ['-g'], shares: [], after: ['e:x', 'f:null'] });
  assert.equal(plan.intent, [...rest, { ...owned('g', null), leaving: true }]);
});

test('a purge spares what another has come to own', () => {
  const before = record([{ ...owned('g'), leaving: true }]);
  const plan = planPurge(before, options({ others: { g: [['a', 0, 'x']] } }));
  assert.equal(plan.writes, []);
  assert.equal(plan.after, []);
});

test('unsettling forgets what was acknowledged of the named entities, and writes nothing', () => {
  const before = record([owned('e'), { ...owned('f'), leaving: true }, owned('g')]);
  const unsettled = (name: string): boolean => name !== keyOf('g');
  const plan = planUnsettle(before, { ...options({}), unsettled });
  assert.equal(told(plan), { writes: [], shares: [], after: ['e:null', 'f:null leaving', 'g:x'] });
  assert.equal(plan.intent, plan.after);
});

// Several owners, the last wins.

test('replaced: only the last owner in the order writes', () => {
  const write = (others: readonly Other[], mapping = 1) =>
    told(seen(undefined, mapped([entity('e', 'new', mapping)]), { others: { e: others } }));
  assert.equal(write([['a', 1, 'x']]).writes, ['e=new'], 'a lower key');
  assert.equal(write([['z', 0, 'x']]).writes, ['e=new'], 'a lower mapping');
  assert.equal(write([['z', 1, 'x']]).writes, [], 'a higher key');
  assert.equal(write([['a', 2, 'x']]).writes, [], 'a higher mapping');
  assert.equal(
    write([
      ['a', 2, 'x'],
      ['z', 0, 'x'],
    ]),
    { writes: [], shares: [], after: ['e:new'] },
  );
});

test('replaced: the share that gives way is not repeated, unless Port may hold another', () => {
  const joins = (others: readonly Other[]) =>
    told(seen(undefined, mapped([entity('e', 'x', 5)]), { others: { e: others } })).writes;
  assert.equal(
    joins([
      ['a', 0, 'other'],
      ['b', 1, 'x'],
    ]),
    [],
    'the winner so far says the same',
  );
  assert.equal(
    joins([
      ['a', 0, 'x'],
      ['b', 1, 'other'],
    ]),
    ['e=x'],
    'one that was covered says the same',
  );
  assert.equal(joins([['a', 0, null]]), ['e=x'], 'not acknowledged');
});

test('an owner that leaves does not count: neither as a winner nor as what Port holds', () => {
  const joins = (others: readonly Other[]) =>
    told(seen(undefined, mapped([entity('e', 'x', 1)]), { others: { e: others } })).writes;
  assert.equal(joins([['z', 2, 'other', true]]), ['e=x']);
  assert.equal(joins([['a', 0, 'x', true]]), ['e=x']);
  assert.equal(
    joins([
      ['z', 2, 'other', true],
      ['y', 1, 'y'],
    ]),
    [],
  );
});

test('a winner that changes writes; one that is covered only remembers', () => {
  const before = record([owned('e', 'x', 1)]);
  const changes = (others: readonly Other[]) =>
    told(seen(before, mapped([entity('e', 'y', 1)]), { others: { e: others } }));
  assert.equal(changes([['a', 1, 'y']]), { writes: ['e=y'], shares: [], after: ['e:y'] });
  assert.equal(changes([['z', 1, 'x']]), { writes: [], shares: [], after: ['e:y'] });
});

test('replaced: a winner that leaves has the last of the others written, one that was covered nobody', () => {
  const leaves = (others: readonly Other[]) =>
    told(seen(record([owned('e', 'x', 1)]), mapped([]), { others: { e: others } }));
  assert.equal(
    leaves([
      ['a', 1, 'y'],
      ['l', 1, 'x'],
      ['z', 0, 'y'],
    ]),
    { writes: [], shares: ['l e'], after: [] },
  );
  assert.equal(leaves([['z', 1, 'y']]).shares, []);
  assert.equal(
    leaves([
      ['z', 3, 'y', true],
      ['a', 0, 'y'],
    ]).shares,
    ['a e'],
    'past one that leaves',
  );
});

test('what a live observation gives up is deleted only where nobody else sees to it', () => {
  const leaves = (others: readonly Other[]) =>
    told(seen(record([owned('e')]), mapped([]), { others: { e: others }, immediate: true })).writes;
  assert.equal(leaves([['a', 0, 'x']]), []);
  assert.equal(leaves([['a', 0, null]]), [], 'an intent counts as an owner');
  assert.equal(leaves([['a', 0, 'x', true]]), [], 'it awaits the end of its resync');
  assert.equal(leaves([['a', 0, null, true]]), ['-e'], 'its delete may have come too early');
});

test('a new place among the owners: it writes where it wins now, else who won over it', () => {
  const moves = (from: number, to: number, others: readonly Other[], merge = false) => {
    const plan = seen(record([owned('e', 'x', from)]), mapped([entity('e', 'x', to)]), {
      others: { e: others },
      merge,
    });
    const { writes, shares } = told(plan);
    return [writes, shares];
  };
  assert.equal(moves(0, 2, [['z', 1, 'y']]), [['e=x'], []]);
  assert.equal(moves(2, 0, [['z', 1, 'y']]), [[], ['z e']]);
  assert.equal(moves(0, 1, [['z', 2, 'y']]), [[], []], 'covered before and after');
  assert.equal(
    moves(1, 2, [['z', 0, 'y']]),
    [['e=x'], []],
    'won before and after: Port may hold either',
  );
  assert.equal(moves(0, 2, []), [[], []], 'alone');
  assert.equal(moves(2, 0, [['z', 1, 'y']], true), [['e=x'], ['z e', 'z e']]);
});

// Shares that are merged.

test('merged: the last of each mapping contributes, and who lies above is written again', () => {
  const joins = (others: readonly Other[], mapping = 1) => {
    const { writes, shares } = told(
      seen(undefined, mapped([entity('e', 'x', mapping)]), { others: { e: others }, merge: true }),
    );
    return [writes, shares];
  };
  assert.equal(joins([['z', 0, 'y']]), [['e=x'], []], 'on top');
  assert.equal(joins([['a', 2, 'y']]), [['e=x'], ['a e']], 'below: a follows');
  assert.equal(
    joins([
      ['z', 1, 'y'],
      ['a', 2, 'y'],
    ]),
    [[], []],
    'covered within its mapping',
  );
  assert.equal(
    joins([
      ['a', 1, 'y'],
      ['c', 3, 'y'],
      ['b', 2, 'y'],
      ['d', 2, 'y'],
    ]),
    [['e=x'], ['d e']],
    'the next, its last',
  );
  assert.equal(
    joins([
      ['z', 1, 'y', true],
      ['c', 2, 'y', true],
      ['d', 3, 'y'],
    ]),
    [['e=x'], ['d e']],
    'those that leave do not count',
  );
});

test('merged: the share that gives way is that of the same mapping', () => {
  const joins = (others: readonly Other[]) =>
    told(seen(undefined, mapped([entity('e', 'x', 1)]), { others: { e: others }, merge: true }))
      .writes;
  assert.equal(
    joins([
      ['a', 1, 'x'],
      ['z', 0, 'y'],
    ]),
    [],
  );
  assert.equal(joins([['a', 0, 'x']]), ['e=x']);
});

test('merged: who leaves is followed by the next of its mapping, else all are laid anew from the lowest', () => {
  const leaves = (others: readonly Other[]) =>
    told(seen(record([owned('e', 'x', 1)]), mapped([]), { others: { e: others }, merge: true }))
      .shares;
  assert.equal(
    leaves([
      ['a', 1, 'x'],
      ['b', 1, 'y'],
      ['z', 0, 'y'],
    ]),
    ['b e'],
  );
  assert.equal(
    leaves([
      ['y', 0, 'y'],
      ['z', 0, 'y'],
      ['c', 2, 'y'],
    ]),
    ['z e'],
  );
  assert.equal(
    leaves([
      ['c', 2, 'y'],
      ['d', 3, 'y'],
    ]),
    ['c e'],
  );
  assert.equal(leaves([['z', 1, 'y']]), [], 'it was covered');
});

test('who must follow is told by resource and entity', () => {
  const before = record([owned('e'), owned('f')]);
  const plan = planAbsent(before, options({ others: { e: [['a', 0, 'y']], f: [['a', 0, 'y']] } }));
  assert.equal(plan.shares, [
    { resource: 'a', entity: keyOf('e') },
    { resource: 'a', entity: keyOf('f') },
  ]);
});

test.run();
