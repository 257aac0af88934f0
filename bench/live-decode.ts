import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type * as DecodeModule from '../src/sources/cloudtrail/decode.js';
import type * as KplModule from '../src/sources/cloudtrail/kpl-records.js';
import type * as RouterModule from '../src/sources/cloudtrail/router.js';
import { KINDS, drawRecords } from './live-records.js';
import { check, describeMachine, figure } from './result.js';
import type { BenchResult, Check, Figure } from './result.js';

export interface LiveDecodeOptions {
  /** CloudTrail records of each form. */
  readonly records: number;
  readonly repeats: number;
  readonly tell: (line: string) => void;
}

/** As it is shipped: what a loader makes of the source while it runs is slower. */
const { createDecoder } = await built<typeof DecodeModule>('sources/cloudtrail/decode.ts');
const { kplRecords } = await built<typeof KplModule>('sources/cloudtrail/kpl-records.ts');
const { createRouter } = await built<typeof RouterModule>('sources/cloudtrail/router.ts');

/** One form in which the records come, and what reading all of them takes without this decoder. */
interface Form {
  readonly name: string;
  /** Records of the stream. */
  readonly data: readonly Buffer[];
  /** Takes apart what is around the records, and parses every one of them. */
  readonly parse: (data: Buffer) => void;
  readonly aim?: number;
}

/** Records of CloudTrail in one of the stream, in the forms that hold several. */
const TOGETHER = 25;
/** CloudTrail records of each form read before anything is measured: until then V8 optimizes the code. */
const WARM = 60_000;
/** Records of the stream after which the other side has its turn: what else runs hits both alike. */
const CHUNK = 2_000;

/**
 * Decoding and routing of a stream that is 95 % noise, as a ratio to JSON.parse of every record on the
 * same bytes in the same process, form by form, on one core.
 */
export async function benchLiveDecode(options: LiveDecodeOptions): Promise<BenchResult> {
  const startedAt = new Date().toISOString();
  const { records, changes } = drawRecords(options.records);
  const texts = records.map((record) => JSON.stringify(record));
  const bytes = texts.reduce((sum, text) => sum + text.length, 0) / texts.length;
  const router = createRouter(KINDS);
  const decoder = createDecoder({ wants: router.wants });
  const figures: Figure[] = [];
  const checks: Check[] = [];
  for (const form of formsOf(records, texts)) {
    options.tell(`live-decode, ${form.name}`);
    const seen = count(decoder, form.data);
    checks.push(
      check(
        `${form.name}: every change is found, the rest is counted, nothing is poison`,
        seen.events === changes && seen.dropped === records.length - changes && seen.poison === 0,
        JSON.stringify(seen),
      ),
    );
    figures.push(...measure(form, decoder, router, options));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    bench: 'live-decode',
    startedAt,
    work: {
      records: records.length,
      changes,
      'bytes a record': Math.round(bytes),
      'records together': TOGETHER,
      repeats: options.repeats,
    },
    machine: describeMachine(undefined),
    figures,
    checks,
    notes: [],
  };
}

async function built<T>(path: string): Promise<T> {
  const source = fileURLToPath(new URL(`../src/${path}`, import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  const script = Buffer.from(outputFiles[0]!.contents).toString('base64');
  return (await import(`data:text/javascript;base64,${script}`)) as T;
}

function measure(
  form: Form,
  decoder: DecodeModule.Decoder,
  router: RouterModule.Router,
  { records, repeats }: LiveDecodeOptions,
): readonly Figure[] {
  const decode = (some: readonly Buffer[]): void => {
    for (const data of some) {
      for (const event of decoder.decode(data).events) router.route(event);
    }
  };
  const parse = (some: readonly Buffer[]): void => some.forEach(form.parse);
  for (let read = 0; read < WARM; read += records) {
    decode(form.data);
    parse(form.data);
  }
  const turns = Array.from({ length: repeats }, (_, turn) => {
    const spent = { decode: 0, parse: 0 };
    for (let at = 0; at < form.data.length; at += CHUNK) {
      const some = form.data.slice(at, at + CHUNK);
      // Whoever comes second finds the bytes in the cache.
      const decodesFirst = (at / CHUNK + turn) % 2 === 0;
      if (decodesFirst) spent.decode += cpuOf(() => decode(some));
      spent.parse += cpuOf(() => parse(some));
      if (!decodesFirst) spent.decode += cpuOf(() => decode(some));
    }
    return spent;
  });
  const about = { case: form.name } as const;
  return [
    figure(
      { ...about, name: 'records a second and core', unit: '/s', better: 'higher' },
      turns.map((turn) => (1e6 * records) / turn.decode),
    ),
    figure(
      { ...about, name: 'CPU a record', unit: 'µs', better: 'lower' },
      turns.map((turn) => turn.decode / records),
    ),
    figure(
      { ...about, name: 'JSON.parse of every record: CPU a record', unit: 'µs', better: 'neither' },
      turns.map((turn) => turn.parse / records),
    ),
    figure(
      { ...about, name: 'JSON.parse of every record over it', unit: '×', better: 'higher' },
      turns.map((turn) => turn.parse / turn.decode),
      form.aim === undefined ? undefined : { atLeast: form.aim },
    ),
  ];
}

/** Microseconds of CPU: what else runs on the machine counts less than in wall time. */
function cpuOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function count(
  decoder: DecodeModule.Decoder,
  all: readonly Buffer[],
): { events: number; dropped: number; poison: number } {
  const seen = { events: 0, dropped: 0, poison: 0 };
  for (const data of all) {
    const { events, dropped, poison } = decoder.decode(data);
    seen.events += events.length;
    seen.poison += poison.length;
    for (const many of Object.values(dropped)) seen.dropped += many;
  }
  return seen;
}

function formsOf(records: readonly unknown[], texts: readonly string[]): readonly Form[] {
  const parseOne = (data: Buffer): void => void JSON.parse(data.toString());
  const together = <T>(all: readonly T[]): readonly (readonly T[])[] =>
    Array.from({ length: Math.ceil(all.length / TOGETHER) }, (_, at) =>
      all.slice(at * TOGETHER, (at + 1) * TOGETHER),
    );
  return [
    { name: 'bare records', data: texts.map((text) => Buffer.from(text)), parse: parseOne, aim: 4 },
    {
      name: 'EventBridge',
      data: records.map((record) => Buffer.from(JSON.stringify(envelope(record)))),
      parse: parseOne,
      aim: 4,
    },
    {
      name: 'lines',
      data: together(texts).map((lines) => Buffer.from(`${lines.join('\n')}\n`)),
      parse: (data) => {
        for (const line of data.toString().split('\n')) if (line !== '') JSON.parse(line);
      },
    },
    {
      name: 'aggregates',
      data: together(texts).map((some) => aggregate(some.map((text) => Buffer.from(text)))),
      parse: (data) => kplRecords(data).forEach(parseOne),
    },
    {
      name: 'CloudWatch Logs',
      data: together(texts).map((messages) => gzipSync(JSON.stringify(subscription(messages)))),
      parse: (data) => {
        const { logEvents } = JSON.parse(gunzipSync(data).toString()) as {
          readonly logEvents: readonly { readonly message: string }[];
        };
        for (const { message } of logEvents) JSON.parse(message);
      },
    },
  ];
}

function envelope(detail: unknown): unknown {
  const { eventSource, eventTime, awsRegion, recipientAccountId } = detail as Record<
    string,
    string
  >;
  return {
    version: '0',
    id: '9c2b7f10-7c55-4c1e-9d0a-0d6f3f6f8a11',
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${eventSource!.split('.')[0]!}`,
    account: recipientAccountId,
    time: eventTime,
    region: awsRegion,
    resources: [],
    detail,
  };
}

function subscription(messages: readonly string[]): unknown {
  return {
    messageType: 'DATA_MESSAGE',
    owner: '111111111111',
    logGroup: 'organization-trail',
    logStream: 'o-abc_111111111111_CloudTrail_us-east-1',
    subscriptionFilters: ['to-kinesis'],
    logEvents: messages.map((message, at) => ({
      id: String(10n ** 55n + BigInt(at)),
      timestamp: 1_790_000_000_000 + at,
      message,
    })),
  };
}

function aggregate(records: readonly Buffer[]): Buffer {
  const message = Buffer.concat([
    field(1, Buffer.from('key')),
    ...records.map((data) => field(3, Buffer.concat([Buffer.from([0x08, 0x00]), field(3, data)]))),
  ]);
  const sum = createHash('md5').update(message).digest();
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), message, sum]);
}

function field(number: number, data: Buffer): Buffer {
  const length: number[] = [];
  let left = data.length;
  for (; left >= 0x80; left >>>= 7) length.push((left & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length, left]), data]);
}
