import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { upserts, upsert, remove, withSink } from './harness.js';

const test = suite('port/create-entity-sink');

test('writes in batches of 20 and answers each change', () =>
  withSink(async ({ port, write }) => {
    const results = await write(...upserts(45));
    assert.ok(results.every((result) => result.status === 'created'));
    assert.equal(
      port.to('/entities/bulk').map((request) => request.body.entities.length),
      [20, 20, 5],
    );
    assert.equal(port.store.get('vm')?.size, 45);
    assert.equal((await write(upsert('e1')))[0]?.status, 'updated');
    assert.equal(
      (await write(remove('e1'), remove('nope'))).map((r) => r.status),
      ['deleted', 'deleted'],
    );
    assert.equal(port.store.get('vm')?.size, 44);
  }));

test.run();
