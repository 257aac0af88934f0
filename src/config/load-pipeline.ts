import { readFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { ConfigError } from '../errors/config-error.js';
import { buildPipeline, mappingIn, withMapping } from './build-pipeline.js';
import { oceanAliases } from './env.js';
import type { OceanAliases } from './env.js';
import { pipelineSchema, portMappingSchema, remoteFileSchema } from './pipeline-schema.js';
import type { Pipeline } from './pipeline.js';
import { PipelineError, throwIfAny } from './problem.js';
import { schemaProblems } from './schema-problems.js';
import { parseYaml, toPlain } from './yaml-tree.js';

/** Files above this many bytes are refused: no pipeline comes near. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads and checks a pipeline file. `env` fills in what the file leaves open from Ocean's variables:
 * integration identifier, organization role, member role name. Throws a ConfigError: the file cannot
 * be read, or a {@link PipelineError} with every problem found in it. JQ expressions are not compiled.
 */
export async function loadPipeline(
  path: string,
  { env = {} }: { readonly env?: Readonly<Record<string, string | undefined>> } = {},
): Promise<Pipeline> {
  return parsePipeline(await readText(path), path, oceanAliases(env));
}

/** Checks the text of a pipeline file; `file` is its name in messages. See {@link loadPipeline}. */
export function parsePipeline(text: string, file: string, aliases: OceanAliases = {}): Pipeline {
  const tree = parseYaml(text, file);
  if (tree.type === 'scalar' && tree.value === null) {
    throw new PipelineError([
      {
        code: 'config.empty',
        position: { file, line: 1, column: 1 },
        what: 'the file is empty',
        expected: 'a pipeline with at least a list "resources"',
      },
    ]);
  }
  const plain = toPlain(tree);
  const schema = keepsMappingInPort(plain) ? remoteFileSchema : pipelineSchema;
  const checked = schema.safeParse(plain);
  if (!checked.success) {
    throwIfAny(schemaProblems(checked.error.issues, tree, schema));
    throw checked.error;
  }
  return buildPipeline(checked.data, tree, file, aliases);
}

/**
 * A pipeline of a file and a mapping as Port keeps it. Problems have their place in the mapping as YAML,
 * which is how Port shows it. Throws a {@link PipelineError} with all of them.
 */
export function applyMapping(base: Pipeline, mapping: Readonly<Record<string, unknown>>): Pipeline {
  const name = `the mapping of ${base.port.integration} in Port`;
  const tree = parseYaml(stringify(mapping, { lineWidth: 0, aliasDuplicateObjects: false }), name);
  const checked = portMappingSchema.safeParse(toPlain(tree));
  if (!checked.success) {
    throwIfAny(schemaProblems(checked.error.issues, tree, portMappingSchema));
    throw checked.error;
  }
  return withMapping(base, checked.data, tree);
}

/** The mapping that a file holds, unchecked, as Port would keep it. */
export async function readMapping(path: string): Promise<Readonly<Record<string, unknown>>> {
  return mappingIn(parseYaml(await readText(path), path));
}

function keepsMappingInPort(plain: unknown): boolean {
  const port = (plain as { port?: { mappingFrom?: unknown } | null } | null)?.port;
  return port?.mappingFrom === 'port';
}

/** Reads a YAML file; `what` it is stands in the ConfigError where it can't be read. */
export async function readText(path: string, what = 'pipeline'): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw unreadable(path, what, REASONS[reason] ?? reason, cause);
  });
  if (bytes.length > MAX_BYTES) throw unreadable(path, what, `it has more than ${MAX_BYTES} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(path, what, 'it is no UTF-8 text', cause);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
};

function unreadable(path: string, what: string, reason: string, cause?: unknown): ConfigError {
  return new ConfigError(`cannot read the ${what} ${path}: ${reason}; expected a YAML file`, {
    code: 'config.unreadable',
    hint: 'check the path and its permissions',
    cause,
  });
}
