import { Worker } from 'node:worker_threads';
import type { RunLimits } from './jq-instance.js';
import { IDLE } from './worker-messages.js';
import type { WorkerReply, WorkerRequest, WorkerSetup } from './worker-messages.js';

/** How a request to a worker ended. */
export type SeatAnswer =
  | Exclude<WorkerReply, { type: 'ready' }>
  /** Its thread was ended, or ended by itself; `line` is where jq was. */
  | {
      readonly type: 'stopped';
      readonly code: 'timeout' | 'memory' | 'engine';
      readonly line: number;
      readonly message: string;
    };

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
export class WorkerSeat {
  readonly #module: WebAssembly.Module;
  readonly #limits: RunLimits;
  #thread: Thread | undefined;
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

  /** `leashMs`: how long jq may stay at one line. Never rejects. */
  async ask(request: WorkerRequest, leashMs: number): Promise<SeatAnswer> {
    this.#busy = true;
    const thread = (this.#thread ??= new Thread(this.#module, this.#limits));
    const answer = await thread.ask(request, leashMs);
    if (answer.type === 'stopped' || answer.retire) {
      this.#thread = undefined;
      void thread.end();
    }
    this.#busy = false;
    return answer;
  }

  /** Whether the next request meets a thread that has seen those before. */
  get seasoned(): boolean {
    return this.#thread !== undefined;
  }

  async close(): Promise<void> {
    await this.#thread?.end();
  }
}

class Thread {
  readonly ready: Promise<string>;
  readonly #worker: Worker;
  readonly #progress = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #settle: ((answer: SeatAnswer) => void) | undefined;

  constructor(module: WebAssembly.Module, limits: RunLimits) {
    this.#progress[0] = IDLE;
    this.#worker = new Worker(ENTRY, {
      workerData: { module, progress: this.#progress, limits } satisfies WorkerSetup,
      // Programs see no environment even where jq's own shadowing should fail.
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 256, stackSizeMb: 4 },
    });
    this.ready = this.#listen();
    // Who asks sees the failure in the answer; nobody may be waiting for the start itself.
    this.ready.catch(() => {});
  }

  async ask(request: WorkerRequest, leashMs: number): Promise<SeatAnswer> {
    try {
      await this.ready;
    } catch (error) {
      return this.#stopped('engine', error instanceof Error ? error.message : String(error));
    }
    const answer = new Promise<SeatAnswer>((resolve) => {
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

  #stopped(code: 'timeout' | 'memory' | 'engine', message: string): SeatAnswer {
    return { type: 'stopped', code, line: Math.max(0, Atomics.load(this.#progress, 0)), message };
  }
}
