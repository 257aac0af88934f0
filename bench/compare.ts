import { readFile } from 'node:fs/promises';
import type { BenchResult, Figure } from './result.js';
import { nameOf, number, table } from './table.js';

/** Below this share a difference is noise whatever the spread. */
const NOISE = 0.05;

export type Verdict = 'better' | 'worse' | 'same' | 'new' | 'gone' | 'told';

/** One figure in two results. */
export interface Difference {
  readonly figure: string;
  readonly unit: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
  readonly verdict: Verdict;
}

/**
 * Compares two results of one bench. A figure is better or worse only where the values of both do not
 * overlap and the medians differ by more than 5 %.
 */
export function compareResults(before: BenchResult, after: BenchResult): readonly Difference[] {
  const old = new Map(before.figures.map((figure) => [nameOf(figure), figure]));
  const now = new Map(after.figures.map((figure) => [nameOf(figure), figure]));
  return [...new Set([...old.keys(), ...now.keys()])].map((name) => {
    const [a, b] = [old.get(name), now.get(name)];
    return {
      figure: name,
      unit: (b ?? a)!.unit,
      before: a?.median,
      after: b?.median,
      verdict: verdictOf(a, b),
    };
  });
}

function verdictOf(before: Figure | undefined, after: Figure | undefined): Verdict {
  if (before === undefined) return 'new';
  if (after === undefined) return 'gone';
  if (after.better === 'neither') return 'told';
  const apart = before.high < after.low || after.high < before.low;
  const change = Math.abs(after.median - before.median);
  if (!apart || change <= NOISE * Math.abs(before.median)) return 'same';
  return after.median < before.median === (after.better === 'lower') ? 'better' : 'worse';
}

/** Prints a comparison of two files; whether nothing got worse. */
export async function compareFiles(
  oldFile: string,
  newFile: string,
  print: (text: string) => void,
): Promise<boolean> {
  const [before, after] = await Promise.all([read(oldFile), read(newFile)]);
  if (before.bench !== after.bench) {
    throw new Error(`${oldFile} is of ${before.bench}, ${newFile} of ${after.bench}`);
  }
  const differences = compareResults(before, after);
  const rows = differences.map(({ figure, unit, before: a, after: b, verdict }) => [
    figure,
    a === undefined ? '' : number(a),
    b === undefined ? '' : number(b),
    unit,
    a === undefined || b === undefined || a === 0 ? '' : `${((100 * b) / a - 100).toFixed(1)} %`,
    verdict === 'told' ? '' : verdict,
  ]);
  print(table([['figure', 'before', 'after', 'unit', 'change', 'verdict'], ...rows]));
  for (const line of apples(before, after)) print(line);
  const worse = differences.filter(({ verdict }) => verdict === 'worse').length;
  print(worse === 0 ? 'Nothing got worse.' : `${worse} got worse.`);
  return worse === 0;
}

/** What makes two results hard to compare. */
function apples(before: BenchResult, after: BenchResult): string[] {
  const notes: string[] = [];
  if (JSON.stringify(before.work) !== JSON.stringify(after.work)) {
    notes.push('Note: they did not do the same work.');
  }
  for (const part of ['cpu', 'cores', 'node', 'jq'] as const) {
    const [a, b] = [before.machine[part], after.machine[part]];
    if (a !== b)
      notes.push(`Note: ${part} was ${a ?? 'none'} and is ${b ?? 'none'}: compare ratios alone.`);
  }
  return notes;
}

async function read(file: string): Promise<BenchResult> {
  const value = JSON.parse(await readFile(file, 'utf8')) as Partial<BenchResult>;
  if (typeof value.bench !== 'string' || !Array.isArray(value.figures)) {
    throw new Error(`${file} is no result of a benchmark`);
  }
  return value as BenchResult;
}
