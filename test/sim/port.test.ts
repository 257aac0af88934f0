import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startSim, type Sim, type SimOptions } from '../../src/sim/sim.js';

const test = suite('sim/port');

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // Port's answers are open-ended JSON; the tests name what they look at.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Reply>;

const AGENT = 'port-ocean/aws/0.1.0/test/exporter';

async function withPort(
  options: SimOptions['port'],
  run: (call: Call, sim: Sim) => Promise<void>,
): Promise<void> {
  const sim = await startSim({
    accounts: 1,
    regions: 1,
    resourcesPerScope: 0,
    port: options ?? {},
  });
  const raw: Call = async (method, path, body, headers = {}) => {
    const json =
      body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await fetch(`${sim.portUrl}/v1${path}`, {
      method,
      ...json,
      headers: { 'content-type': 'application/json', 'user-agent': AGENT, ...headers },
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  try {
    const { body } = await raw('POST', '/auth/access_token', {
      clientId: 'sim-client',
      clientSecret: 'sim-secret',
    });
    await run(
      (method, path, content, headers = {}) =>
        raw(method, path, content, {
          authorization: `Bearer ${String(body.accessToken)}`,
          ...headers,
        }),
      sim,
    );
  } finally {
    await sim.close();
  }
}

const ACCOUNT = { identifier: 'account', schema: { properties: {} } };
const RESOURCE = {
  identifier: 'resource',
  title: 'Resource',
  schema: {
    properties: {
      size: { type: 'number' },
      name: { type: 'string' },
      link: { type: 'string', format: 'url' },
      tags: { type: 'array', items: { type: 'string' } },
      state: { type: 'string', enum: ['on', 'off'] },
      extra: { type: 'object' },
    },
    required: ['name'],
  },
  relations: { account: { target: 'account' }, peers: { target: 'resource', many: true } },
};

async function prepare(call: Call): Promise<void> {
  assert.is((await call('POST', '/blueprints', ACCOUNT)).status, 201);
  assert.is((await call('POST', '/blueprints', RESOURCE)).status, 201);
}

const BULK =
  '/blueprints/resource/entities/bulk?upsert=true&merge=true&create_missing_related_entities=true&validation_only=false';
const STRICT = BULK.replace('entities=true', 'entities=false');
const entity = (identifier: string, properties: object = {}, more: object = {}) => ({
  identifier,
  properties: { name: 'n', ...properties },
  ...more,
});

test('a token is needed, wrong credentials are refused, and tokens end', () =>
  withPort({ tokenLifetimeSeconds: 60 }, async (call, sim) => {
    assert.is((await call('GET', '/blueprints')).status, 200);
    assert.is((await call('GET', '/blueprints', undefined, { authorization: '' })).status, 401);
    assert.is(
      (await call('GET', '/blueprints', undefined, { authorization: 'Bearer sim.guessed' })).status,
      401,
    );
    assert.is(
      (await call('POST', '/auth/access_token', { clientId: 'sim-client', clientSecret: 'no' }))
        .status,
      401,
    );
    sim.port.tokens.expireAll();
    assert.is((await call('GET', '/blueprints')).status, 401);
  }));

test('blueprints are made once, patched, replaced and checked', () =>
  withPort({}, async (call) => {
    await prepare(call);
    assert.is((await call('POST', '/blueprints', ACCOUNT)).status, 409);
    assert.is(
      (await call('PATCH', '/blueprints/account', { title: 'Account' })).body.blueprint.title,
      'Account',
    );
    assert.is((await call('GET', '/blueprints/account')).body.blueprint.title, 'Account');
    assert.is((await call('PUT', '/blueprints/other', ACCOUNT)).status, 422);
    assert.is(
      (await call('PUT', '/blueprints/other', { identifier: 'other', schema: { properties: {} } }))
        .status,
      200,
    );
    assert.is((await call('GET', '/blueprints/nobody')).status, 404);
    assert.is((await call('POST', '/blueprints', { identifier: 'x', colour: 'red' })).status, 422);
    assert.is(
      (
        await call('POST', '/blueprints', {
          identifier: 'x',
          relations: { a: { target: 'nobody' } },
        })
      ).status,
      404,
    );
    assert.equal(
      (await call('GET', '/blueprints')).body.blueprints.map(
        (one: { identifier: string }) => one.identifier,
      ),
      ['account', 'resource', 'other'],
    );
  }));

test('a bulk upsert answers entity by entity', () =>
  withPort({}, async (call, sim) => {
    await prepare(call);
    const good = await call('POST', BULK, { entities: [entity('a', { size: 1 }), entity('b')] });
    assert.is(good.status, 200);
    assert.equal(good.body.entities, [
      { created: true, identifier: 'a', index: 0 },
      { created: true, identifier: 'b', index: 1 },
    ]);
    const mixed = await call('POST', BULK, {
      entities: [
        entity('a', { size: 2 }),
        entity('not good'),
        entity('..'),
        entity('x'.repeat(1001)),
        entity('c', { size: 'big' }),
        entity('d', { unknown: 1 }),
        entity('e', { link: 'no url' }),
        entity('f', { tags: [1] }),
        entity('g', { state: 'neither' }),
        { identifier: 'h', properties: {} },
        entity('i', {}, { relations: { nowhere: 'x' } }),
        entity('j', {}, { relations: { account: 7 } }),
        entity('größe/ä:b=c\\d@e+f-g_h.i', { size: null, tags: ['x'], extra: { deep: [null] } }),
      ],
    });
    assert.is(mixed.status, 207);
    assert.equal(
      mixed.body.entities.map((one: { index: number; created: boolean }) => [
        one.index,
        one.created,
      ]),
      [
        [0, false],
        [12, true],
      ],
    );
    assert.equal(
      mixed.body.errors.map((one: { index: number }) => one.index),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    );
    for (const error of mixed.body.errors) assert.is(error.statusCode, 422);
    assert.is(sim.port.entity('resource', 'a')?.properties['size'], 2);
    assert.is(sim.port.entity('resource', 'c'), undefined);
  }));

test('a bulk upsert out of bounds or out of form is refused whole', () =>
  withPort({}, async (call, sim) => {
    await prepare(call);
    const many = Array.from({ length: 21 }, (_, i) => entity(`e${i}`));
    assert.is((await call('POST', BULK, { entities: many })).status, 413);
    assert.is((await call('POST', BULK, { entities: many.slice(1) })).status, 200);
    assert.is((await call('POST', BULK, { entities: [] })).status, 422);
    assert.is(
      (
        await call('POST', BULK, {
          entities: [entity('big', { extra: { text: 'x'.repeat(1024 * 1024) } })],
        })
      ).status,
      413,
    );
    assert.is((await call('POST', BULK, { entities: [entity('x')], more: 1 })).status, 422);
    assert.is(
      (await call('POST', BULK, { entities: [entity('x', {}, { colour: 'red' })] })).status,
      422,
    );
    assert.is((await call('POST', `${BULK}&colour=red`, { entities: [entity('x')] })).status, 422);
    assert.is(
      (await call('POST', BULK.replace('merge=true', 'merge=yes'), { entities: [entity('x')] }))
        .status,
      422,
    );
    assert.is((await call('POST', BULK, '{"entities":[')).status, 400);
    assert.is(
      (await call('POST', BULK.replace('resource', 'nobody'), { entities: [entity('x')] })).status,
      404,
    );
    assert.is(sim.port.entity('resource', 'x'), undefined);
  }));

test('merge keeps what was not sent, its absence does not', () =>
  withPort({}, async (call, sim) => {
    await prepare(call);
    await call('POST', BULK, {
      entities: [
        entity('a', { size: 1, state: 'on' }, { title: 'A', relations: { account: '1' } }),
      ],
    });
    await call('POST', BULK, { entities: [{ identifier: 'a', properties: { size: 2 } }] });
    assert.equal(sim.port.entity('resource', 'a')?.properties, { name: 'n', size: 2, state: 'on' });
    assert.is(sim.port.entity('resource', 'a')?.title, 'A');
    assert.equal(sim.port.entity('resource', 'a')?.relations, { account: '1' });
    await call('POST', BULK.replace('merge=true', 'merge=false'), {
      entities: [entity('a', { size: 3 })],
    });
    assert.equal(sim.port.entity('resource', 'a')?.properties, { name: 'n', size: 3 });
    assert.equal(sim.port.entity('resource', 'a')?.relations, {});
    const dry = BULK.replace('validation_only=false', 'validation_only=true');
    assert.is((await call('POST', dry, { entities: [entity('dry')] })).status, 200);
    assert.is(sim.port.entity('resource', 'dry'), undefined);
  }));

test('a missing target is an error of its entity, or is made as a stub', () =>
  withPort({}, async (call, sim) => {
    await prepare(call);
    const batch = { entities: [entity('a', {}, { relations: { account: '123' } }), entity('b')] };
    const refused = await call('POST', STRICT, batch);
    assert.is(refused.status, 207);
    assert.equal(
      [
        refused.body.errors[0].statusCode,
        refused.body.errors[0].error,
        refused.body.errors[0].identifier,
      ],
      [404, 'not_found', 'a'],
    );
    assert.is(sim.port.entity('resource', 'a'), undefined);
    assert.is((await call('POST', BULK, batch)).status, 200);
    assert.is(sim.port.entity('account', '123')?.stub, true);
    // A stub of a blueprint with required properties cannot be made.
    const peers = await call('POST', BULK, {
      entities: [entity('a', {}, { relations: { peers: ['nobody'] } })],
    });
    assert.is(peers.body.errors[0].statusCode, 422);
    const found = await call('POST', STRICT, {
      entities: [
        entity(
          'c',
          {},
          {
            relations: {
              account: {
                combinator: 'and',
                rules: [{ property: '$identifier', operator: '=', value: '123' }],
              },
              peers: ['a', 'b'],
            },
          },
        ),
      ],
    });
    assert.is(found.status, 200);
    assert.equal(sim.port.entity('resource', 'c')?.relations, {
      account: '123',
      peers: ['a', 'b'],
    });
  }));

test('deletes pass over what is missing, and take dependents where asked to', () =>
  withPort({}, async (call, sim) => {
    await prepare(call);
    await call('POST', BULK, {
      entities: [
        entity('a', {}, { relations: { account: '1' } }),
        entity('b', {}, { relations: { account: '1' } }),
        entity('c'),
      ],
    });
    await call('POST', BULK, { entities: [entity('d', {}, { relations: { peers: ['c', 'a'] } })] });
    const gone = await call(
      'POST',
      '/blueprints/resource/bulk/entities/delete?delete_dependents=false',
      { entities: ['c', 'nobody'] },
    );
    assert.equal(gone.body.deletedEntities, ['c']);
    assert.equal(sim.port.entity('resource', 'd')?.relations, { peers: ['a'] });
    assert.is((await call('DELETE', '/blueprints/resource/entities/nobody')).status, 404);
    assert.is(
      (await call('DELETE', '/blueprints/account/entities/1?delete_dependents=true')).status,
      200,
    );
    assert.equal(sim.port.entities(), []);
    assert.is(sim.port.counters.get('entities.deleted'), 5);
    const ids = Array.from({ length: 101 }, (_, i) => `e${i}`);
    assert.is(
      (await call('POST', '/blueprints/resource/bulk/entities/delete', { entities: ids })).status,
      422,
    );
    assert.is(
      (await call('POST', '/blueprints/resource/bulk/entities/delete', { entities: [] })).status,
      422,
    );
  }));

test('an entity with a required dependent stays', () =>
  withPort({}, async (call, sim) => {
    await prepare(call);
    await call('POST', '/blueprints', {
      identifier: 'child',
      schema: { properties: {} },
      relations: { of: { target: 'account', required: true } },
    });
    const bulk = BULK.replace('resource', 'child');
    assert.is(
      (await call('POST', bulk, { entities: [{ identifier: 'x' }] })).body.errors[0].statusCode,
      422,
    );
    await call('POST', bulk, { entities: [{ identifier: 'x', relations: { of: '1' } }] });
    assert.is((await call('DELETE', '/blueprints/account/entities/1')).status, 409);
    assert.ok(sim.port.entity('account', '1'));
  }));

test('the datasource search finds what an integration wrote, in pages', () =>
  withPort({}, async (call) => {
    await prepare(call);
    await call('POST', BULK, { entities: ['a', 'b', 'c'].map((id) => entity(id)) });
    await call(
      'POST',
      BULK,
      { entities: [entity('other')] },
      { 'user-agent': 'port-ocean/aws/0.1.0/another/exporter' },
    );
    const found: string[] = [];
    let from: string | null = null;
    let pages = 0;
    do {
      const { body }: Reply = await call('POST', '/blueprints/entities/datasource-entities', {
        datasource_prefix: 'port-ocean/aws/',
        datasource_suffix: '/test/exporter',
        limit: 2,
        ...(from !== null && { from }),
      });
      found.push(
        ...body.entities.map(
          (one: { blueprint: string; identifier: string }) => `${one.blueprint}/${one.identifier}`,
        ),
      );
      from = body.next;
      pages++;
    } while (from !== null);
    assert.equal(found, ['resource/a', 'resource/b', 'resource/c']);
    assert.is(pages, 2);
    assert.is(
      (await call('POST', '/blueprints/entities/datasource-entities', { datasource_prefix: 'p' }))
        .status,
      422,
    );
    assert.is(
      (
        await call('POST', '/blueprints/entities/datasource-entities', {
          datasource_prefix: 'p',
          datasource_suffix: 's',
          limit: 5001,
        })
      ).status,
      422,
    );
  }));

test('the search understands combinators, operators and relations', () =>
  withPort({}, async (call) => {
    await prepare(call);
    await call('POST', BULK, {
      entities: [
        entity('a', { size: 1, tags: ['x', 'y'] }, { relations: { account: '1' } }),
        entity('b', { size: 5, name: 'bee' }),
        entity('c', { state: 'on' }, { title: 'See' }),
      ],
    });
    const ids = async (query: object) => {
      const { body } = await call('POST', '/entities/search?include=identifier', query);
      return body.entities.map((one: { identifier: string }) => one.identifier).sort();
    };
    const rule = (property: string, operator: string, value?: unknown) => ({
      property,
      operator,
      ...(value !== undefined && { value }),
    });
    const and = (...rules: object[]) => ({
      combinator: 'and',
      rules: [rule('$blueprint', '=', 'resource'), ...rules],
    });
    assert.equal(await ids(and()), ['a', 'b', 'c']);
    assert.equal(await ids(and(rule('$identifier', 'in', ['a', 'c']))), ['a', 'c']);
    assert.equal(await ids(and(rule('$identifier', '!=', 'a'))), ['b', 'c']);
    assert.equal(await ids(and(rule('tags', 'contains', 'y'))), ['a']);
    assert.equal(await ids(and(rule('name', 'beginsWith', 'be'))), ['b']);
    assert.equal(await ids(and(rule('$title', '=', 'See'))), ['c']);
    assert.equal(await ids(and(rule('size', '>', 1))), ['b']);
    assert.equal(await ids(and(rule('state', 'isEmpty'))), ['a', 'b']);
    assert.equal(
      await ids(and({ combinator: 'or', rules: [rule('size', '=', 1), rule('state', '=', 'on')] })),
      ['a', 'c'],
    );
    assert.equal(
      await ids({
        combinator: 'and',
        rules: [
          rule('$datasource', '=', AGENT),
          { operator: 'relatedTo', blueprint: 'account', value: '1', direction: 'downstream' },
        ],
      }),
      ['a'],
    );
    assert.is(
      (await call('POST', '/entities/search', { combinator: 'xor', rules: [] })).status,
      422,
    );
    assert.is((await call('POST', '/entities/search', and(rule('size', 'like', 1)))).status, 422);
    assert.is((await call('POST', '/entities/search', and(rule('size', 'in', 1)))).status, 422);
  }));

test('an integration is registered, told about and asked', () =>
  withPort({}, async (call, sim) => {
    const create = {
      installationId: 'test',
      installationAppType: 'aws',
      version: '1',
      changelogDestination: {},
      config: {},
    };
    assert.is((await call('GET', '/integration/test')).status, 404);
    assert.is((await call('POST', '/integration', create)).status, 201);
    assert.is((await call('POST', '/integration', create)).status, 409);
    assert.is(
      (await call('POST', '/integration', { ...create, installationId: 'b', colour: 1 })).status,
      422,
    );
    await call('PATCH', '/integration/test', { version: '2' });
    await call('PATCH', '/integration/test/config', { config: { resources: [] } });
    const state = await call('PATCH', '/integration/test/resync-state', {
      status: 'running',
      lastResyncStart: new Date().toISOString(),
      intervalInMinuets: 360,
    });
    assert.type(state.body.integration.resyncState.updatedAt, 'string');
    assert.is(
      (await call('PATCH', '/integration/test/resync-state', { status: 'dancing' })).status,
      422,
    );
    const { integration } = (await call('GET', '/integration/test')).body;
    assert.equal(
      [integration.version, integration.config, integration.resyncState.status],
      ['2', { resources: [] }, 'running'],
    );
    assert.is((await call('GET', '/integration/test/resync-request')).body.request, null);
    sim.port.integrations.requestResync('test');
    assert.type((await call('GET', '/integration/test/resync-request')).body.request.id, 'string');
    await call(
      'POST',
      `/integration/test/kinds/${encodeURIComponent('AWS::S3::Bucket')}/examples`,
      { examples: [{ a: 1 }] },
    );
    assert.equal(sim.port.integrations.examplesOf('test', 'AWS::S3::Bucket'), [{ a: 1 }]);
  }));

test('limits are told in headers and kept', () =>
  withPort({ limits: { entities: { limit: 3, burst: 100 } } }, async (call) => {
    await prepare(call);
    const get = () => call('GET', '/blueprints/resource/entities');
    const left: (string | null)[] = [];
    for (let i = 0; i < 3; i++) {
      const { headers } = await get();
      assert.is(headers.get('x-ratelimit-limit'), '3');
      assert.is(headers.get('x-ratelimit-period'), '300');
      left.push(headers.get('x-ratelimit-remaining'));
    }
    assert.equal(left, ['2', '1', '0']);
    const refused = await get();
    assert.is(refused.status, 429);
    assert.ok(Number(refused.headers.get('retry-after')) > 200);
    assert.is((await call('GET', '/blueprints')).status, 200);
  }));

test('a burst is refused for a second', () =>
  withPort({ limits: { entities: { limit: 1000, burst: 2 } } }, async (call) => {
    await prepare(call);
    const replies = await Promise.all(
      Array.from({ length: 4 }, () => call('GET', '/blueprints/resource/entities')),
    );
    const refused = replies.filter((reply) => reply.status === 429);
    assert.ok(refused.length >= 1);
    for (const reply of refused) assert.is(reply.headers.get('retry-after'), '1');
  }));

test('faults break single requests, single entities and whole windows', () =>
  withPort({}, async (call, sim) => {
    await prepare(call);
    const bulk = () => call('POST', BULK, { entities: [entity('a'), entity('b')] });
    const operation = 'POST /blueprints/resource/entities/bulk';
    sim.faults.add({
      match: { service: 'port', operation },
      effect: { type: 'error', status: 503, code: 'unavailable' },
      times: 2,
      after: 1,
    });
    assert.equal(
      [(await bulk()).status, (await bulk()).status, (await bulk()).status, (await bulk()).status],
      [200, 503, 503, 200],
    );
    sim.faults.add({
      match: { service: 'port', operation: 'upsert', identifier: 'b' },
      effect: { type: 'error', status: 500, code: 'internal' },
      times: 1,
    });
    const single = await bulk();
    assert.equal(
      [single.status, single.body.errors[0].identifier, single.body.errors[0].statusCode],
      [207, 'b', 500],
    );
    assert.is((await bulk()).status, 200);
    sim.faults.add({
      match: { service: 'port', operation: 'POST /blueprints/*' },
      effect: { type: 'throttle', retryAfterSeconds: 7 },
      times: 1,
    });
    assert.is((await bulk()).headers.get('retry-after'), '7');
    const lost = sim.faults.add({
      match: { service: 'port', operation },
      effect: { type: 'reset', applied: true },
      times: 1,
    });
    await call('POST', BULK, { entities: [entity('lost')] }).then(
      () => assert.unreachable(),
      () => undefined,
    );
    assert.ok(sim.port.entity('resource', 'lost'));
    assert.is(sim.faults.hits().find((one) => one.id === lost)?.hits, 1);
    sim.faults.add({ match: { service: 'port', operation }, effect: { type: 'reset' }, times: 1 });
    await call('POST', BULK, { entities: [entity('never')] }).then(
      () => assert.unreachable(),
      () => undefined,
    );
    assert.is(sim.port.entity('resource', 'never'), undefined);
    sim.faults.add({ match: { service: 'port' }, effect: { type: 'malformed' }, times: 1 });
    await bulk().then(
      () => assert.unreachable(),
      (error: Error) => assert.instance(error, SyntaxError),
    );
  }));

test('one bad entity refuses its batch where the simulation is told so', () =>
  withPort({ refuseWholeBatch: true }, async (call, sim) => {
    await prepare(call);
    assert.is(
      (await call('POST', BULK, { entities: [entity('a'), entity('not good')] })).status,
      422,
    );
    assert.equal(sim.port.entities(), []);
  }));

test('an unknown path, method or media type is refused', () =>
  withPort({}, async (call) => {
    assert.is((await call('GET', '/nothing/here')).status, 404);
    assert.is((await call('DELETE', '/entities/search')).status, 405);
    assert.is(
      (await call('POST', '/blueprints', '{}', { 'content-type': 'text/plain' })).status,
      415,
    );
  }));

test.run();
