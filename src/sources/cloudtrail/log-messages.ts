import type { Range } from './split-documents.js';

const BEGINNING = '{"messageType":"DATA_MESSAGE",';
const EVENTS = ',"logEvents":[{"id":"';
const EVENT = ',{"id":"';
const MESSAGE = ',"message":"{';
const END = '"}]}';

/**
 * Where the messages of a CloudWatch Logs subscription stand in its text, each the record of CloudTrail
 * as it is escaped there, without its quotes. Undefined for any text that is not written as CloudWatch
 * Logs writes it, with nothing but JSON objects for messages: then all of it is to be parsed.
 *
 * Parsing would take every message out of its string, most of them for nothing. A text such as
 * `,{"id":"` can't stand in a string, where its quotes would be escaped, and a message that is a whole
 * JSON object ends at the first `}"`, since within it a quote after a brace is escaped.
 */
export function findLogMessages(text: string): readonly Range[] | undefined {
  if (!text.startsWith(BEGINNING)) return undefined;
  const events = text.indexOf(EVENTS);
  if (events < 0 || !text.endsWith(END)) return undefined;
  const ranges: Range[] = [];
  for (let at = events + EVENTS.length; ;) {
    const next = text.indexOf(EVENT, at);
    const last = next < 0;
    // Of the message, before the quote and the brace that end the event.
    const end = last ? text.length - END.length : next - 2;
    const start = text.indexOf(MESSAGE, at) + MESSAGE.length - 1;
    if (start < at + MESSAGE.length - 1 || text.indexOf('}"', start) !== end - 1) return undefined;
    if (text.charCodeAt(end + 1) !== 0x7d) return undefined;
    ranges.push([start, end]);
    if (last) return ranges;
    at = next + EVENT.length;
  }
}
