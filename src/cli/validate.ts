import { Command } from 'commander';
import { jqProblems } from '../config/jq-problems.js';
import type { CheckJq } from '../config/jq-problems.js';
import { loadPipeline } from '../config/load-pipeline.js';
import type { Pipeline } from '../config/pipeline.js';
import { describeProblem, PipelineError, throwIfAny } from '../config/problem.js';
import type { Problem } from '../config/problem.js';
import { checkBlueprints } from '../pipeline/check-blueprints.js';
import { SluiceError } from '../errors/sluice-error.js';
import type { Blueprint } from '../port/blueprints.js';
import { processIo } from './command-io.js';
import type { CommandIo } from './command-io.js';

/** What `validate` needs: a compiler of JQ, and where to write. */
export interface ValidateDeps {
  /** Starts what compiles JQ; called once, closed when all files are checked. */
  readonly openJq: () => Promise<JqChecker>;
  /** Reads the blueprints of the environment's Port. */
  readonly readBlueprints: () => Promise<readonly Blueprint[]>;
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
  /** With `--connect`: mappings whose blueprint only JQ can tell, which were not compared. */
  readonly uncompared?: number;
  readonly problems: readonly {
    readonly code: string;
    readonly message: string;
    readonly line?: number;
    readonly column?: number;
  }[];
}

/**
 * `sluice validate FILE…`: YAML, schema, kinds and every JQ expression; with `--connect` also whether
 * Port's blueprints take what the mappings give. Prints a line a problem to standard error (at most 20 a
 * file) and ends with 2 where there is one.
 */
export function validateCommand({ openJq, readBlueprints, io = processIo }: ValidateDeps): Command {
  return new Command('validate')
    .description('check pipeline files: YAML, keys, kinds and every JQ expression')
    .argument('<file...>', 'pipeline files')
    .option('--connect', 'compare the mappings with the blueprints in Port')
    .option('--json', 'one JSON array on standard output, an object a file')
    .action(async (files: readonly string[], options: { connect?: boolean; json?: boolean }) => {
      const blueprints = options.connect === true ? await readBlueprints() : undefined;
      const jq = await openJq();
      try {
        const reports: ValidationReport[] = [];
        for (const file of files) {
          const check: CheckJq = (expression) => jq.check(expression);
          const { report, lines } = await validateFile(file, check, blueprints);
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
  blueprints: readonly Blueprint[] | undefined,
): Promise<{ readonly report: ValidationReport; readonly lines: readonly string[] }> {
  try {
    const pipeline = await loadPipeline(file);
    const problems = await jqProblems(pipeline, check);
    throwIfAny(problems);
    if (blueprints === undefined) return { report: reportOf(file, [], pipeline), lines: [] };
    const compared = checkBlueprints(pipeline, blueprints);
    throwIfAny(compared.problems);
    const uncompared = compared.unknown;
    return { report: { ...reportOf(file, [], pipeline), uncompared }, lines: [] };
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

function summary({ file, kinds, mappings, uncompared }: ValidationReport): string {
  const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
  const valid = `${file}: valid, ${count(kinds, 'kind')}, ${count(mappings, 'mapping')}`;
  if (uncompared === undefined) return valid;
  const rest = uncompared === 0 ? '' : ` (but for ${uncompared} whose blueprint only JQ can tell)`;
  return `${valid}; Port's blueprints take them${rest}`;
}
