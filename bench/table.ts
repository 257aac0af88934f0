import { meets } from './result.js';
import type { Aim, BenchResult, Figure } from './result.js';

/** Rows as a table of aligned columns; the first row is the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  const lines = rows.map((row) =>
    row
      .map((cell, at) => (isNumber(cell) ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return lines.join('\n');
}

/** A result as people read it. */
export function show(result: BenchResult): string {
  const { bench, work, machine, figures, checks, notes } = result;
  const rows = figures.map((each) => [
    each.case,
    each.name,
    number(each.median),
    each.unit,
    each.values.length > 1 ? `±${Math.round(each.spread * 50)} %` : '',
    each.aim === undefined ? '' : `${aim(each.aim)} ${meets(each) ? 'met' : 'MISSED'}`,
  ]);
  const done = Object.entries(work).map(([name, value]) => `${name} ${value}`);
  const failed = checks.filter(({ holds }) => !holds);
  return [
    `${bench}: ${done.join(', ')}`,
    `on ${machine.cores} × ${machine.cpu}, Node ${machine.node}, ${machine.jq ?? 'no jq'}, ${machine.commit ?? 'no commit'}`,
    '',
    table([['case', 'figure', 'median', 'unit', 'spread', 'aim'], ...rows]),
    '',
    `${checks.length - failed.length} of ${checks.length} checks hold`,
    ...failed.map(({ what, seen }) => `FAILED: ${what}${seen === undefined ? '' : `: ${seen}`}`),
    ...notes.map((note) => `Note: ${note}`),
  ].join('\n');
}

function aim(value: Aim): string {
  return 'atMost' in value ? `≤ ${number(value.atMost)}` : `≥ ${number(value.atLeast)}`;
}

/** Three significant digits, and thousands apart. */
export function number(value: number): string {
  const digits =
    Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', {
    minimumFractionDigits: Number.isInteger(value) ? 0 : digits,
    maximumFractionDigits: digits,
  });
}

function isNumber(cell: string): boolean {
  return /^[±+-]?[\d,.]+( %)?$/.test(cell);
}

/** Name of a figure among those of its bench. */
export function nameOf({ case: on, name }: Pick<Figure, 'case' | 'name'>): string {
  return `${on}: ${name}`;
}
