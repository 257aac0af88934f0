/**
 * Writes the ready pipelines and their blueprints from `scripts/packs/kinds.ts`:
 * `npx tsx scripts/generate-packs.ts`.
 */
import { writeFileSync } from 'node:fs';
import { packFiles } from './packs/render.js';

const folder = new URL('../pipelines/', import.meta.url);
for (const [name, text] of await packFiles()) writeFileSync(new URL(name, folder), text);
