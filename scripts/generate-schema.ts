/**
 * Writes `schema/pipeline.schema.json` from the zod schema, byte for byte what `sluice schema` prints:
 * `npx tsx scripts/generate-schema.ts`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pipelineJsonSchemaText } from '../src/config/json-schema.js';

const file = fileURLToPath(new URL('../schema/pipeline.schema.json', import.meta.url));
writeFileSync(file, pipelineJsonSchemaText());
