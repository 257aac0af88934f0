/** Small line charts as SVG: a panel a question, all with the same kind of axes. */

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
}

export interface PlotLine {
  readonly name: string;
  readonly points: readonly PlotPoint[];
}

export interface PlotPanel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly PlotLine[];
}

const PANEL = { width: 440, height: 280 };
const PLOT = { left: 64, right: 20, top: 36, bottom: 48 };
const COLOURS = ['#1f6feb', '#d1571b', '#2da44e', '#8250df'];
const TICKS = 5;

/** The panels two in a row. Axes begin at 0, so that a straight line through 0 is proportional. */
export function plotSvg(panels: readonly PlotPanel[]): string {
  const rows = Math.ceil(panels.length / 2);
  const width = PANEL.width * Math.min(2, panels.length);
  const height = PANEL.height * rows;
  const drawn = panels.map((panel, at) => {
    const [x, y] = [PANEL.width * (at % 2), PANEL.height * Math.floor(at / 2)];
    return `<g transform="translate(${x} ${y})">\n${panelSvg(panel)}\n</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function panelSvg({ title, xLabel, yLabel, lines }: PlotPanel): string {
  const points = lines.flatMap((line) => line.points);
  const [xs, ys] = [
    scale(
      points.map(({ x }) => x),
      PLOT.left,
      PANEL.width - PLOT.right,
    ),
    scale(
      points.map(({ y }) => y),
      PANEL.height - PLOT.bottom,
      PLOT.top,
    ),
  ];
  const [middle, base] = [(PLOT.left + PANEL.width - PLOT.right) / 2, PANEL.height - PLOT.bottom];
  return [
    text(PLOT.left, 20, title, 'font-size="13" font-weight="600"'),
    ...xs.ticks.map((tick) => text(xs.at(tick), base + 16, amount(tick), 'text-anchor="middle"')),
    ...ys.ticks.flatMap((tick) => [
      `<line x1="${PLOT.left}" x2="${PANEL.width - PLOT.right}" y1="${ys.at(tick)}" y2="${ys.at(tick)}" stroke="#d0d7de"/>`,
      text(PLOT.left - 6, ys.at(tick) + 4, amount(tick), 'text-anchor="end"'),
    ]),
    text(middle, PANEL.height - 12, xLabel, 'text-anchor="middle"'),
    text(
      14,
      (PLOT.top + base) / 2,
      yLabel,
      `text-anchor="middle" transform="rotate(-90 14 ${(PLOT.top + base) / 2})"`,
    ),
    ...lines.flatMap((line, at) => lineSvg(line, at, xs.at, ys.at)),
  ].join('\n');
}

function lineSvg(
  { name, points }: PlotLine,
  at: number,
  x: (value: number) => number,
  y: (value: number) => number,
): readonly string[] {
  const colour = COLOURS[at % COLOURS.length]!;
  const path = points.map((point) => `${x(point.x)},${y(point.y)}`).join(' ');
  const [keyX, keyY] = [PLOT.left + 10 + 150 * at, PLOT.top - 4];
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...points.map(
      (point) => `<circle cx="${x(point.x)}" cy="${y(point.y)}" r="3" fill="${colour}"/>`,
    ),
    `<line x1="${keyX}" x2="${keyX + 16}" y1="${keyY - 4}" y2="${keyY - 4}" stroke="${colour}" stroke-width="2"/>`,
    text(keyX + 20, keyY, name),
  ];
}

/** From 0 to a round number beyond the largest value. */
function scale(
  values: readonly number[],
  from: number,
  to: number,
): { readonly at: (value: number) => number; readonly ticks: readonly number[] } {
  const step = roundUp(Math.max(...values, Number.MIN_VALUE) / TICKS);
  const steps = Math.ceil(Math.max(...values, Number.MIN_VALUE) / step);
  const end = step * steps;
  return {
    at: (value) => Math.round((from + ((to - from) * value) / end) * 10) / 10,
    ticks: Array.from({ length: steps + 1 }, (_, at) => at * step),
  };
}

/** 1, 2 or 5 times a power of ten, at least `value`. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((one) => one * power >= value * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function amount(value: number): string {
  return Number(value.toPrecision(12)).toLocaleString('en-US');
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" fill="#24292f" ${attributes}>${escaped}</text>`;
}
