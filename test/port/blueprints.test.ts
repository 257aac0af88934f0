import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createMissingBlueprints,
  getBlueprint,
  listBlueprints,
} from '../../src/port/blueprints.js';
import { withClient } from './harness.js';

const test = suite('port/blueprints');

test('gets, lists, and tells one that is not there', () =>
  withClient(async ({ client }) => {
    assert.equal(await getBlueprint(client, 'vm'), { identifier: 'vm' });
    assert.is(await getBlueprint(client, 'nope'), undefined);
    assert.equal(await listBlueprints(client), [{ identifier: 'vm' }]);
  }));

test('creates what is missing, relations in a circle last, and leaves the rest', () =>
  withClient(async ({ port, client }) => {
    const relations = (target: string) => ({ relations: { r: { target, required: false } } });
    const list = [
      { identifier: 'vm', title: 'changed' },
      { identifier: 'a', title: 'A', ...relations('b') },
      { identifier: 'b', title: 'B', ...relations('a') },
      { identifier: 'c', title: 'C' },
    ];
    assert.equal(await createMissingBlueprints(client, list), ['a', 'b', 'c']);
    const writes = port.requests
      .filter(({ method, path }) => method !== 'GET' && path.startsWith('/blueprints'))
      .map(({ method, path, body }) => [method, path, Object.keys(body as object)]);
    assert.equal(writes, [
      ['POST', '/blueprints', ['identifier', 'title']],
      ['POST', '/blueprints', ['identifier', 'title']],
      ['POST', '/blueprints', ['identifier', 'title']],
      ['PATCH', '/blueprints/a', ['relations']],
      ['PATCH', '/blueprints/b', ['relations']],
    ]);
    assert.equal(await createMissingBlueprints(client, list), []);
  }));

test('does not mind that somebody else was faster', () =>
  withClient(async ({ port, client }) => {
    port.script = ({ method, path }) =>
      method === 'POST' && path === '/blueprints'
        ? { status: 409, body: { error: 'identifier_taken' } }
        : undefined;
    assert.equal(await createMissingBlueprints(client, [{ identifier: 'x' }]), []);
  }));

test('passes on what Port refuses', () =>
  withClient(async ({ port, client }) => {
    port.script = ({ method, path }) =>
      method === 'POST' && path === '/blueprints'
        ? { status: 422, body: { message: 'bad schema' } }
        : undefined;
    const error = await createMissingBlueprints(client, [{ identifier: 'x' }]).catch(
      (e: unknown) => e,
    );
    assert.match((error as Error).message, 'bad schema');
    port.script = ({ path }) => (path.startsWith('/blueprints') ? { status: 403 } : undefined);
    const denied = await getBlueprint(client, 'vm').catch((e: unknown) => e);
    assert.is((denied as { code: string }).code, 'port.forbidden');
  }));

test.run();
