import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CoProcess, PADDING } from '../../../src/jq/native/co-process.js';
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
if (found) {
  conformanceSuite('native engine', (bounds) => createNativeEngine(found, bounds));
  coProcessSuite(found.path);
} else process.stdout.write('SKIPPED: no native jq of 1.7 or later (JQ_PATH, node-jq or PATH)\n');

/** jq keeps a block of what it prints; what a run printed must be there when the run ends all the same. */
function coProcessSuite(jq: string): void {
  const processes = suite('co-process');

  processes('a run ends with all that it printed, whatever its length', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'co-process-'));
    try {
      const program = join(dir, 'program.jq');
      await writeFile(program, `if type == "string" then ., ${PADDING} else [.text] end`);
      const options = { jq, program, memoryBytes: 1 << 28, lineLength: 1 << 20 };
      const process = new CoProcess({ ...options, careful: false });
      const lengths = fc.array(fc.oneof(fc.nat(40), fc.integer({ min: 4_000, max: 4_200 })), {
        maxLength: 40,
      });
      await fc.assert(
        fc.asyncProperty(lengths, async (runs) => {
          const lines = runs.map((length) => JSON.stringify({ text: ' '.repeat(length) }));
          const printed: string[] = [];
          const end = await process.run(lines, 20_000, (line) => printed.push(line));
          assert.equal(end, { type: 'marked' });
          assert.equal(
            printed.map((line) => line.length),
            runs.map((length) => length + 4),
          );
        }),
        { numRuns: 200 },
      );
      await process.kill();
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  processes.run();
}
