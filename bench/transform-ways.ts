import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { JqEngine } from '../src/jq/jq-engine.js';
import type { KindProgram } from '../src/jq/kind-program.js';

/** What it took to map some resources in one way. */
export interface Turn {
  readonly resources: number;
  /** Of this process with all its threads, and of the processes that it started and saw the end of. */
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly entities: number;
  readonly failed: number;
}

/** Resources of a call, as the dataflow gathers them. */
export const BATCH = 500;

/** Measures some work that tells how many entities it made and how many resources failed. */
export async function measureTurn(
  resources: number,
  work: () => Promise<{ readonly entities: number; readonly failed: number }>,
): Promise<Turn> {
  const before = cpuMs();
  const startedAt = performance.now();
  const made = await work();
  return { resources, cpuMs: cpuMs() - before, wallMs: performance.now() - startedAt, ...made };
}

/** Sluice's way: batches, `atOnce` of them under way besides one that waits. */
export async function inBatches(
  engine: JqEngine,
  program: KindProgram,
  lines: readonly string[],
  atOnce: number,
): Promise<{ readonly entities: number; readonly failed: number }> {
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
  return { entities, failed };
}

/**
 * Ocean's way, emulated with the embedded engine: for every expression by itself the whole resource is
 * written as JSON, read by jq, and the answer is written and read again. Programs are compiled once for
 * many resources, as Ocean keeps them.
 */
export async function oneByOne(
  engine: JqEngine,
  expressions: readonly string[],
  lines: readonly string[],
): Promise<{ readonly entities: number; readonly failed: number }> {
  const items = lines.map((line): unknown => JSON.parse(line));
  for (const expression of expressions) {
    const guarded = `[first(try (${expression}\n) catch null)]`;
    for (let at = 0; at < items.length; at += 50) {
      const input = items.slice(at, at + 50).map((item) => JSON.stringify(item));
      const answers = await engine.evaluate(guarded, input.join('\n'));
      if (answers.length !== input.length) return { entities: 0, failed: lines.length };
    }
  }
  return { entities: lines.length, failed: 0 };
}

interface JqWasm {
  raw(
    input: string,
    program: string,
    flags: readonly string[],
  ): Promise<{ readonly stdout: string }>;
}

/** What one would write first with jq-wasm: a call a resource. */
export async function callsOfJqWasm(
  program: KindProgram,
  lines: readonly string[],
): Promise<{ readonly entities: number; readonly failed: number }> {
  const { raw } = createRequire(import.meta.url)('jq-wasm') as JqWasm;
  let entities = 0;
  for (const line of lines) {
    const { stdout } = await raw(line, program.text, ['-c']);
    if (stdout.startsWith('[')) entities += 1;
  }
  return { entities, failed: lines.length - entities };
}

/** What one would write first with node-jq: a call, and so a process, a resource. */
export async function callsOfNodeJq(
  jq: string,
  program: KindProgram,
  lines: readonly string[],
): Promise<{ readonly entities: number; readonly failed: number }> {
  let entities = 0;
  for (const line of lines) {
    const output = await new Promise<string>((resolve, reject) => {
      const child = execFile(jq, ['-c', program.text], (error, stdout) => {
        if (error) reject(new Error(error.message));
        else resolve(stdout);
      });
      child.stdin!.end(line);
    });
    if (output.startsWith('[')) entities += 1;
  }
  return { entities, failed: lines.length - entities };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + childrenMs();
}

/** CPU of the processes that were started here and have ended; 0 without /proc. */
function childrenMs(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
    // Fields 16 and 17 of the file, in ticks of 10 ms.
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return 0;
  }
}
