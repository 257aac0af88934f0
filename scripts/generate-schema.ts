/** Writes `schema/pipeline.schema.json` from the zod schema: `npx tsx scripts/generate-schema.ts`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { pipelineJsonSchemaText } from '../src/config/json-schema.js';

const file = fileURLToPath(new URL('../schema/pipeline.schema.json', import.meta.url));
const style = await resolveConfig(file);
writeFileSync(file, await format(pipelineJsonSchemaText(), { ...style, filepath: file }));
