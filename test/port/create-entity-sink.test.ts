import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Change, ChangeResult } from '../../src/model/change.js';
import type { Answer, Json, Received } from './fake-port.js';
import { remove, SECRET, upsert, upserts, withSink } from './harness.js';

const test = suite('port/create-entity-sink');

const isBulk = (request: Received) => request.path.endsWith('/entities/bulk');
const isBulkDelete = (request: Received) => request.path.endsWith('/bulk/entities/delete');
const idsOf = (request: Received): string[] =>
  (request.body.entities as Json[]).map((entity) => entity.identifier ?? entity);
const statuses = (results: ChangeResult[]) => results.map(({ status }) => status);

/** A 207 whose errors are told by identifier; undefined takes the entity. */
function mixed(request: Received, errorOf: (id: string) => Json): Answer {
  const entities: Json[] = [];
  const errors: Json[] = [];
  idsOf(request).forEach((identifier, index) => {
    const error: Json = errorOf(identifier);
    if (error === undefined) entities.push({ created: false, identifier, index });
    else errors.push({ identifier, index, ...error });
  });
  return { status: 207, body: { ok: false, entities, errors } };
}

test('sends full batches by blueprint with the settings, and answers each change', () =>
  withSink(
    async ({ port, write }) => {
      const results = await write(...upserts(45), upsert('a', {}, 'other'));
      assert.ok(results.every((result) => result.status === 'created'));
      const sizes = port.to('/vm/entities/bulk').map((request) => idsOf(request).length);
      assert.equal(sizes, [20, 20, 5]);
      assert.is(
        port.to('/vm/entities/bulk')[0]?.query.toString(),
        'upsert=true&merge=true&create_missing_related_entities=true&validation_only=false',
      );
      assert.is(port.store.get('vm')?.size, 45);
      assert.equal(statuses(await write(upsert('e1'))), ['updated']);
    },
    {
      blueprints: ['vm', 'other'],
      createMissingRelatedEntities: true,
      enableMergeEntity: true,
    },
  ));

test('sends the entities as their JSON texts say, byte for byte', () =>
  withSink(async ({ port, write }) => {
    const jsons = ['{"identifier":"a","n":1.0,"b":12345678901234567890}', '{"identifier" : "b" }'];
    await write(
      ...jsons.map((json, at): Change => {
        return { op: 'upsert', blueprint: 'vm', identifier: 'ab'.charAt(at), json };
      }),
    );
    assert.is(port.to('/bulk')[0]?.text, `{"entities":[${jsons.join(',')}]}`);
  }));

test('never exceeds 1 MiB of UTF-8, and fills it', () =>
  withSink(async ({ port, write }) => {
    // Two bytes a character, so that counting characters would be half of the truth.
    const changes = Array.from({ length: 30 }, (_, at) =>
      upsert(`e${at}`, { x: 'é'.repeat(52_000) }),
    );
    await write(...changes);
    const bytes = port.to('/bulk').map((request) => Buffer.byteLength(request.text));
    assert.ok(
      bytes.every((size) => size <= 1_048_576),
      bytes.join(),
    );
    assert.equal(
      port.to('/bulk').map((request) => idsOf(request).length),
      [10, 10, 10],
    );
  }));

test('packs a body of exactly 1 MiB, and not a byte more', () =>
  withSink(async ({ port, write }) => {
    const sized = (identifier: string, bytes: number): Change => {
      const frame = JSON.stringify({ identifier, x: '' }).length;
      const json = JSON.stringify({ identifier, x: 'x'.repeat(bytes - frame) });
      return { op: 'upsert', blueprint: 'vm', identifier, json };
    };
    await write(sized('a', 524_280), sized('b', 524_280));
    assert.equal(
      port.to('/bulk').map((request) => request.text.length),
      [1_048_576],
    );
    await write(sized('c', 524_280), sized('d', 524_281));
    assert.is(port.to('/bulk').length, 3);
  }));

test('answers a 207 entity by entity', () =>
  withSink(async ({ port, write }) => {
    port.script = (request) =>
      isBulk(request)
        ? mixed(request, (id) => {
            if (id === 'e1') return { statusCode: 422, error: 'invalid', message: 'bad property' };
            if (id === 'e2') {
              const message = 'Entity with identifier "x" was not found in blueprint "acc"';
              return { statusCode: 404, error: 'not_found', message };
            }
            return undefined;
          })
        : undefined;
    assert.equal(await write(...upserts(4)), [
      { status: 'updated' },
      { status: 'refused', statusCode: 422, code: 'invalid', message: 'bad property' },
      {
        status: 'deferred',
        message: 'Entity with identifier "x" was not found in blueprint "acc"',
      },
      { status: 'updated' },
    ]);
    assert.is(port.to('/bulk').length, 1);
  }));

test('finds entities by identifier where the index is missing or names another', () =>
  withSink(async ({ port, write }) => {
    port.script = (request) =>
      isBulk(request)
        ? {
            status: 207,
            body: {
              ok: false,
              entities: [
                { identifier: 'e0', created: true, index: 1 },
                { identifier: 'e2', created: false },
              ],
              errors: [
                { identifier: 'e1', index: 0, statusCode: 422, error: 'e', message: 'm' },
                { identifier: 'unknown', index: 3, statusCode: 422, error: 'e', message: 'n' },
              ],
            },
          }
        : undefined;
    assert.equal(statuses(await write(...upserts(4))), [
      'created',
      'refused',
      'updated',
      'refused',
    ]);
  }));

test('asks alone about entities that the answer does not mention, then refuses them', () =>
  withSink(async ({ port, write }) => {
    port.script = (request) => {
      if (!isBulk(request)) return undefined;
      const ids = idsOf(request);
      const silent = ids.length > 1 ? ['e1', 'e2'] : ['e2'];
      const entities = ids
        .map((identifier, index) => ({ identifier, index, created: true }))
        .filter(({ identifier }) => !silent.includes(identifier));
      return { status: 200, body: { ok: true, entities } };
    };
    const results = await write(...upserts(3));
    assert.equal(statuses(results), ['created', 'created', 'refused']);
    assert.is((results[2] as { code: string }).code, 'port.unanswered');
    assert.is(port.to('/bulk').length, 3);
  }));

test('tries entities again that Port failed for the moment, a bounded number of times', () =>
  withSink(async ({ port, write, clock }) => {
    let failures = 3;
    port.script = (request) =>
      isBulk(request)
        ? mixed(request, (id) => {
            const failing = { statusCode: 500, error: 'internal_error', message: 'oops' };
            if (id === 'e0') return (failures -= 1) >= 0 ? failing : undefined;
            return id === 'e1' ? failing : undefined;
          })
        : undefined;
    const results = await write(...upserts(3));
    assert.equal(statuses(results), ['updated', 'refused', 'updated']);
    assert.ok(clock.sleeps.length >= 8);
  }));

test('halves what is too large, and refuses an entity that is too large alone', () =>
  withSink(async ({ port, write }) => {
    port.script = (request) =>
      isBulk(request) && request.text.length > 2_000
        ? { status: 413, raw: '<html>too large</html>' }
        : undefined;
    const big = { x: 'x'.repeat(3_000) };
    const some = { x: 'x'.repeat(300) };
    const changes = Array.from({ length: 9 }, (_, at) => upsert(`e${at}`, at === 4 ? big : some));
    const results = await write(...changes);
    results.forEach((result, at) => {
      assert.is(result.status, at === 4 ? 'refused' : 'created');
    });
    const [bad] = results.slice(4);
    assert.is((bad as { statusCode: number }).statusCode, 413);
    assert.match((bad as { message: string }).message, 'too large');
    assert.is(port.store.get('vm')?.size, 8);
  }));

test('one entity that fails the whole request costs its neighbours nothing', () =>
  withSink(async ({ port, write }) => {
    port.script = (request) =>
      isBulk(request) && idsOf(request).includes('e7')
        ? { status: 422, body: { ok: false, error: 'invalid_request', message: 'e7 is bad' } }
        : undefined;
    const results = await write(...upserts(20));
    results.forEach((result, at) => {
      assert.is(result.status, at === 7 ? 'refused' : 'created');
    });
    assert.is(port.store.get('vm')?.size, 19);
    assert.ok(port.to('/bulk').length <= 11);
  }));

test('a single whole-request 404 that names an entity defers', () =>
  withSink(async ({ port, write }) => {
    port.script = (request) =>
      isBulk(request)
        ? { status: 404, body: { error: 'not_found', message: 'Related entity "a" was not found' } }
        : undefined;
    assert.equal(statuses(await write(...upserts(2))), ['deferred', 'deferred']);
  }));

test('remembers a missing blueprint for a minute', () =>
  withSink(async ({ port, write, clock }) => {
    const missing = (n: number) =>
      Array.from({ length: n }, (_, at) => upsert(`e${at}`, {}, 'ghost'));
    const [result] = await write(...missing(20));
    assert.equal(
      [result?.status, (result as { code: string }).code],
      ['refused', 'port.unknown-blueprint'],
    );
    assert.match((result as { message: string }).message, '"ghost"');
    assert.is(port.to('/ghost/entities/bulk').length, 1);
    await write(...missing(1_000));
    assert.is(port.to('/ghost/entities/bulk').length, 1);
    assert.equal(statuses(await write(upsert('ok'))), ['created']);
    port.store.set('ghost', new Map());
    clock.advance(60_001);
    assert.equal(statuses(await write(...missing(2))), ['created', 'created']);
  }));

test('looks whether the blueprint exists where a 404 does not say', () =>
  withSink(async ({ port, write }) => {
    port.script = (request) => (isBulk(request) ? { status: 404, raw: 'nope' } : undefined);
    assert.equal(statuses(await write(upsert('a', {}, 'ghost'))), ['refused']);
    assert.is(port.to('/blueprints/ghost').length, 1);
    assert.equal(statuses(await write(upsert('a'), upsert('b'))), ['deferred', 'deferred']);
  }));

test('batches that wait already are refused by what the first one found out', () =>
  withSink(
    async ({ port, write }) => {
      const changes = Array.from({ length: 200 }, (_, at) => upsert(`e${at}`, {}, 'ghost'));
      assert.ok((await write(...changes)).every((result) => result.status === 'refused'));
      assert.is(port.to('/ghost/entities/bulk').length, 1);
    },
    { maxInFlight: 1 },
  ));

test('a blueprint that may not be looked at is not taken for missing', () =>
  withSink(async ({ port, write }) => {
    let outage = 2;
    port.script = (request) => {
      if (isBulk(request)) return { status: 404, body: {} };
      if (request.path !== '/blueprints/vm') return undefined;
      return (outage -= 1) >= 0 ? { status: 503 } : { status: 403, body: {} };
    };
    assert.equal(statuses(await write(upsert('a'))), ['deferred']);
  }));

test('refuses identifiers that Port would refuse, without a request', () =>
  withSink(async ({ port, write }) => {
    const bad = ['', '.', '..', 'a b', 'x'.repeat(1_001)];
    const results = await write(
      ...bad.map((id) => upsert(id)),
      upsert('a', {}, '..'),
      upsert('a', {}, ''),
    );
    assert.ok(results.every((result) => result.status === 'refused' && result.message !== ''));
    const deletes = await write(...bad.map((id) => remove(id)), remove('a', '..'));
    assert.ok(deletes.every((result) => result.status === 'deleted'));
    assert.equal(port.requests, []);
  }));

test('answers never come while the caller is still inside submit', () =>
  withSink(async ({ sink, write }) => {
    await write(upsert('ghost', {}, 'ghost'));
    const changes = [upsert('a b'), remove('..'), upsert('x', {}, 'ghost'), ...upserts(40)];
    let inside = false;
    await Promise.all(
      changes.map(
        (change) =>
          new Promise<void>((resolve, reject) => {
            inside = true;
            sink.submit(change, () => {
              if (inside) reject(new Error('answered inside submit'));
              resolve();
            });
            inside = false;
          }),
      ),
    );
  }));

test('keeps the order of changes of one entity, and never sends two at once', () =>
  withSink(async ({ port, sink, write }) => {
    let open = 0;
    port.script = async (request) => {
      if (!isBulk(request) && !isBulkDelete(request)) return undefined;
      const ids = idsOf(request);
      assert.is(new Set(ids).size, ids.length);
      if (ids.includes('x')) {
        assert.is((open += 1), 1);
        await new Promise((resolve) => setTimeout(resolve, 2));
        open -= 1;
      }
      return undefined;
    };
    const order: number[] = [];
    const changes = [
      upsert('x', { n: 0 }),
      upsert('x', { n: 1 }),
      remove('x'),
      upsert('x', { n: 3 }),
      remove('x'),
      upsert('x', { n: 5 }),
    ];
    const done = Promise.all(
      changes.map(
        (change, at) =>
          new Promise<void>((resolve) => {
            sink.submit(change, () => {
              order.push(at);
              resolve();
            });
          }),
      ),
    );
    await Promise.all([done, write(...upserts(30))]);
    assert.equal(order, [0, 1, 2, 3, 4, 5]);
    assert.equal(port.store.get('vm')?.get('x')?.properties, { n: 5 });
  }));

test('flush sends at once what lingers', () =>
  withSink(
    async ({ sink, port }) => {
      const answered = new Promise((resolve) => {
        sink.submit(upsert('a'), resolve);
      });
      sink.flush();
      await answered;
      assert.is(port.to('/bulk').length, 1);
    },
    { lingerMs: 1_000_000 },
  ));

test('waits for a Port that is down, and goes on when it is back', () =>
  withSink(async ({ port, write, logged, sink }) => {
    let down = 25;
    port.script = (request) => (isBulk(request) && (down -= 1) >= 0 ? { status: 503 } : undefined);
    const results = await write(...upserts(60));
    assert.ok(results.every((result) => result.status === 'created'));
    assert.is(port.store.get('vm')?.size, 60);
    assert.ok(sink.stats.retries > 0);
    assert.is(logged.filter((line) => line.startsWith('warn')).length, 1);
    assert.match(logged.join(), 'Port takes writes again');
  }));

test('survives cut connections and a refused token on the way', () =>
  withSink(async ({ port, write }) => {
    const faults: Answer[] = [
      { status: 200, cut: 'before' },
      { status: 401 },
      { status: 200, body: { ok: true, padding: 'x'.repeat(2_000) }, cut: 'middle' },
    ];
    port.script = (request) => (isBulk(request) ? faults.shift() : undefined);
    assert.ok((await write(...upserts(100))).every((result) => result.status === 'created'));
    assert.equal(faults, []);
  }));

test('a request that Port can not digest blocks nobody and is found out', () =>
  withSink(async ({ port, write }) => {
    port.script = (request) =>
      isBulk(request) && idsOf(request).includes('e3')
        ? { status: 500, body: { error: 'internal_error', message: 'oops' } }
        : undefined;
    const results = await write(...upserts(20), ...upserts(200, 20));
    results.forEach((result, at) => {
      assert.is(result.status, at === 3 ? 'refused' : 'created', at.toString());
    });
  }));

test('blames nobody while nothing comes through', () =>
  withSink(async ({ port, sink }) => {
    let failures = 0;
    port.script = (request) => {
      if (isBulk(request)) failures += 1;
      return isBulk(request) ? { status: 500 } : undefined;
    };
    let answered = 0;
    for (const change of upserts(50)) {
      sink.submit(change, () => {
        answered += 1;
      });
    }
    while (failures < 300) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.is(answered, 0);
  }));

test('deletes in bulk, and alone what the answer does not list', () =>
  withSink(async ({ port, write }) => {
    await write(...upserts(130));
    port.script = (request) => {
      if (!isBulkDelete(request)) return undefined;
      const listed = idsOf(request).filter((id) => id !== 'e5');
      for (const id of listed) port.store.get('vm')?.delete(id);
      return { status: 200, body: { ok: true, deletedEntities: listed } };
    };
    const results = await write(...Array.from({ length: 130 }, (_, at) => remove(`e${at}`)));
    assert.ok(results.every((result) => result.status === 'deleted'));
    assert.is(port.store.get('vm')?.size, 0);
    assert.equal(
      port.to('/bulk/entities/delete').map((request) => idsOf(request).length),
      [100, 30],
    );
    const single = port.requests.filter((request) => request.method === 'DELETE');
    assert.equal(
      single.map((request) => request.path),
      ['/blueprints/vm/entities/e5'],
    );
    assert.is(single[0]?.query.toString(), 'delete_dependents=false');
  }));

for (const status of [404, 405, 501]) {
  test(`deletes alone where bulk deletes answer ${status.toString()}`, () =>
    withSink(
      async ({ port, write }) => {
        await write(upsert('a/b:c'), upsert('b'));
        port.script = (request) => (isBulkDelete(request) ? { status } : undefined);
        const results = await write(remove('a/b:c'), remove('b'), remove('gone'));
        assert.equal(statuses(results), ['deleted', 'deleted', 'deleted']);
        assert.is(port.store.get('vm')?.size, 0);
        assert.is(port.to('/entities/a%2Fb%3Ac')[0]?.query.toString(), 'delete_dependents=true');
      },
      { deleteDependentEntities: true },
    ));
}

test('a delete that Port refuses fails alone', () =>
  withSink(async ({ port, write }) => {
    await write(...upserts(10));
    port.script = (request) => {
      const refusal = { status: 422, body: { error: 'has_dependents', message: 'others need it' } };
      if (isBulkDelete(request)) return idsOf(request).includes('e4') ? refusal : undefined;
      return request.method === 'DELETE' && request.path.endsWith('/e4') ? refusal : undefined;
    };
    const results = await write(...Array.from({ length: 10 }, (_, at) => remove(`e${at}`)));
    assert.equal(results[4], {
      status: 'refused',
      statusCode: 422,
      code: 'has_dependents',
      message: 'others need it',
    });
    assert.is(results.filter((result) => result.status === 'deleted').length, 9);
    assert.equal([...(port.store.get('vm')?.keys() ?? [])], ['e4']);
  }));

const searching = (value: string, json = '{"properties":{"arn":"1"}}'): Change => ({
  op: 'upsert',
  blueprint: 'vm',
  identifier: '',
  json,
  search: { combinator: 'and', rules: [{ property: 'arn', operator: '=', value }] },
});

test('finds the identifier by its search', () =>
  withSink(async ({ port, write }) => {
    await write(upsert('a', { arn: '1' }), upsert('b', { arn: '2' }), upsert('c', { arn: '2' }));
    const results = await write(
      searching('1'),
      searching('2'),
      searching('3'),
      searching('1', '{}'),
    );
    assert.equal(results[0], { status: 'updated', identifier: 'a' });
    assert.equal(results[1]?.status, 'refused');
    assert.match((results[1] as { message: string }).message, '2 entities of vm match');
    assert.is(results[2]?.status, 'deferred');
    assert.equal(results[3], { status: 'updated', identifier: 'a' });
    const texts = port.to('/entities/bulk').map((request) => request.text);
    assert.ok(texts.includes('{"entities":[{"identifier":"a","properties":{"arn":"1"}}]}'));
    assert.ok(texts.includes('{"entities":[{"identifier":"a"}]}'));
    assert.equal(port.to('/entities/search')[0]?.body, {
      combinator: 'and',
      rules: [
        { property: '$blueprint', operator: '=', value: 'vm' },
        { property: 'arn', operator: '=', value: '1' },
      ],
    });
  }));

test('asks once for the same search within a short time, and refuses a bad one alone', () =>
  withSink(async ({ port, write, clock }) => {
    await write(upsert('a', { arn: '1' }));
    await write(searching('1'));
    await write(searching('1'));
    assert.is(port.to('/entities/search').length, 1);
    clock.advance(10_001);
    await write(searching('1'));
    assert.is(port.to('/entities/search').length, 2);
    port.script = (request) =>
      request.path === '/entities/search'
        ? { status: 422, body: { error: 'invalid_rule', message: 'no such operator' } }
        : undefined;
    const [bad, good] = await write(searching('9'), upsert('z'));
    assert.equal([bad?.status, (bad as { code: string }).code], ['refused', 'invalid_rule']);
    assert.is(good?.status, 'created');
  }));

test('an "or" search is nested, so that the blueprint still narrows it', () =>
  withSink(async ({ port, write }) => {
    port.script = (request) =>
      request.path === '/entities/search' ? { status: 200, body: { entities: [] } } : undefined;
    const search = { combinator: 'or', rules: [{ property: 'a', operator: '=', value: 1 }] };
    await write({ op: 'upsert', blueprint: 'vm', identifier: '', json: '{}', search });
    assert.equal(port.to('/entities/search')[0]?.body, {
      combinator: 'and',
      rules: [{ property: '$blueprint', operator: '=', value: 'vm' }, search],
    });
  }));

test('calls nobody back once it is closed', () =>
  withSink(async ({ port, sink }) => {
    let answered = 0;
    let arrived = () => {};
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    port.script = async (request) => {
      if (!isBulk(request)) return undefined;
      arrived();
      await new Promise((resolve) => setTimeout(resolve, 20));
      return undefined;
    };
    for (const change of [...upserts(200), upsert('a b'), remove('x'), searching('1')]) {
      sink.submit(change, () => {
        answered += 1;
      });
    }
    await asked;
    await sink.close();
    const before = answered;
    sink.submit(upsert('late'), () => {
      answered += 1;
    });
    sink.flush();
    await new Promise((resolve) => setTimeout(resolve, 40));
    assert.is(answered, before);
  }));

test('never has more requests in flight than allowed, and fewer after trouble', () => {
  const windows: number[] = [];
  return withSink(
    async ({ port, write, clock }) => {
      let open = 0;
      let most = 0;
      port.script = async (request) => {
        if (!isBulk(request)) return undefined;
        most = Math.max(most, (open += 1));
        await new Promise((resolve) => setTimeout(resolve, 1));
        open -= 1;
        return undefined;
      };
      await write(...upserts(1_500));
      assert.ok(most > 1 && most <= 6, most.toString());
      assert.is(windows.at(-1), 6);
      clock.advance(5_000);
      let refusals = 1;
      port.script = (request) =>
        isBulk(request) && (refusals -= 1) >= 0
          ? { status: 429, headers: { 'retry-after': '1' } }
          : undefined;
      await write(upsert('last'));
      await new Promise((resolve) => setImmediate(resolve));
      assert.is(windows.at(-1), 3);
    },
    { maxInFlight: 6, onProgress: ({ window }) => windows.push(window) },
  );
});

test('shows no token and no secret in results and logs', () =>
  withSink(async ({ port, write, logged }) => {
    port.script = (request) => {
      const message = `got ${SECRET} ${request.headers.authorization ?? ''}`;
      if (isBulkDelete(request)) return { status: 422, body: { error: message, message } };
      if (request.method === 'DELETE') return { status: 422, body: { error: message, message } };
      if (request.path === '/entities/search')
        return { status: 422, body: { error: message, message } };
      if (!isBulk(request)) return undefined;
      const texts = { error: message, message };
      return mixed(request, (id) => {
        if (id === 'e0') return { statusCode: 422, ...texts };
        if (id === 'e1')
          return { statusCode: 404, error: 'not_found', message: `Entity not found ${message}` };
        return undefined;
      });
    };
    const results = await write(...upserts(3), remove('x'), searching('1'));
    assert.equal(statuses(results), ['refused', 'deferred', 'updated', 'refused', 'refused']);
    const all = JSON.stringify(results) + logged.join();
    assert.match(all, '[redacted]');
    assert.not.match(all, SECRET);
    assert.not.match(all, /token-\d/);
  }));

test.run();
