import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { Seat, SeatAnswer, SeatRequest } from '../batching/seat.js';
import type { KindProgram } from '../kind-program.js';
import { layoutMapping } from '../program/mapping-layout.js';
import { repairSurrogates } from '../program/repair-surrogates.js';
import { CoProcess, PADDING } from './co-process.js';
import type { RunEnd } from './co-process.js';
import { NativeBatch } from './native-batch.js';

export interface NativeSeatOptions {
  readonly jq: string;
  /** Folder of its own for programs. */
  readonly dir: string;
  readonly memoryBytes: number;
}

/** Programs that have a process waiting for more; a pipeline of many kinds uses a few at a time. */
const KEPT = 8;
const LINE_LENGTH = 32 * 1024 * 1024;

/** A place for processes of jq, one for each program that was used lately; one of them works at a time. */
export class NativeSeat implements Seat {
  readonly #options: NativeSeatOptions;
  readonly #processes: LRUCache<string, CoProcess>;
  /** Programs of which no line takes too long, and a block of them does. */
  readonly #slow = new Set<string>();
  #files = 0;
  #busy = false;
  #closed = false;

  constructor(options: NativeSeatOptions) {
    this.#options = options;
    this.#processes = new LRUCache({ max: KEPT, dispose: (process) => void process.kill() });
  }

  get busy(): boolean {
    return this.#busy;
  }

  async ask(request: SeatRequest, leashMs: number): Promise<SeatAnswer> {
    this.#busy = true;
    try {
      if (request.type === 'map') return await this.#map(request.program, request.lines, leashMs);
      const input = request.type === 'evaluate' ? request.input : '';
      return await this.#once(request.program, input, leashMs);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { type: 'stopped', code: 'engine', line: 0, message };
    } finally {
      this.#busy = false;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#processes.values()];
    this.#processes.clear();
    await Promise.all(all.map((process) => process.kill()));
  }

  async #map(program: KindProgram, lines: readonly string[], leashMs: number): Promise<SeatAnswer> {
    if (!this.#slow.has(program.hash)) {
      const { batch, end } = await this.#run(program, lines, leashMs, false);
      if (end.type === 'marked' || this.#closed) return batch.answer(end, leashMs);
    }
    // What jq had printed when it stopped may lie in its buffer still, and tells of no line.
    const { batch, end } = await this.#run(program, lines, leashMs, true);
    if (end.type === 'marked') this.#slow.add(program.hash);
    return batch.answer(end, leashMs);
  }

  async #run(
    program: KindProgram,
    lines: readonly string[],
    leashMs: number,
    careful: boolean,
  ): Promise<{ readonly batch: NativeBatch; readonly end: RunEnd }> {
    const process = await this.#processOf(program, careful);
    const batch = new NativeBatch(lines, program.specs.map(layoutMapping));
    // Half a surrogate pair, escaped, is JSON and not jq's.
    const sent = batch.sent.map((at) => repairSurrogates(lines[at]!));
    const end = await process.run(sent, leashMs, (line) => batch.take(line));
    if (end.type !== 'marked') this.#processes.delete(nameOf(program, careful));
    return { batch, end };
  }

  async #processOf(program: KindProgram, careful: boolean): Promise<CoProcess> {
    const name = nameOf(program, careful);
    const known = this.#processes.get(name);
    if (known?.alive) return known;
    const { jq, memoryBytes } = this.#options;
    // A text is given back as it is: that marks the end of a batch.
    const mark = careful ? '.' : `., ${PADDING}`;
    const text = `def _sluice_map: ${program.text}\n;\nif type == "string" then ${mark} else _sluice_map end\n`;
    const file = await this.#fileOf(text);
    if (this.#closed) throw new Error('closed');
    const made = new CoProcess({
      jq,
      program: file,
      careful,
      memoryBytes,
      lineLength: LINE_LENGTH,
    });
    this.#processes.set(name, made);
    return made;
  }

  async #fileOf(text: string): Promise<string> {
    this.#files += 1;
    const file = join(this.#options.dir, `${this.#files}.jq`);
    await writeFile(file, text, { mode: 0o600 });
    return file;
  }

  /** A program that is only compiled gets no input to run on. */
  async #once(program: string, input: string, leashMs: number): Promise<SeatAnswer> {
    const file = await this.#fileOf(program);
    return new Promise((resolve) => {
      const options = { env: {}, timeout: Math.ceil(leashMs), maxBuffer: LINE_LENGTH };
      const child = execFile(
        this.#options.jq,
        ['-c', '-f', file],
        options,
        (error, output, message) => {
          if (error?.killed === true || error?.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
            const slow = error.code !== 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER';
            const what = slow
              ? `not evaluated within ${Math.round(leashMs)} ms`
              : 'JQ printed too much';
            resolve({ type: 'stopped', code: slow ? 'timeout' : 'memory', line: 0, message: what });
            return;
          }
          const exitCode = typeof error?.code === 'number' ? error.code : error ? 1 : 0;
          resolve({ type: 'ran', exitCode, output, message: message || (error?.message ?? '') });
        },
      );
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });
  }
}

function nameOf(program: KindProgram, careful: boolean): string {
  return careful ? `${program.hash} careful` : program.hash;
}
