import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findNativeJq } from '../../../src/jq/native/find-jq.js';
import { createNativeEngine } from '../../../src/jq/native/native-engine.js';
import { conformanceSuite } from '../conformance.js';

const test = suite('find a native jq');

test('a path that is named wins, and what is there must run and be recent', async () => {
  assert.is(await findNativeJq({ JQ_PATH: '/nowhere/jq', PATH: process.env['PATH'] }), undefined);
  assert.is(await findNativeJq({ JQ_PATH: '/bin/true' }), undefined);
  assert.is(await findNativeJq({ PATH: '/nowhere' }), undefined);
});

test.run();

const found = await findNativeJq(process.env);
if (found) conformanceSuite('native engine', (bounds) => createNativeEngine(found, bounds));
else process.stdout.write('SKIPPED: no native jq of 1.7 or later (JQ_PATH, node-jq or PATH)\n');
