import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createDecoder } from '../../../src/sources/cloudtrail/decode.js';
import { skipNested, skipString } from '../../../src/sources/cloudtrail/json-text.js';
import { peekNames } from '../../../src/sources/cloudtrail/peek-names.js';
import {
  findEscapedNames,
  findUsualNames,
  namesIn,
} from '../../../src/sources/cloudtrail/usual-names.js';
import { findLogMessages } from '../../../src/sources/cloudtrail/log-messages.js';
import { envelope, logMessage, trailRecord } from './records.js';

const test = suite('sources/cloudtrail/fast-path');

const NAMES = ['RunInstances', 'DescribeInstances', 'CreateFunction20150331', 'ListÄ', 'Put"x'];
const SOURCES = ['ec2.amazonaws.com', 'lambda.amazonaws.com', 's3'];
const KEYS = [
  ...['eventName', 'eventSource', 'eventTime', 'detail', 'detail-type', 'source', 'readOnly'],
  ...['Records', 'messageType', 'a', 'b,', 'c:', '{', '}', '"', '\\', 'ü', ''],
];
/** What could be taken for structure. */
const TEXTS = [
  ...['', '{', '}', '[', ']', ':', ',', '"', '\\', '},', ',{', '":{', '":"', ':}', '"},"', '\\"'],
  ...['{"eventName":"RunInstances"}', ',"eventSource":"s3","eventName":"ListÄ"', 'a:', 'b,', '☃'],
];

const texts = fc.oneof(
  fc.constantFrom(...TEXTS, ...NAMES),
  fc.array(fc.constantFrom(...TEXTS), { maxLength: 4 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

const { value: values } = fc.letrec<{ value: unknown; list: unknown[]; fields: object }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(texts, fc.boolean(), fc.integer(), fc.constant(null), fc.double({ noNaN: true })),
    tie('list'),
    tie('fields'),
  ),
  list: fc.array(tie('value'), { maxLength: 3 }),
  fields: fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), texts), tie('value'), { maxKeys: 4 }),
}));

/** Writes JSON in any of the ways there are: blanks or none, characters escaped that need not be. */
function written(value: unknown, pick: () => number): string {
  const space = (): string => ['', '', '', ' ', '  '][pick() % 5]!;
  const text = (plain: string): string =>
    JSON.stringify(plain).replace(/[a-zA-Z/]/g, (letter) =>
      pick() % 97 === 0 ? `\\u00${letter.charCodeAt(0).toString(16)}` : letter,
    );
  const write = (one: unknown): string => {
    if (typeof one === 'string') return text(one);
    if (Array.isArray(one)) return `[${space()}${one.map(write).join(`${space()},${space()}`)}]`;
    if (typeof one !== 'object' || one === null) return JSON.stringify(one) || '0';
    const members = Object.entries(one)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => `${text(key)}${space()}:${space()}${write(member)}`);
    return `{${space()}${members.join(`${space()},${space()}`)}${space()}}`;
  };
  return write(value);
}

const compact = fc.constant(() => 1);
const sloppy = fc.infiniteStream(fc.nat(1000)).map((stream) => () => stream.next().value as number);
const writers = fc.oneof(compact, sloppy);

/** Records as CloudTrail would never dare: keys in any order, free-form values anywhere. */
const records = fc
  .tuple(
    fc.constantFrom(...NAMES, 7, undefined),
    fc.constantFrom(...SOURCES, undefined),
    fc.dictionary(fc.constantFrom('userIdentity', 'x', 'detail', 'errorText', 'z'), values),
    fc.option(fc.infiniteStream(fc.nat(1000))),
  )
  .map(([eventName, eventSource, extra, order]) => {
    const record = trailRecord({ ...extra, eventName, eventSource });
    return order === null ? record : shuffled(record, () => order.next().value as number);
  });

const documents = fc.oneof(
  records,
  fc
    .tuple(
      fc.oneof(records, values, fc.constant(undefined)),
      fc.constantFrom('AWS API Call via CloudTrail', 'RunInstances', 5),
    )
    .map(([detail, type]) => envelope(detail, { 'detail-type': type })),
  fc
    .tuple(records, fc.infiniteStream(fc.nat(1000)))
    .map(([detail, order]) => shuffled(envelope(detail), () => order.next().value as number)),
  values,
);

function shuffled(fields: Record<string, unknown>, pick: () => number): Record<string, unknown> {
  const entries = Object.entries(fields).map((entry) => ({ entry, at: pick() }));
  return Object.fromEntries(entries.sort((a, b) => a.at - b.at).map(({ entry }) => entry));
}

interface Names {
  readonly source: string;
  readonly name: string;
}

/** The names by the full parse. */
function parsedNames(document: unknown): Names | undefined {
  const fields = fieldsOf(document);
  const own = namesOf(fields?.['eventSource'], fields?.['eventName']);
  if (own !== undefined) return own;
  if (fields === undefined || fields['Records'] instanceof Array) return undefined;
  if (typeof fields['messageType'] === 'string') return undefined;
  const detail = fieldsOf(fields['detail']);
  if (detail === undefined || typeof fields['detail-type'] !== 'string') return undefined;
  return (
    namesOf(detail['eventSource'], detail['eventName']) ??
    namesOf(fields['source'], fields['detail-type'])
  );
}

function namesOf(source: unknown, name: unknown): Names | undefined {
  return typeof source === 'string' && typeof name === 'string' ? { source, name } : undefined;
}

function fieldsOf(value: unknown): Record<string, unknown> | undefined {
  const isFields = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isFields ? (value as Record<string, unknown>) : undefined;
}

const RUNS = { numRuns: 700 };

test('names that are read from the text are those of the full parse, or none', () => {
  fc.assert(
    fc.property(documents, writers, (document, pick) => {
      const text = written(document, pick);
      const expected = parsedNames(JSON.parse(text));
      const peeked = peekNames(text);
      if (peeked !== undefined) assert.equal(peeked, expected);
      const range = findUsualNames(text);
      const names = range === undefined ? undefined : namesIn(text.slice(...range));
      if (names !== undefined) assert.equal(names, expected);
    }),
    RUNS,
  );
});

test('a decoder that reads names from the text decides as one that parses all', () => {
  const wants = (source: string, name: string): boolean =>
    source !== 's3' && (name === 'RunInstances' || name === 'CreateFunction');
  const decoder = createDecoder({ wants });
  fc.assert(
    fc.property(documents, writers, (document, pick) => {
      const bytes = Buffer.from(written(document, pick));
      const one = decoder.decode(bytes);
      // A list of documents is always parsed.
      const all = decoder.decode(Buffer.concat([Buffer.from('['), bytes, Buffer.from(']')]));
      if (Array.isArray(JSON.parse(bytes.toString()))) return;
      assert.equal({ ...one }, { ...all });
    }),
    RUNS,
  );
});

test('messages of CloudWatch Logs are decided upon as if they were taken out first', () => {
  const decoder = createDecoder({
    wants: (source, name) => source !== 's3' && name === 'RunInstances',
  });
  const messages = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: records.map((record) => JSON.stringify(record)) },
      {
        weight: 1,
        arbitrary: fc.tuple(documents, writers).map(([one, pick]) => written(one, pick)),
      },
      { weight: 1, arbitrary: texts },
    ),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(messages, (all) => {
      const document = logMessage(all);
      const one = decoder.decode(Buffer.from(JSON.stringify(document)));
      const parsed = decoder.decode(Buffer.from(JSON.stringify([document])));
      assert.equal({ ...one }, { ...parsed });
    }),
    RUNS,
  );
});

test('what is usual is read without searching', () => {
  const expected = { source: 'ec2.amazonaws.com', name: 'RunInstances' };
  for (const document of [trailRecord(), envelope(trailRecord())]) {
    const text = JSON.stringify(document);
    assert.equal(namesIn(text.slice(...findUsualNames(text)!)), expected);
    assert.equal(peekNames(text), expected);
    assert.equal(peekNames(JSON.stringify(document, null, 1)), expected);
  }
  const messages = [trailRecord(), trailRecord({ requestParameters: { a: '}"' } })];
  const text = JSON.stringify(logMessage(messages.map((one) => JSON.stringify(one))));
  const ranges = findLogMessages(text) ?? [];
  assert.is(ranges.length, 2);
  for (const [start, end] of ranges) {
    const message = text.slice(start, end);
    assert.equal(namesIn(message.slice(...findEscapedNames(message)!)), expected);
  }
});

test('the end of a nested value is found whatever its strings hold', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.array(values), fc.dictionary(texts, values)),
      writers,
      (value, pick) => {
        const text = written(value, pick);
        assert.is(skipNested(`${text}]} ,"x":[{`, 0), text.length, text);
        const before = `[${JSON.stringify(text)},`;
        assert.is(skipNested(`${before}${text},1]}]`, before.length), before.length + text.length);
        const escaped = JSON.stringify(text).slice(1, -1);
        const end = skipNested(`${escaped}"},{"id":"1","message":"{}"}]}`, 0, 1);
        assert.ok(end === escaped.length || end === -1, escaped);
      },
    ),
    RUNS,
  );
});

test('the end of a string is found whatever it holds', () => {
  fc.assert(
    fc.property(texts, (value) => {
      const text = JSON.stringify(value);
      assert.is(skipString(`${text}:"x"`, 0), text.length);
      assert.is(skipString(text.slice(0, -1), 0), -1);
    }),
  );
});

test.run();
