import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { loadPipeline } from '../src/config/load-pipeline.js';
import { compileKind } from '../src/jq/compile-kind.js';
import type { KindProgram } from '../src/jq/kind-program.js';
import { createOrganization } from '../src/sim/organization/organization.js';
import type { SimKey } from '../src/sim/organization/organization.js';
import { bodyTail, resourceBody } from '../src/sources/listing/resource-body.js';
import { fileURLToPath } from 'node:url';

/** The pipeline that every resync benchmark runs. */
export const PIPELINE = fileURLToPath(new URL('pipeline.yaml', import.meta.url));

/** The simulated organization that a benchmark works on; equal options give equal resources. */
export interface OrganizationSize {
  readonly resources: number;
  readonly accounts: number;
  readonly regions: number;
  /** Or about so many bytes each. */
  readonly bodySize: 'small' | 'typical' | number;
}

/** Kinds of {@link PIPELINE} and its one program, which is the same for each of them. */
export async function readPipeline(): Promise<{
  readonly kinds: readonly string[];
  readonly program: KindProgram;
}> {
  const pipeline = await loadPipeline(PIPELINE);
  const programs = pipeline.kinds.map(({ mappings }) =>
    compileKind(mappings.map(({ spec }) => spec)),
  );
  const [program] = programs;
  if (program === undefined || programs.some(({ text }) => text !== program.text)) {
    throw new Error('the benchmark pipeline must have one program for all of its kinds');
  }
  return { kinds: pipeline.kinds.map(({ kind }) => kind), program };
}

/** The resources as the engine sees them. */
export function* resourceLines(
  size: OrganizationSize,
  kinds: readonly string[],
): Generator<{ readonly key: SimKey; readonly line: string }> {
  const { resources, accounts, regions, bodySize } = size;
  const organization = createOrganization({ accounts, regions, bodySize, kinds, total: resources });
  for (const { kind, accountId, region, identifier, json } of organization.snapshot()) {
    const line = resourceBody(
      identifier,
      json,
      bodyTail(kind, accountId, region, ',"__Partition":"aws"'),
    );
    yield { key: { kind, accountId, region, identifier }, line };
  }
}

/** Writes what jq is given, a resource a line. Gives the number of bytes. */
export async function writeLines(
  size: OrganizationSize,
  kinds: readonly string[],
  file: string,
): Promise<number> {
  const stream = createWriteStream(file);
  let chunk: string[] = [];
  for (const { line } of resourceLines(size, kinds)) {
    chunk.push(line, '\n');
    if (chunk.length < 1_000) continue;
    if (!stream.write(chunk.join(''))) await once(stream, 'drain');
    chunk = [];
  }
  stream.end(chunk.join(''));
  await once(stream, 'finish');
  return stream.bytesWritten;
}
