/**
 * Runs benchmarks: `npm run bench -- [NAME…] [options]`, all of them where none is named; `smoke` runs a
 * short form of each and looks at what must hold; `compare OLD.json NEW.json` tells what got worse.
 */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareFiles } from './compare.js';
import { findJq } from './jq.js';
import { benchLiveDecode } from './live-decode.js';
import { benchLive } from './live.js';
import type { BenchResult } from './result.js';
import { writeResult } from './result.js';
import { PHASES } from './resync-cycle.js';
import { benchResyncs } from './resync.js';
import { benchQuota } from './quota.js';
import { plotSvg } from './plot.js';
import { benchScale } from './scale.js';
import { benchSink } from './sink.js';
import { benchStartup } from './startup.js';
import { show } from './table.js';
import { benchTransform } from './transform.js';

const NAMES: readonly string[] = [
  'transform',
  ...PHASES,
  'quota',
  'sink',
  'scale',
  'startup',
  'live-decode',
  'live',
];

const USAGE = `npm run bench -- [NAME…] [--resources N,N] [--repeats N] [--accounts N] [--regions N] [--body-size small|typical] [--rates N,N] [--seconds N]
npm run bench -- smoke
npm run bench -- compare OLD.json NEW.json
Benchmarks: ${NAMES.join(', ')}`;

interface Settings {
  readonly names: readonly string[];
  /** Of the resyncs; the transformation takes the first. */
  readonly resources: readonly number[];
  readonly repeats: number;
  readonly accounts: number;
  readonly regions: number;
  readonly bodySize: 'small' | 'typical';
  /** Of the live benchmark: mutations a second, and for how long each. */
  readonly live: { readonly rates: readonly number[]; readonly seconds: number };
  /** What the names of result files end with. */
  readonly suffix: string;
}

/** Small enough for two or three minutes in all, large enough for several pages, batches and kinds. */
const SMOKE: Settings = {
  names: NAMES,
  resources: [1_000],
  repeats: 1,
  accounts: 3,
  regions: 2,
  bodySize: 'small',
  live: { rates: [20], seconds: 3 },
  suffix: '.smoke.local',
};

/** Of `scale`. The base is a step of each dimension. */
const SCALE = {
  base: { resources: 20_000, accounts: 10, kinds: 6, mappings: 1 },
  steps: {
    resources: [10_000, 20_000, 40_000, 80_000, 160_000],
    accounts: [10, 40, 160],
    kinds: [3, 6, 10],
    mappings: [1, 2, 4],
  },
};
const SHORT_SCALE = {
  base: { resources: 600, accounts: 2, kinds: 2, mappings: 1 },
  steps: { resources: [600, 1_200], accounts: [2], kinds: [2, 10], mappings: [1, 2] },
};

/** Of the decoding: as many as fit a processor's cache several times over tell no more. */
const MOST_RECORDS = 20_000;

async function main(args: readonly string[]): Promise<boolean> {
  const [command, ...rest] = args;
  if (command === 'compare') {
    const [before, after, ...more] = rest;
    if (before === undefined || after === undefined || more.length > 0) throw new UsageError(USAGE);
    return compareFiles(before, after, (text) => console.log(text));
  }
  const results = await runAll(command === 'smoke' && rest.length === 0 ? SMOKE : settingsOf(args));
  return results.every(({ checks }) => checks.every(({ holds }) => holds));
}

async function runAll(settings: Settings): Promise<readonly BenchResult[]> {
  const { names, resources, repeats, bodySize } = settings;
  const shared = { repeats, jq: findJq(), tell: (line: string) => console.error(line) };
  const results: BenchResult[] = [];
  const done = async (result: BenchResult): Promise<void> => {
    results.push(result);
    const file = new URL(`results/${result.bench}${settings.suffix}.json`, import.meta.url);
    await writeResult(result, fileURLToPath(file));
    console.log(`${show(result)}\n`);
  };
  if (names.includes('transform')) {
    await done(await benchTransform({ ...shared, resources: resources[0]! }));
  }
  const phases = PHASES.filter((phase) => names.includes(phase));
  if (phases.length > 0) {
    const shape = { accounts: settings.accounts, regions: settings.regions, bodySize };
    for (const result of await benchResyncs({ ...shared, phases, resources, shape })) {
      await done(result);
    }
  }
  if (names.includes('quota')) {
    const quota =
      settings.suffix === ''
        ? { accounts: 50, regions: 4, resources: 10_000, rate: 0.5 }
        : { accounts: 3, regions: 2, resources: 300, rate: 20 };
    await done(await benchQuota({ ...quota, repeats, tell: shared.tell }));
  }
  if (names.includes('sink')) {
    const short = settings.suffix !== '';
    const sink = short
      ? { entities: 2_000, latenciesMs: [20], outageMs: 500 }
      : { entities: 100_000, latenciesMs: [20, 100, 300], outageMs: 30_000 };
    await done(await benchSink({ ...sink, repeats, tell: shared.tell }));
  }
  if (names.includes('scale')) {
    const short = settings.suffix !== '';
    const { result, panels } = await benchScale({
      ...(short ? SHORT_SCALE : SCALE),
      repeats,
      tell: shared.tell,
    });
    if (!short) await writeFile(new URL('../docs/scale.svg', import.meta.url), plotSvg(panels));
    await done(result);
  }
  if (names.includes('startup')) {
    // The largest of the sizes: what starting costs must not follow it.
    const most = Math.max(...resources);
    const { accounts, regions } = settings;
    await done(
      await benchStartup({ resources: most, accounts, regions, repeats, tell: shared.tell }),
    );
  }
  if (names.includes('live-decode')) {
    const records = Math.min(resources[0]!, MOST_RECORDS);
    await done(await benchLiveDecode({ records, repeats, tell: shared.tell }));
  }
  if (names.includes('live')) {
    // Changes spread over 200 accounts × regions; over fewer in the short form.
    const wide =
      settings.suffix === '' ? { accounts: 50, regions: 4 } : { accounts: 3, regions: 2 };
    const total = settings.suffix === '' ? 20_000 : resources[0]!;
    await done(await benchLive({ ...settings.live, ...wide, resources: total, tell: shared.tell }));
  }
  return results;
}

function settingsOf(args: readonly string[]): Settings {
  const { values, positionals } = parse(args);
  const unknown = positionals.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) throw new UsageError(`no benchmark is called ${unknown[0]!}\n${USAGE}`);
  const bodySize = values['body-size'];
  if (bodySize !== 'small' && bodySize !== 'typical') throw new UsageError(USAGE);
  return {
    names: positionals.length > 0 ? positionals : NAMES,
    resources: values.resources.split(',').map(whole),
    repeats: whole(values.repeats),
    accounts: whole(values.accounts),
    regions: whole(values.regions),
    bodySize,
    live: { rates: values.rates.split(',').map(whole), seconds: whole(values.seconds) },
    suffix: '',
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        resources: { type: 'string', default: '20000,200000' },
        repeats: { type: 'string', default: '3' },
        accounts: { type: 'string', default: '10' },
        regions: { type: 'string', default: '4' },
        rates: { type: 'string', default: '10,100,500' },
        seconds: { type: 'string', default: '20' },
        'body-size': { type: 'string', default: 'small' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

function whole(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1)
    throw new UsageError(`not a number of at least 1: ${text}\n${USAGE}`);
  return value;
}

class UsageError extends Error {}

try {
  const startedAt = performance.now();
  const well = await main(process.argv.slice(2));
  console.error(
    `${((performance.now() - startedAt) / 1000).toFixed(0)} s on ${availableParallelism()} cores`,
  );
  if (!well) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
