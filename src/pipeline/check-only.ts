import type { Pipeline } from '../config/pipeline.js';
import { ConfigError } from '../errors/config-error.js';
import { globMatcher } from '../sources/glob.js';
import type { Only } from '../sources/only.js';

/** Throws a ConfigError where `--only` names a kind that the pipeline does not have: a slip of the pen would look like success. */
export function checkOnly(pipeline: Pipeline, only: Only | undefined): void {
  for (const glob of only?.kinds ?? []) {
    const matches = globMatcher([glob]);
    if (pipeline.kinds.some(({ kind }) => matches(kind))) continue;
    throw new ConfigError(`--only kind=${glob}: ${pipeline.file} has no such kind`, {
      code: 'usage.only',
      hint: `It has ${pipeline.kinds.map(({ kind }) => kind).join(', ')}.`,
    });
  }
}
