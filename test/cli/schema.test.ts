import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { schemaCommand } from '../../src/cli/schema.js';
import { pipelineJsonSchema } from '../../src/config/json-schema.js';
import { RecordedIo } from './io.js';

const test = suite('cli/schema');

test('prints the JSON Schema', async () => {
  const io = new RecordedIo();
  await schemaCommand(io).parseAsync([], { from: 'user' });
  assert.equal(JSON.parse(io.stdout.join('\n')), pipelineJsonSchema());
});

test.run();
