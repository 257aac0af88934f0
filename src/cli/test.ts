import { Command } from 'commander';
import { loadMappingTests } from '../config/mapping-tests.js';
import { runMappingTest } from '../pipeline/trial/run-test.js';
import type { TestResult } from '../pipeline/trial/run-test.js';
import { Trial } from '../pipeline/trial/trial.js';
import { processIo } from './command-io.js';
import type { CommandIo } from './command-io.js';

/**
 * `sluice test FILE…`: the unit tests of pipelines, each beside its pipeline: `pipeline.tests.yaml` for
 * `pipeline.yaml`. Ends with 1 where one fails, with 2 where a file is wrong or missing.
 */
export function testCommand(io: CommandIo = processIo): Command {
  return new Command('test')
    .description('run the unit tests of mappings (FILE.tests.yaml beside FILE.yaml)')
    .argument('<file...>', 'pipeline files')
    .option('--tests <file>', 'the tests, where they do not stand beside the pipeline')
    .option('--json', 'one JSON array on standard output, an object a test')
    .action(async (files: readonly string[], options: { tests?: string; json?: boolean }) => {
      const all: TestResult[] = [];
      for (const file of files) {
        const tests = await loadMappingTests(options.tests ?? testsBeside(file));
        const trial = await Trial.open(file);
        try {
          for (const test of tests) {
            const result = await runMappingTest(trial, test);
            all.push(result);
            if (!options.json) for (const line of linesOf(result)) io.out(line);
          }
        } finally {
          await trial.close();
        }
      }
      const failed = all.filter(({ problems }) => problems.length > 0).length;
      if (options.json) io.out(JSON.stringify(all.map(jsonOf)));
      else io.out(`${count(all.length, 'test')}, ${failed} failed`);
      if (failed > 0) io.exit(1);
    });
}

function testsBeside(file: string): string {
  return `${file.replace(/\.ya?ml$/i, '')}.tests.yaml`;
}

function* linesOf({ test, problems }: TestResult): Generator<string> {
  const { file, line } = test.position;
  yield problems.length === 0 ? `ok    ${test.name}` : `FAIL  ${test.name} (${file}:${line})`;
  for (const { what, expected, got } of problems) {
    yield `        ${what}`;
    if (expected !== undefined) yield `          expected ${JSON.stringify(expected)}`;
    if (got !== undefined) yield `          got      ${JSON.stringify(got)}`;
  }
}

function jsonOf({ test, problems }: TestResult): unknown {
  const { file, line } = test.position;
  return { name: test.name, file, line, ok: problems.length === 0, problems };
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
