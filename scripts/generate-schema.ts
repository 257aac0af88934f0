/** Writes `schema/pipeline.schema.json` from the zod schema: `npx tsx scripts/generate-schema.ts`. */
import { writeFileSync } from 'node:fs';
import { pipelineJsonSchemaText } from '../src/config/json-schema.js';

writeFileSync(new URL('../schema/pipeline.schema.json', import.meta.url), pipelineJsonSchemaText());
