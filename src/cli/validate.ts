import { Command } from 'commander';
import { jqProblems } from '../config/jq-problems.js';
import type { CheckJq } from '../config/jq-problems.js';
import { loadPipeline } from '../config/load-pipeline.js';
import type { Pipeline } from '../config/pipeline.js';
import { describeProblem, PipelineError, throwIfAny } from '../config/problem.js';
import type { Problem } from '../config/problem.js';
import { SluiceError } from '../errors/sluice-error.js';
import { processIo } from './command-io.js';
import type { CommandIo } from './command-io.js';

/** What `validate` needs: a compiler of JQ, and where to write. */
export interface ValidateDeps {
  /** Starts what compiles JQ; called once, closed when all files are checked. */
  readonly openJq: () => Promise<JqChecker>;
  readonly io?: CommandIo;
}

/** The part of the JQ engine that `validate` uses. */
export interface JqChecker {
  check(expression: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** What was found in one file; as `--json` prints it. */
export interface ValidationReport {
  readonly file: string;
  readonly valid: boolean;
  readonly kinds: number;
  readonly mappings: number;
  readonly problems: readonly {
    readonly code: string;
    readonly message: string;
    readonly line?: number;
    readonly column?: number;
  }[];
}

/**
 * `sluice validate FILE…`: YAML, schema, kinds and every JQ expression. Prints a line a problem to
 * standard error (at most 20 a file) and ends with 2 where there is one.
 */
export function validateCommand({ openJq, io = processIo }: ValidateDeps): Command {
  return new Command('validate')
    .description('check pipeline files: YAML, keys, kinds and every JQ expression')
    .argument('<file...>', 'pipeline files')
    .option('--json', 'one JSON array on standard output, an object a file')
    .action(async (files: readonly string[], options: { json?: boolean }) => {
      const jq = await openJq();
      try {
        const reports: ValidationReport[] = [];
        for (const file of files) {
          const { report, lines } = await validateFile(file, (expression) => jq.check(expression));
          reports.push(report);
          for (const line of lines) io.err(line);
          if (report.valid && !options.json) io.out(summary(report));
        }
        if (options.json) io.out(JSON.stringify(reports));
        if (reports.some((report) => !report.valid)) io.exit(2);
      } finally {
        await jq.close();
      }
    });
}

async function validateFile(
  file: string,
  check: CheckJq,
): Promise<{ readonly report: ValidationReport; readonly lines: readonly string[] }> {
  try {
    const pipeline = await loadPipeline(file);
    const problems = await jqProblems(pipeline, check);
    throwIfAny(problems);
    return { report: reportOf(file, [], pipeline), lines: [] };
  } catch (error) {
    if (error instanceof PipelineError) {
      const { problems } = error;
      return {
        report: reportOf(file, problems.map(problemJson)),
        lines: error.message.split('\n'),
      };
    }
    if (!(error instanceof SluiceError)) throw error;
    const line = error.hint === undefined ? error.message : `${error.message}; ${error.hint}`;
    return { report: reportOf(file, [{ code: error.code, message: line }]), lines: [line] };
  }
}

function problemJson(problem: Problem): ValidationReport['problems'][number] {
  const { line, column } = problem.position;
  return { code: problem.code, message: describeProblem(problem), line, column };
}

function reportOf(
  file: string,
  problems: ValidationReport['problems'],
  pipeline?: Pipeline,
): ValidationReport {
  const kinds = pipeline?.kinds ?? [];
  return {
    file,
    valid: problems.length === 0,
    kinds: kinds.length,
    mappings: kinds.reduce((sum, kind) => sum + kind.mappings.length, 0),
    problems,
  };
}

function summary({ file, kinds, mappings }: ValidationReport): string {
  const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
  return `${file}: valid, ${count(kinds, 'kind')}, ${count(mappings, 'mapping')}`;
}
