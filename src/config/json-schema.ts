import { z } from 'zod';
import { pipelineSchema } from './pipeline-schema.js';

type Json = Record<string, unknown>;

/**
 * The JSON Schema (draft 7, which editors' YAML servers read) of a pipeline file. Checks that JSON
 * Schema cannot say (kinds that exist, twelve digits, JQ) are left to `sluice validate`.
 */
export function pipelineJsonSchema(): Readonly<Json> {
  const schema = z.toJSONSchema(pipelineSchema, {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema }) => {
      applyOverride(jsonSchema);
      hoistDescription(jsonSchema);
    },
  });
  const { required: _required, ...rest } = schema;
  return { ...rest, anyOf: [{ required: ['resources'] }, MAPPING_IN_PORT] };
}

/** A file whose mapping is kept in Port needs none. */
const MAPPING_IN_PORT = {
  required: ['port'],
  properties: {
    port: { required: ['mappingFrom'], properties: { mappingFrom: { const: 'port' } } },
  },
};

/** {@link pipelineJsonSchema} as the text of `schema/pipeline.schema.json`. */
export function pipelineJsonSchemaText(): string {
  return `${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`;
}

/** A schema's `override` says in one word (`type`, `pattern`) what zod would spell as a union. */
function applyOverride(schema: Json): void {
  const { override } = schema as { override?: Json };
  if (override === undefined) return;
  delete schema['override'];
  if (override['type'] !== undefined) delete schema['anyOf'];
  Object.assign(schema, override);
}

/** Editors show the description of the key, so what may be empty shows that of its value. */
function hoistDescription(schema: Json): void {
  const { anyOf, description } = schema as { anyOf?: Json[]; description?: string };
  if (description !== undefined || anyOf === undefined) return;
  const inner = anyOf.find((branch) => typeof branch['description'] === 'string');
  if (inner !== undefined) schema['description'] = inner['description'];
}
