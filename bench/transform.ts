import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JqEngine } from '../src/jq/jq-engine.js';
import type { KindProgram } from '../src/jq/kind-program.js';
import { decodeLine } from '../src/jq/program/decode-line.js';
import { layoutMapping } from '../src/jq/program/mapping-layout.js';
import { createWasmEngine } from '../src/jq/wasm/wasm-engine.js';
import { NO_JQ, runJq } from './jq.js';
import type { Jq } from './jq.js';
import type { Usage } from './measure-process.js';
import { readPipeline, resourceLines } from './organization.js';
import type { OrganizationSize } from './organization.js';
import { check, describeMachine, figure } from './result.js';
import type { BenchResult, Check, Figure } from './result.js';

export interface TransformOptions {
  /** Resources of each case. */
  readonly resources: number;
  readonly bodySizes: readonly OrganizationSize['bodySize'][];
  readonly repeats: number;
  readonly jq: Jq | undefined;
  readonly tell: (line: string) => void;
}

/** Resources of a call, as the dataflow gathers them. */
const BATCH = 500;
/** Resources mapped before anything is measured: until then V8 still optimizes jq's code. */
const WARM = 10_000;
/** Resources whose entities are compared with those of the native jq. */
const COMPARED = 500;

/** What it takes to map all lines once. */
interface Turn {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly entities: number;
  readonly failed: number;
}

/** The mapping alone: the embedded engine with one worker and with two, beside `jq -c`. */
export async function benchTransform(options: TransformOptions): Promise<BenchResult> {
  const startedAt = new Date().toISOString();
  const { kinds, program } = await readPipeline();
  const figures: Figure[] = [];
  const checks: Check[] = [];
  for (const bodySize of options.bodySizes) {
    const size = { resources: options.resources, accounts: 2, regions: 2, bodySize };
    const lines = Array.from(resourceLines(size, kinds), ({ line }) => line);
    const measured = await measureCase(options, program, lines, bodySize);
    figures.push(...measured.figures);
    checks.push(...measured.checks);
  }
  const { resources, bodySizes, repeats, jq } = options;
  return {
    bench: 'transform',
    startedAt,
    work: { resources, bodies: bodySizes.join(' and '), leaves: 9, batch: BATCH, repeats },
    machine: describeMachine(jq?.version),
    figures,
    checks,
    notes: jq === undefined ? [NO_JQ] : [],
  };
}

async function measureCase(
  { repeats, jq, tell }: TransformOptions,
  program: KindProgram,
  lines: readonly string[],
  bodySize: string,
): Promise<{ readonly figures: readonly Figure[]; readonly checks: readonly Check[] }> {
  const turns: { one: Turn; two: Turn; jq?: Usage }[] = [];
  const dir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const [one, two] = [
    await createWasmEngine({ workers: 1 }),
    await createWasmEngine({ workers: 2 }),
  ];
  const checks: Check[] = [];
  try {
    const files = { program: join(dir, 'program.jq'), lines: join(dir, 'lines.ndjson') };
    await writeFile(files.program, program.text);
    await writeFile(files.lines, `${lines.join('\n')}\n`);
    const warm = lines.slice(0, WARM);
    for (const engine of [one, two]) await mapAll(engine, program, warm, 2);
    for (let at = 0; at < repeats; at += 1) {
      tell(`transform, ${bodySize} bodies, ${at + 1} of ${repeats}`);
      turns.push({
        one: await mapAll(one, program, lines, 1),
        two: await mapAll(two, program, lines, 2),
        ...(jq && { jq: await runJq(jq, files.program, files.lines) }),
      });
    }
    if (jq)
      checks.push(await compareWithJq(jq, files.program, one, program, lines.slice(0, COMPARED)));
  } finally {
    await Promise.all([one.close(), two.close()]);
    await rm(dir, { recursive: true, force: true });
  }
  const bytes = lines.reduce((sum, line) => sum + line.length + 1, 0) / lines.length;
  const name = `${(bytes / 1000).toFixed(1)} KB on average (${bodySize})`;
  return {
    figures: figuresOf(name, lines.length, turns),
    checks: [
      ...checks,
      ...turns.flatMap(({ one, two }) =>
        [one, two].map(({ entities, failed }) =>
          check(
            `${bodySize}: every resource gives one entity`,
            entities === lines.length && failed === 0,
            `${entities} entities, ${failed} failures`,
          ),
        ),
      ),
    ],
  };
}

function figuresOf(
  name: string,
  resources: number,
  turns: readonly { one: Turn; two: Turn; jq?: Usage }[],
): Figure[] {
  const about = (what: string, unit: string, better: Figure['better']) =>
    ({ case: name, name: what, unit, better }) as const;
  const figures = [
    figure(
      about('one worker: CPU a resource', 'µs', 'lower'),
      turns.map(({ one }) => (1000 * one.cpuMs) / resources),
    ),
    figure(
      about('one worker: resources a second', '/s', 'higher'),
      turns.map(({ one }) => (1000 * resources) / one.wallMs),
    ),
    figure(
      about('two workers: CPU a resource', 'µs', 'lower'),
      turns.map(({ two }) => (1000 * two.cpuMs) / resources),
    ),
    figure(
      about('two workers: resources a second', '/s', 'higher'),
      turns.map(({ two }) => (1000 * resources) / two.wallMs),
    ),
    figure(
      about('two workers over one', '×', 'higher'),
      turns.map(({ one, two }) => one.wallMs / two.wallMs),
    ),
  ];
  if (turns.every(({ jq }) => jq !== undefined)) {
    figures.push(
      figure(
        about('jq -c: CPU a resource', 'µs', 'neither'),
        turns.map(({ jq }) => (1000 * jq!.cpuMs) / resources),
      ),
      figure(
        about('jq -c: resources a second', '/s', 'neither'),
        turns.map(({ jq }) => (1000 * resources) / jq!.wallMs),
      ),
      figure(
        about('CPU over jq -c', '×', 'lower'),
        turns.map(({ one, jq }) => one.cpuMs / jq!.cpuMs),
      ),
    );
  }
  return figures;
}

/** Maps all lines in batches, `atOnce` calls under way besides one that waits. CPU is the process's, all threads. */
async function mapAll(
  engine: JqEngine,
  program: KindProgram,
  lines: readonly string[],
  atOnce: number,
): Promise<Turn> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  let [next, entities, failed] = [0, 0, 0];
  const work = async (): Promise<void> => {
    while (next < lines.length) {
      const batch = lines.slice(next, (next += BATCH));
      for (const outcome of await engine.map(program, batch)) {
        if (outcome.ok) entities += outcome.entities.length;
        else failed += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce + 1 }, work));
  const { user, system } = process.cpuUsage(cpuBefore);
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() - startedAt, entities, failed };
}

/** Whether both come to the same entities: only then do they do the same work. */
async function compareWithJq(
  jq: Jq,
  programFile: string,
  engine: JqEngine,
  program: KindProgram,
  lines: readonly string[],
): Promise<Check> {
  const output = execFileSync(jq.path, ['-c', '-f', programFile], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  const layouts = program.specs.map(layoutMapping);
  const native = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.stringify(decodeLine(line, layouts).entities));
  const outcomes = await engine.map(program, lines);
  const own = outcomes.map((outcome) => JSON.stringify(outcome.ok ? outcome.entities : outcome));
  const different = own.findIndex((entities, at) => entities !== native[at]);
  return check(
    `the embedded engine and ${jq.version} give the same entities`,
    different < 0 && native.length === own.length,
    `${own[different] ?? own.length} and ${native[different] ?? native.length}`,
  );
}
