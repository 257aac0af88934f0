import { SluiceError } from '../../errors/sluice-error.js';
import type { MappingFailure, MappingOutcome } from '../../model/mapping-result.js';
import { compileMessage, runtimeMessage } from '../jq-message.js';
import type { JqEngine } from '../jq-engine.js';
import type { KindProgram } from '../kind-program.js';
import { readPlainly } from '../plain/plain-expression.js';
import { programOf } from '../program/prelude.js';
import { batchOf, cutBatches, fitsTogether, MapCall } from './batch.js';
import type { Batch, BatchLimits, BatchLine } from './batch.js';
import { Strikes } from './strikes.js';
import type { Seat, SeatAnswer, SeatRequest } from './seat.js';

/** How an engine goes about its batches; every engine takes these. */
export interface BatchingOptions {
  /** Resources given to jq at a time. Default 500. */
  readonly batchLines?: number;
  /** Size of what is given to jq at a time, in characters. Default 512 Ki. */
  readonly batchLength?: number;
  /** How long jq may stay at one resource before it is stopped, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number;
  /** Resources in a row that had to be stopped, after which a program rests. Default 8. */
  readonly strikesInARow?: number;
  /** How long it rests, in milliseconds. Default 60,000. */
  readonly restMs?: number;
  /** Milliseconds of a clock that only goes forward. Default `performance.now`. */
  readonly now?: () => number;
}

interface Ask {
  readonly type: 'ask';
  readonly request: Exclude<SeatRequest, { type: 'map' }>;
  readonly resolve: (reply: Extract<SeatAnswer, { type: 'ran' }> | MappingFailure) => void;
  readonly reject: (error: Error) => void;
}

/**
 * What all engines have in common: calls are cut and put together into batches, a free seat takes the
 * next one, and a resource at which jq hangs or dies fails alone.
 */
export class BatchingEngine implements JqEngine {
  readonly name: string;
  readonly version: string;
  readonly #seats: readonly Seat[];
  readonly #batchLimits: BatchLimits;
  readonly #timeoutMs: number;
  readonly #strikes: Strikes;
  readonly #queue: (Batch | Ask)[] = [];
  readonly #underWay = new Set<Batch | Ask>();
  #closed = false;

  constructor(name: string, version: string, seats: readonly Seat[], options: BatchingOptions) {
    this.name = name;
    this.version = version;
    this.#seats = seats;
    this.#batchLimits = {
      lines: options.batchLines ?? 500,
      length: options.batchLength ?? 512 * 1024,
    };
    this.#timeoutMs = options.timeoutMs ?? 5000;
    this.#strikes = new Strikes({
      timeoutMs: this.#timeoutMs,
      strikesInARow: options.strikesInARow ?? 8,
      restMs: options.restMs ?? 60_000,
      now: options.now ?? (() => performance.now()),
    });
  }

  map(program: KindProgram, lines: readonly string[]): Promise<readonly MappingOutcome[]> {
    if (lines.length === 0)
      return this.#closed ? Promise.reject(closedError()) : Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const call = new MapCall(lines.length, resolve, reject);
      const own = lines.map((text, index) => ({ text, call, index }));
      this.#enqueue([...cutBatches(program, own, this.#batchLimits)]);
    });
  }

  async check(expression: string): Promise<string | undefined> {
    if (this.#closed) throw closedError();
    // A program is a C string to jq: what follows would be cut off unseen.
    if (expression.includes('\0')) return 'the expression contains the character U+0000';
    // What can be read without JQ is valid JQ; most expressions are such, and compiling takes a while.
    if (readPlainly(expression) !== undefined) return undefined;
    const reply = await this.#ask({ type: 'compile', program: programOf(expression) });
    if (!('type' in reply)) return reply.message;
    return reply.exitCode === 0 ? undefined : compileMessage(reply.message, expression);
  }

  async evaluate(expression: string, input: string): Promise<readonly unknown[]> {
    const reply = await this.#ask({ type: 'evaluate', program: programOf(expression), input });
    if (!('type' in reply)) {
      throw new SluiceError(`JQ was stopped: ${reply.message}`, { code: `jq.${reply.code}` });
    }
    if (reply.exitCode !== 0) {
      throw new SluiceError(runtimeMessage(reply.message), { code: 'jq.evaluation' });
    }
    const lines = reply.output.split('\n');
    return lines.slice(0, -1).map((line): unknown => JSON.parse(line));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of [...this.#queue.splice(0), ...this.#underWay]) rejectJob(job, closedError());
    await Promise.all(this.#seats.map((seat) => seat.close()));
  }

  #ask(request: Ask['request']): Promise<Extract<SeatAnswer, { type: 'ran' }> | MappingFailure> {
    return new Promise((resolve, reject) => {
      this.#enqueue([{ type: 'ask', request, resolve, reject }]);
    });
  }

  #enqueue(jobs: readonly (Batch | Ask)[]): void {
    if (this.#closed) {
      for (const job of jobs) rejectJob(job, closedError());
      return;
    }
    this.#queue.push(...jobs);
    this.#dispatch();
  }

  #dispatch(): void {
    for (const seat of this.#seats) {
      if (seat.busy) continue;
      const job = this.#nextJob();
      if (!job) return;
      void this.#work(seat, job);
    }
  }

  /** The first job; a batch together with those right behind it that fit into the same run. */
  #nextJob(): Batch | Ask | undefined {
    for (;;) {
      const job = this.#queue.shift();
      if (job?.type !== 'batch') return job;
      if (this.#strikes.rests(job.program.hash)) {
        settleAll(job.lines, RESTING);
        continue;
      }
      const together = [job];
      for (let next = this.#queue[0]; next?.type === 'batch'; next = this.#queue[0]) {
        const batch = batchOf(
          job.program,
          together.flatMap(({ lines }) => lines),
        );
        if (job.resumed || !fitsTogether(batch, next, this.#batchLimits)) break;
        together.push(next);
        this.#queue.shift();
      }
      return together.length === 1
        ? job
        : batchOf(
            job.program,
            together.flatMap(({ lines }) => lines),
          );
    }
  }

  async #work(seat: Seat, job: Batch | Ask): Promise<void> {
    this.#underWay.add(job);
    if (job.type === 'batch') await this.#map(seat, job);
    else await this.#answer(seat, job);
    this.#underWay.delete(job);
    if (!this.#closed) this.#dispatch();
  }

  async #answer(seat: Seat, { request, resolve }: Ask): Promise<void> {
    const answer = await seat.ask(request, this.#timeoutMs);
    if (answer.type === 'ran') resolve(answer);
    else if (answer.type !== 'mapped') resolve({ code: answer.code, message: answer.message });
  }

  async #map(seat: Seat, batch: Batch): Promise<void> {
    const { program, lines } = batch;
    const answer = await seat.ask(
      { type: 'map', program, lines: lines.map(textOf) },
      this.#strikes.leash(program.hash),
    );
    if (this.#closed) return;
    if (answer.type === 'mapped') this.#deliver(batch, answer.outcomes);
    else if (answer.type === 'stopped') this.#isolate(batch, answer.line, answer);
  }

  /** Hands outcomes out; what was not evaluated goes back to the front of the queue. */
  #deliver({ program, lines }: Batch, outcomes: readonly (MappingOutcome | undefined)[]): void {
    const left: BatchLine[] = [];
    for (const [at, line] of lines.entries()) {
      const outcome = outcomes[at];
      if (outcome === undefined) {
        left.push(line);
        continue;
      }
      if (outcome.ok) this.#strikes.pass(program.hash);
      else if (outcome.code === 'memory') this.#strikes.strike(program.hash);
      line.call.settle(line.index, outcome);
    }
    if (left.length > 0) this.#queue.unshift(batchOf(program, left, true));
  }

  /** The thread died at a line: that one fails, those before it (whose outcomes died too) and behind it go on. */
  #isolate({ program, lines }: Batch, at: number, { code, message }: MappingFailure): void {
    const guilty = lines[at]!;
    if (at > 0) this.#strikes.pass(program.hash);
    this.#strikes.strike(program.hash);
    guilty.call.settle(guilty.index, { ok: false, code, message });
    const behind = lines.slice(at + 1);
    if (behind.length > 0) this.#queue.unshift(batchOf(program, behind, true));
    if (at > 0) this.#queue.push(batchOf(program, lines.slice(0, at)));
  }
}

const RESTING: MappingFailure = {
  code: 'timeout',
  message: 'not tried: the mapping had to be stopped for many resources in a row',
};

function settleAll(lines: readonly BatchLine[], failure: MappingFailure): void {
  for (const { call, index } of lines) call.settle(index, { ok: false, ...failure });
}

function textOf({ text }: BatchLine): string {
  return text;
}

function rejectJob(job: Batch | Ask, error: Error): void {
  if (job.type === 'ask') job.reject(error);
  else for (const { call } of job.lines) call.reject(error);
}

function closedError(): SluiceError {
  return new SluiceError('the JQ engine is closed', { code: 'jq.closed' });
}
