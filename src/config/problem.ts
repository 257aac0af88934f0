import { ConfigError } from '../errors/config-error.js';
import type { SourcePosition } from '../model/source-position.js';

/** Most problems that one error names; the rest is counted. */
export const MAX_PROBLEMS = 20;

/** One thing that is wrong with a pipeline file. */
export interface Problem {
  /** Stable, machine-readable, e.g. `config.unknown-key`. */
  readonly code: string;
  readonly position: SourcePosition;
  /** What is wrong, e.g. `unknown key "resource"`. */
  readonly what: string;
  /** What was expected, e.g. `a list`. */
  readonly expected?: string;
  /** How to mend it. */
  readonly hint?: string;
}

/** `what; expected …; hint`, without the place. */
export function describeProblem(problem: Problem): string {
  return [
    problem.what,
    ...(problem.expected === undefined ? [] : [`expected ${problem.expected}`]),
    ...(problem.hint === undefined ? [] : [problem.hint]),
  ].join('; ');
}

/** `file:line:col: what; expected …; hint`. */
export function formatProblem(problem: Problem): string {
  const { file, line, column } = problem.position;
  return `${file}:${line}:${column}: ${describeProblem(problem)}`;
}

/**
 * A pipeline file is wrong. The message has one line a problem, each with its own place, in the order
 * of the file, so that it can be printed as it is; {@link problems} has the same as data, uncut.
 */
export class PipelineError extends ConfigError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly [Problem, ...Problem[]]) {
    const sorted = [...problems].sort(
      (a, b) => a.position.line - b.position.line || a.position.column - b.position.column,
    );
    const lines = sorted.slice(0, MAX_PROBLEMS).map(formatProblem);
    const rest = sorted.length - lines.length;
    if (rest > 0) lines.push(`and ${rest} more`);
    const [only] = sorted;
    super(lines.join('\n'), {
      code: sorted.length === 1 && only !== undefined ? only.code : 'config.invalid',
    });
    this.problems = sorted;
  }
}

/** Throws a {@link PipelineError} where there is a problem. */
export function throwIfAny(problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (first !== undefined) throw new PipelineError([first, ...rest]);
}
