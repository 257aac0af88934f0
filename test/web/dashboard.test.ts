import { Script } from 'node:vm';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DASHBOARD } from '../../src/web/dashboard.js';
import { SCRIPT } from '../../src/web/dashboard-script.js';
import { liveSnapshot, snapshot } from './snapshot.js';

const test = suite('dashboard');
const idsOfPage = new Set(Array.from(DASHBOARD.matchAll(/ id="(\w[\w-]*)"/g), (match) => match[1]));

test('has every element that its script and its labels speak of', () => {
  const used = [
    ...SCRIPT.matchAll(/(?:\$|text)\('(\w+)'/g),
    ...DASHBOARD.matchAll(/labelledby="([\w-]+)"/g),
  ];
  assert.ok(used.length > 20);
  for (const [, id] of used) assert.ok(idsOfPage.has(id), id);
});

/** As much of a page as the script touches: elements that remember their text, class and rows. */
class FakeNode {
  id = '';
  textContent = '–';
  className = '';
  hidden = false;
  value: unknown = '';
  max = 1;
  readonly rows: FakeNode[][] = [];
  readonly children: FakeNode[] = [];
  setAttribute(): void {}
  addEventListener(): void {}
  append(...nodes: FakeNode[]): void {
    this.children.push(...nodes);
  }
  insertRow() {
    const row: FakeNode[] = [];
    this.rows.push(row);
    return { insertCell: () => row[row.push(new FakeNode()) - 1] };
  }
  replaceWith(fresh: FakeNode): void {
    this.rows.splice(0, Infinity, ...fresh.rows);
  }
}

/** Runs the script against an answer of the server, and gives the page as it is then. */
async function shown(answer: { status: number; body?: unknown }) {
  const nodes = new Map<string, FakeNode>();
  const byId = (id: string): FakeNode => {
    let node = nodes.get(id);
    if (node === undefined) nodes.set(id, (node = new FakeNode()));
    return node;
  };
  let polled = (): void => undefined;
  const done = new Promise<void>((resolve) => (polled = resolve));
  new Script(SCRIPT).runInNewContext({
    document: {
      hidden: false,
      getElementById: byId,
      createElement: () => new FakeNode(),
      addEventListener: () => undefined,
    },
    Node: FakeNode,
    Intl,
    sessionStorage: { getItem: () => null, setItem: () => undefined },
    clearTimeout: () => undefined,
    setTimeout: () => {
      polled();
    },
    fetch: () => {
      if (answer.status === 401) setImmediate(polled);
      return Promise.resolve({
        status: answer.status,
        ok: answer.status === 200,
        json: () => Promise.resolve(answer.body),
      });
    },
  });
  await done;
  return byId;
}

test('shows what the status says', async () => {
  const at = await shown({ status: 200, body: snapshot() });
  assert.is(at('phase').textContent, 'Resync running');
  assert.match(at('resync').textContent, 'Resync 4, for 1 min 0 s');
  assert.match(at('progress').textContent, '100 of 120 scopes, 1 of 2 accounts');
  assert.is(at('rate').textContent, '456.7');
  assert.match(at('throttled').textContent, '7 / 500');
  assert.is(at('letters').textContent, '3');
  assert.is(at('letters').className, 'bad');
  assert.is(at('flightBytes').textContent, '2.9 MiB');
  const rows = at('accounts').rows.map((row) => row.map((cell) => cell.textContent));
  assert.equal(
    rows.map((row) => [row[0], row[1], row[4]]),
    [
      ['111111111111', 'production', '1'],
      ['222222222222', '', '0'],
    ],
  );
  assert.is(at('failures').rows[0]?.[4]?.textContent, 'not authorized <b>to list</b>');
});

test('shows the live path where there is one', async () => {
  const without = await shown({ status: 200, body: snapshot() });
  assert.is(without('live').hidden, true);
  const at = await shown({ status: 200, body: liveSnapshot() });
  assert.is(at('live').hidden, false);
  assert.is(at('lag').textContent, '2 s');
  assert.is(at('oldest').textContent, 'none');
  assert.is(at('routed').textContent, '22');
  assert.is(at('noise').textContent, '970');
  assert.is(at('reads').textContent, '20');
  assert.is(at('poison').className, 'bad');
  assert.equal(
    at('changes').rows[0]?.map((cell) => cell.textContent),
    ['5 s ago', 'AWS::EC2::Instance', 'i-1', '111111111111', 'eu-west-1', 'written'],
  );
  const late = await shown({ status: 200, body: liveSnapshot({ lagMs: 30_000_000 }) });
  assert.is(late('lag').className, 'bad', 'more than a quarter of the retention');
});

test('asks for a token where one is needed, and says when nobody answers', async () => {
  const asked = await shown({ status: 401 });
  assert.is(asked('phase').textContent, 'Token needed');
  assert.is(asked('login').hidden, false);
  const failed = await shown({ status: 500 });
  assert.is(failed('phase').textContent, 'Not reachable');
  assert.is(failed('login').hidden, true);
});

test.run();
