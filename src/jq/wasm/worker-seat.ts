import { Worker } from 'node:worker_threads';
import type { Seat, SeatAnswer, SeatRequest } from '../batching/seat.js';
import type { KindProgram } from '../kind-program.js';
import type { RunLimits } from './jq-instance.js';
import { unpackOutcomes } from './pack-outcomes.js';
import { IDLE } from './worker-messages.js';
import type { WorkerReply, WorkerRequest, WorkerSetup } from './worker-messages.js';

/** How a request to the thread ended. */
type ThreadAnswer =
  Exclude<WorkerReply, { type: 'ready' }> | Extract<SeatAnswer, { type: 'stopped' }>;

/** The watchdog looks this many times before it ends a thread that does not move on. */
const LOOKS = 5;
const START_TIMEOUT_MS = 30_000;

const ENTRY = import.meta.url.endsWith('.ts')
  ? sourceEntry()
  : new URL('./worker.js', import.meta.url);

/** Sources run under a TypeScript loader, which a thread does not inherit: it is registered first. */
function sourceEntry(): URL {
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const worker = JSON.stringify(new URL('./worker.ts', import.meta.url).href);
  const script = `import { register } from ${loader}; register(); await import(${worker});`;
  return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
}

/**
 * A place for one worker thread, which takes one request at a time. Its thread is started on the first
 * request and replaced whenever it was stopped or wants to retire. An idle thread does not keep the
 * process alive.
 */
export class WorkerSeat implements Seat {
  readonly #module: WebAssembly.Module;
  readonly #limits: RunLimits;
  #thread: Thread | undefined;
  /** The program that the thread was given last. */
  #loaded: KindProgram | undefined;
  #busy = false;

  constructor(module: WebAssembly.Module, limits: RunLimits) {
    this.#module = module;
    this.#limits = limits;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** The version of jq that the thread runs; starts it. Rejects where it can't be started. */
  async version(): Promise<string> {
    this.#thread ??= new Thread(this.#module, this.#limits);
    return this.#thread.ready;
  }

  async ask(request: SeatRequest, leashMs: number): Promise<SeatAnswer> {
    this.#busy = true;
    const thread = (this.#thread ??= new Thread(this.#module, this.#limits));
    const answer = await thread.ask(this.#told(request), leashMs);
    if (answer.type === 'stopped' || answer.retire) {
      this.#thread = undefined;
      this.#loaded = undefined;
      void thread.end();
    }
    this.#busy = false;
    return answer.type === 'mapped' ? { type: 'mapped', outcomes: unpackOutcomes(answer) } : answer;
  }

  /** A program is sent along only where the thread's last one was another. */
  #told(request: SeatRequest): WorkerRequest {
    if (request.type !== 'map') return request;
    const { program, lines } = request;
    if (this.#loaded === program) return { type: 'map', program: undefined, lines };
    this.#loaded = program;
    return { type: 'map', program: { text: program.text, specs: program.specs }, lines };
  }

  async close(): Promise<void> {
    await this.#thread?.end();
  }
}

class Thread {
  readonly ready: Promise<string>;
  readonly #worker: Worker;
  readonly #progress = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #settle: ((answer: ThreadAnswer) => void) | undefined;

  constructor(module: WebAssembly.Module, limits: RunLimits) {
    this.#progress[0] = IDLE;
    this.#worker = new Worker(ENTRY, {
      workerData: { module, progress: this.#progress, limits } satisfies WorkerSetup,
      // Programs see no environment even where jq's own shadowing should fail.
      env: {},
      execArgv: [],
      // What a batch leaves behind is garbage at once: more room for it would only be held for nothing.
      resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8, stackSizeMb: 4 },
    });
    this.ready = this.#listen();
    // Who asks sees the failure in the answer; nobody may be waiting for the start itself.
    this.ready.catch(() => {});
  }

  async ask(request: WorkerRequest, leashMs: number): Promise<ThreadAnswer> {
    try {
      await this.ready;
    } catch (error) {
      return this.#stopped('engine', error instanceof Error ? error.message : String(error));
    }
    const answer = new Promise<ThreadAnswer>((resolve) => {
      this.#settle = resolve;
    });
    this.#worker.ref();
    this.#worker.postMessage(request);
    const watch = this.#watch(leashMs);
    try {
      return await answer;
    } finally {
      clearInterval(watch);
      this.#settle = undefined;
      this.#worker.unref();
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`the JQ worker did not start within ${START_TIMEOUT_MS / 1000} s`));
      }, START_TIMEOUT_MS);
      this.#worker.on('message', (reply: WorkerReply) => {
        if (reply.type !== 'ready') return this.#settle?.(reply);
        clearTimeout(timer);
        this.#worker.unref();
        resolve(reply.version);
      });
      this.#worker.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        reject(error);
        const code = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'engine';
        this.#settle?.(this.#stopped(code, error.message));
      });
      this.#worker.on('exit', () => {
        clearTimeout(timer);
        reject(new Error('the JQ worker ended'));
        this.#settle?.(this.#stopped('engine', 'the JQ worker ended'));
      });
    });
  }

  /**
   * Looks whether jq has moved on to another line. It counts looks, not time: where this thread, or
   * the whole machine, stood still for a while, that is not held against the worker.
   */
  #watch(leashMs: number): NodeJS.Timeout {
    let seen = IDLE;
    let unmoved = 0;
    return setInterval(() => {
      const line = Atomics.load(this.#progress, 0);
      unmoved = line === seen && line !== IDLE ? unmoved + 1 : 0;
      seen = line;
      if (unmoved < LOOKS) return;
      this.#settle?.(this.#stopped('timeout', `not evaluated within ${Math.round(leashMs)} ms`));
    }, leashMs / LOOKS);
  }

  #stopped(code: 'timeout' | 'memory' | 'engine', message: string): ThreadAnswer {
    return { type: 'stopped', code, line: Math.max(0, Atomics.load(this.#progress, 0)), message };
  }
}
