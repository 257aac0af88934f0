import { levels } from 'pino';

const COLOURS: Record<string, string> = {
  trace: '\u001b[90m',
  debug: '\u001b[90m',
  info: '\u001b[36m',
  warn: '\u001b[33m',
  error: '\u001b[31m',
  fatal: '\u001b[35m',
};
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';

/** One JSON line of the log as a line for people: time, level, message, then `name=value`. */
export function prettyLine(line: string, colours: boolean): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const name = levels.labels[Number(level)] ?? 'info';
  const paint = (colour: string | undefined, text: string): string =>
    colours && colour !== undefined ? colour + text + PLAIN : text;
  const words = Object.entries(fields).map(([key, value]) => paint(DIM, `${key}=${show(value)}`));
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const head = [paint(DIM, clock), paint(COLOURS[name], name.padEnd(5))];
  const message = typeof msg === 'string' ? [msg] : [];
  return [...head, ...message, ...words].join(' ') + showError(err) + '\n';
}

function show(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

function showError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { stack, message } = error as { stack?: unknown; message?: unknown };
  const text = typeof stack === 'string' ? stack : typeof message === 'string' ? message : '';
  return text === '' ? '' : `\n  ${text.replaceAll('\n', '\n  ')}`;
}
