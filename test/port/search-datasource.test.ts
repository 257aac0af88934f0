import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EntityKey } from '../../src/model/entity.js';
import { datasourceEntities, datasourceOf } from '../../src/port/search-datasource.js';
import type { PortClient } from '../../src/port/port-client.js';
import type { Answer } from './fake-port.js';
import { withClient } from './harness.js';

const test = suite('port/search-datasource');

async function collect(client: PortClient): Promise<EntityKey[][]> {
  const pages: EntityKey[][] = [];
  for await (const page of datasourceEntities(client, datasourceOf('prod'))) pages.push([...page]);
  return pages;
}

test('follows the pages to the end', () =>
  withClient(async ({ port, client }) => {
    for (let n = 0; n < 12_000; n += 1) port.store.get('vm')?.set(`e${n.toString()}`, {});
    const pages = await collect(client);
    assert.equal(
      pages.map((page) => page.length),
      [5_000, 5_000, 2_000],
    );
    assert.equal(pages[2]?.at(-1), { blueprint: 'vm', identifier: 'e11999' });
    const [first, second] = port.to('/datasource-entities');
    assert.equal(first?.body, {
      datasource_prefix: 'port-ocean/aws',
      datasource_suffix: '/prod/exporter',
      limit: 5_000,
    });
    assert.is(second?.body.from, '5000');
  }));

test('takes an empty answer for nothing, and a null next for the end', () =>
  withClient(async ({ port, client }) => {
    port.script = (request) =>
      request.path.endsWith('-entities')
        ? { status: 200, body: { ok: true, entities: [], next: null } }
        : undefined;
    assert.equal(await collect(client), [[]]);
  }));

const BAD: readonly (readonly [string, Answer[]])[] = [
  ['no list', [{ status: 200, body: { ok: true } }]],
  ['nameless entities', [{ status: 200, body: { entities: [{ blueprint: 'vm' }] } }]],
  [
    'pages in a circle',
    [
      { status: 200, body: { entities: [], next: 'x' } },
      { status: 200, body: { entities: [], next: 'x' } },
    ],
  ],
];
for (const [name, answers] of BAD) {
  test(`throws rather than pass a part for the whole: ${name}`, () =>
    withClient(async ({ port, client }) => {
      const script = [...answers];
      port.script = (request) => (request.path.endsWith('-entities') ? script.shift() : undefined);
      const error = await collect(client).catch((caught: unknown) => caught);
      assert.is((error as { code?: string }).code, 'port.bad-answer');
    }));
}

test('throws what Port refuses', () =>
  withClient(async ({ port, client }) => {
    port.script = (request) =>
      request.path.endsWith('-entities')
        ? { status: 403, body: { error: 'forbidden' } }
        : undefined;
    const error = await collect(client).catch((caught: unknown) => caught);
    assert.is((error as { code?: string }).code, 'port.forbidden');
  }));

test.run();
