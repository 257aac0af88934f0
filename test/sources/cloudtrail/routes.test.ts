import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { typeFacts } from '../../../src/catalog/catalog.js';
import { CURATED_ROUTES, SAME_RESOURCES } from '../../../src/catalog/routes/index.js';
import { EXPECTATIONS, namesOf } from '../../../src/catalog/routes/route.js';
import { OCEAN_SPECIAL_KINDS } from '../../../src/catalog/special-kinds.js';
import { createRouter } from '../../../src/sources/cloudtrail/router.js';
import { compileRow } from '../../../src/sources/cloudtrail/rows.js';
import { COMPUTE_CASES } from './route-cases/compute.js';
import { DATA_CASES } from './route-cases/data.js';
import { DELIVERY_CASES } from './route-cases/delivery.js';
import { EC2_CASES } from './route-cases/ec2.js';
import { IDENTITY_CASES } from './route-cases/identity.js';
import { MESSAGING_CASES } from './route-cases/messaging.js';
import { OPERATIONS_CASES } from './route-cases/operations.js';
import { eventOf, tell } from './route-cases/route-case.js';

const test = suite('sources/cloudtrail/routes');

const CASES = [
  ...EC2_CASES,
  ...COMPUTE_CASES,
  ...DATA_CASES,
  ...MESSAGING_CASES,
  ...IDENTITY_CASES,
  ...DELIVERY_CASES,
  ...OPERATIONS_CASES,
];
const ROWS = CURATED_ROUTES.flatMap(({ source, routes }) =>
  routes.map((route) => ({ source, route })),
);
const KINDS = [...new Set(ROWS.map(({ route }) => route.kind))];
const router = createRouter(KINDS);

/** Anything that a request may hold in place of what it should. */
const ODD = [null, 7, true, '', [], {}, [null], { items: null }, { items: [null, {}, 7] }];

for (const [source, name, detail, targets] of CASES) {
  test(`${source} ${name} ${JSON.stringify(detail)}`, () => {
    const event = eventOf(source, name, detail);
    assert.equal(router.route(event).targets.map(tell), targets);
    assert.ok(router.wants(event.source, name));
  });
}

test('every row of the table has a case', () => {
  const untested = ROWS.filter(({ source, route }) => {
    const row = compileRow(route, route.kind);
    return !CASES.some(([itsSource, name, detail]) => {
      const expects = row.expects(name);
      if (itsSource !== source || expects === undefined) return false;
      const said = row.say(eventOf(source, name, detail), expects);
      const hasPlaces = route.id !== undefined || route.named !== undefined;
      return typeof said !== 'string' || (said === 'untold' && !hasPlaces);
    });
  });
  assert.equal(untested, []);
});

test('every kind of the table is one of the registry or of Ocean', () => {
  for (const kind of [...KINDS, ...SAME_RESOURCES.values()]) {
    assert.ok(typeFacts(kind) !== undefined || OCEAN_SPECIAL_KINDS.includes(kind), kind);
  }
  for (const kind of SAME_RESOURCES.keys()) assert.ok(OCEAN_SPECIAL_KINDS.includes(kind), kind);
});

test('an identifier has as many parts as the registry says', () => {
  for (const { route } of ROWS) {
    if (route.id === undefined) continue;
    const parts = typeFacts(route.kind)?.identifier.length ?? 1;
    for (const place of typeof route.id === 'string' ? [route.id] : route.id) {
      const text = place.includes('{') ? place.replaceAll(/\{[^}]*\}/g, '') : '';
      assert.is(text.split('|').length, parts, `${route.kind} ${place}`);
    }
  }
});

test('no event of a row is quiet, and no row says two things of one', () => {
  for (const { source, routes, quiet } of CURATED_ROUTES) {
    const hushed = new Set(namesOf(quiet));
    for (const route of routes) {
      const names = EXPECTATIONS.flatMap((expects) => namesOf(route[expects]));
      assert.ok(names.length > 0, `${source} ${route.kind}`);
      assert.is(new Set(names).size, names.length, `${source} ${route.kind}`);
      for (const name of names) assert.not(hushed.has(name), `${source} ${name}`);
    }
  }
});

test('events without what they should hold list scopes and crash nothing', () => {
  for (const { source, route } of ROWS) {
    const names = EXPECTATIONS.flatMap((expects) => namesOf(route[expects]));
    for (const name of names.map((one) => one.replace('*', ''))) {
      for (const RP of ODD) {
        for (const RE of ODD.slice(0, 3)) {
          const { targets } = router.route(eventOf(source, name, { RP, RE, resources: RP }));
          for (const target of targets) assert.is(target.type, 'scope', `${source} ${name}`);
        }
      }
    }
  }
});

test('lists with holes give what they hold', () => {
  const items = [null, { instanceId: 'i-1' }, {}, { instanceId: 7 }, { instanceId: 'i-2' }];
  const event = eventOf('ec2', 'StartInstances', { RE: { instancesSet: { items } } });
  assert.equal(router.route(event).targets.map(tell), [
    'EC2::Instance = i-1 present',
    'EC2::Instance = i-2 present',
  ]);
});

test('an identifier longer than Cloud Control takes is none', () => {
  const event = eventOf('ssm', 'PutParameter', { RP: { name: 'x'.repeat(1025) } });
  assert.equal(router.route(event).targets.map(tell), ['SSM::Parameter ?']);
});

test('partitions have ARNs of their own', () => {
  const event = { ...eventOf('sns', 'CreateTopic', { RP: { name: 't' } }), region: 'cn-north-1' };
  assert.equal(router.route(event).targets.map(tell), [
    'SNS::Topic = arn:aws-cn:sns:cn-north-1:111122223333:t present',
  ]);
  const government = { ...event, region: 'us-gov-west-1' };
  assert.equal(router.route(government).targets.map(tell), [
    'SNS::Topic = arn:aws-us-gov:sns:us-gov-west-1:111122223333:t present',
  ]);
});

test.run();
