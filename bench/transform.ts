import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JqEngine } from '../src/jq/jq-engine.js';
import { findNativeJq } from '../src/jq/native/find-jq.js';
import type { NativeJq } from '../src/jq/native/find-jq.js';
import { createNativeEngine } from '../src/jq/native/native-engine.js';
import { decodeLine } from '../src/jq/program/decode-line.js';
import { layoutMapping } from '../src/jq/program/mapping-layout.js';
import { createWasmEngine } from '../src/jq/wasm/wasm-engine.js';
import { NO_JQ, runJq } from './jq.js';
import type { Jq } from './jq.js';
import { readPipeline } from './organization.js';
import { check, describeMachine, figure } from './result.js';
import type { Aim, BenchResult, Check, Figure } from './result.js';
import { benchBodies, benchMappings } from './transform-cases.js';
import type { BenchBodies, BenchMapping } from './transform-cases.js';
import {
  BATCH,
  callsOfJqWasm,
  callsOfNodeJq,
  inBatches,
  measureTurn,
  oneByOne,
} from './transform-ways.js';
import type { Turn } from './transform-ways.js';

export interface TransformOptions {
  /** Small resources of each case; there are a third of typical and a fortieth of large ones. */
  readonly resources: number;
  readonly repeats: number;
  readonly jq: Jq | undefined;
  readonly tell: (line: string) => void;
}

/** Resources mapped before anything is measured: until then V8 still optimizes jq's code. */
const WARM = 10_000;
/** Resources whose entities are compared with those of the native jq. */
const COMPARED = 500;
/** Of the slow ways a part is enough. */
const CALLS = 100;
const OCEAN_PART = 10;

const OVER_JQ: Aim = { atLeast: 0.95 };
const TWO_CORES: Aim = { atLeast: 1.7 };
const OVER_OCEAN: Readonly<Record<string, Aim>> = {
  '9 leaves': { atLeast: 8 },
  '30 leaves': { atLeast: 25 },
};

interface Engines {
  readonly one: JqEngine;
  readonly two: JqEngine;
}

/** What one repeat of a case took, by the way it was done. */
type Turns = Readonly<Record<'sluice' | 'two' | 'embedded' | 'ocean' | 'jqWasm', Turn>> &
  Readonly<Partial<Record<'native' | 'jq' | 'nodeJq', Turn>>>;

/** The mapping alone, in Sluice's ways and in those one would write first, beside `jq -c`. */
export async function benchTransform(options: TransformOptions): Promise<BenchResult> {
  const startedAt = new Date().toISOString();
  const { kinds } = await readPipeline();
  const native = await findNativeJq(process.env);
  const { resources, repeats, jq } = options;
  const bodies = [
    benchBodies('small', resources, kinds),
    benchBodies('typical', Math.ceil(resources / 3), kinds),
    benchBodies('large', Math.ceil(resources / 40), kinds),
  ];
  const figures: Figure[] = [];
  const checks: Check[] = [];
  const dir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  try {
    for (const body of bodies) {
      for (const mapping of await benchMappings()) {
        const measured = await measureCase(options, native, body, mapping, dir);
        figures.push(...measured.figures);
        checks.push(...measured.checks);
      }
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return {
    bench: 'transform',
    startedAt,
    work: {
      resources: bodies.map(({ lines }) => lines.length).join(', '),
      bodies: bodies.map(({ name }) => name).join('; '),
      batch: BATCH,
      repeats,
    },
    machine: describeMachine(jq?.version),
    figures,
    checks,
    notes: notesOf(jq, native),
  };
}

function notesOf(jq: Jq | undefined, native: NativeJq | undefined): readonly string[] {
  return [
    'Ocean is emulated with the embedded jq: it is the way of evaluating that is compared, not its Python',
    ...(jq === undefined ? [NO_JQ] : ['a call of node-jq is a process of the same jq']),
    ...(native === undefined
      ? ['no native jq of 1.7 or later: the native engine was not measured']
      : [`the native engine runs ${native.version}`]),
  ];
}

async function measureCase(
  { repeats, jq, tell }: TransformOptions,
  native: NativeJq | undefined,
  bodies: BenchBodies,
  mapping: BenchMapping,
  dir: string,
): Promise<{ readonly figures: readonly Figure[]; readonly checks: readonly Check[] }> {
  const { lines } = bodies;
  const files = { program: join(dir, 'program.jq'), lines: join(dir, 'lines.ndjson') };
  await writeFile(files.program, mapping.forJq.text);
  await writeFile(files.lines, `${lines.join('\n')}\n`);
  const engines = {
    one: await createWasmEngine({ workers: 1 }),
    two: await createWasmEngine({ workers: 2 }),
  };
  const turns: Turns[] = [];
  const checks: Check[] = [];
  try {
    for (const engine of [engines.one, engines.two]) {
      for (const program of [mapping.program, mapping.forJq]) {
        await inBatches(engine, program, lines.slice(0, WARM), 2);
      }
    }
    for (let at = 0; at < repeats; at += 1) {
      tell(`transform, ${bodies.name}, ${mapping.name}, ${at + 1} of ${repeats}`);
      turns.push(await takeTurns(engines, native, jq, bodies, mapping, files));
    }
    if (jq)
      checks.push(
        await compareWithJq(jq, files.program, engines.one, mapping, lines.slice(0, COMPARED)),
      );
  } finally {
    await Promise.all([engines.one.close(), engines.two.close()]);
  }
  const name = `${bodies.name}; ${mapping.name}`;
  const complete = turns.flatMap((turn) =>
    Object.entries(turn).map(([way, { resources, entities, failed }]) =>
      check(`${name}: ${way} gives one entity a resource`, entities === resources && failed === 0),
    ),
  );
  return { figures: figuresOf(name, mapping, turns), checks: [...checks, ...complete] };
}

async function takeTurns(
  { one, two }: Engines,
  native: NativeJq | undefined,
  jq: Jq | undefined,
  { lines }: BenchBodies,
  { program, forJq, expressions }: BenchMapping,
  files: { readonly program: string; readonly lines: string },
): Promise<Turns> {
  const all = lines.length;
  const part = lines.slice(0, Math.max(20, Math.ceil(all / OCEAN_PART)));
  const few = lines.slice(0, Math.min(CALLS, all));
  return {
    sluice: await measureTurn(all, () => inBatches(one, program, lines, 1)),
    two: await measureTurn(all, () => inBatches(two, program, lines, 2)),
    embedded: await measureTurn(all, () => inBatches(one, forJq, lines, 1)),
    ...(native && {
      native: await measureTurn(all, async () => {
        const engine = await createNativeEngine(native, { workers: 1 });
        return inBatches(engine, forJq, lines, 1).finally(() => engine.close());
      }),
    }),
    ...(jq && { jq: await jqTurn(jq, files, all) }),
    ocean: await measureTurn(part.length, () => oneByOne(one, expressions, part)),
    jqWasm: await measureTurn(few.length, () => callsOfJqWasm(forJq, few)),
    ...(jq && { nodeJq: await measureTurn(few.length, () => callsOfNodeJq(jq.path, forJq, few)) }),
  };
}

async function jqTurn(
  jq: Jq,
  files: { readonly program: string; readonly lines: string },
  resources: number,
): Promise<Turn> {
  const { cpuMs, wallMs } = await runJq(jq, files.program, files.lines);
  return { resources, cpuMs, wallMs, entities: resources, failed: 0 };
}

/** What the ways are called, in the order in which they are shown. */
const WAYS: readonly (readonly [way: keyof Turns, name: string])[] = [
  ['jq', 'jq -c'],
  ['sluice', 'Sluice, one worker'],
  ['two', 'Sluice, two workers'],
  ['embedded', 'embedded jq, nothing plain'],
  ['native', 'native jq as a co-process'],
  ['ocean', "Ocean's way"],
  ['jqWasm', 'a call of jq-wasm a resource'],
  ['nodeJq', 'a call of node-jq a resource'],
];

function figuresOf(name: string, mapping: BenchMapping, turns: readonly Turns[]): Figure[] {
  const about = (what: string, unit: string, better: Figure['better']) =>
    ({ case: name, name: what, unit, better }) as const;
  const cpu = (turn: Turn | undefined): number => (1000 * turn!.cpuMs) / turn!.resources;
  const rate = (turn: Turn | undefined): number => (1000 * turn!.resources) / turn!.wallMs;
  const figures: Figure[] = [];
  for (const [way, label] of WAYS) {
    if (turns.some((turn) => turn[way] === undefined)) continue;
    figures.push(
      figure(
        about(`${label}: CPU a resource`, 'µs', way === 'jq' ? 'neither' : 'lower'),
        turns.map((turn) => cpu(turn[way])),
      ),
      figure(
        about(`${label}: resources a second`, '/s', 'neither'),
        turns.map((turn) => rate(turn[way])),
      ),
    );
  }
  if (turns.every(({ jq }) => jq !== undefined)) {
    figures.push(
      figure(
        about('a core over jq -c (CPU)', '×', 'higher'),
        turns.map(({ sluice, jq }) => cpu(jq) / cpu(sluice)),
        OVER_JQ,
      ),
      figure(
        about('embedded jq over jq -c (CPU)', '×', 'higher'),
        turns.map(({ embedded, jq }) => cpu(jq) / cpu(embedded)),
      ),
    );
  }
  return [
    ...figures,
    figure(
      about('plain over embedded jq (CPU)', '×', 'higher'),
      turns.map(({ sluice, embedded }) => cpu(embedded) / cpu(sluice)),
    ),
    figure(
      about('two workers over one', '×', 'higher'),
      turns.map(({ sluice, two }) => sluice.wallMs / two.wallMs),
      TWO_CORES,
    ),
    figure(
      about("over Ocean's way (CPU)", '×', 'higher'),
      turns.map(({ sluice, ocean }) => cpu(ocean) / cpu(sluice)),
      OVER_OCEAN[mapping.name],
    ),
  ];
}

/** Whether both come to the same entities: only then do they do the same work. */
async function compareWithJq(
  jq: Jq,
  programFile: string,
  engine: JqEngine,
  { program, forJq, name }: BenchMapping,
  lines: readonly string[],
): Promise<Check> {
  const output = execFileSync(jq.path, ['-c', '-f', programFile], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  const layouts = forJq.specs.map(layoutMapping);
  const native = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.stringify(decodeLine(line, layouts).entities));
  const outcomes = await engine.map(program, lines);
  const own = outcomes.map((outcome) => JSON.stringify(outcome.ok ? outcome.entities : outcome));
  const different = own.findIndex((entities, at) => entities !== native[at]);
  return check(
    `${name}: Sluice and ${jq.version} give the same entities`,
    different < 0 && native.length === own.length,
    `${own[different] ?? own.length} and ${native[different] ?? native.length}`,
  );
}
