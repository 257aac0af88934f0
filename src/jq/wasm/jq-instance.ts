import { loadJq } from 'jq-wasm';
import type { LineFeed } from './line-feed.js';

/** How much one run may take. */
export interface RunLimits {
  /** Heap of the WebAssembly instance, in bytes; jq-wasm itself allows at most 256 MiB. */
  readonly heapBytes: number;
  /** Output for one line of input, in bytes. */
  readonly lineOutputBytes: number;
  /** Output after which no more input is fed, in bytes. */
  readonly runOutputBytes: number;
}

export interface Run {
  /** `exit`: jq ended with `exitCode`; `memory` and `crash`: it was stopped, and the instance is spent. */
  readonly end: 'exit' | 'memory' | 'crash';
  readonly exitCode: number;
  /** What it printed, one line an output; the last may be cut where it crashed. */
  readonly output: string;
  readonly printedLines: number;
  /** Lines that were handed to it; the last of them is the one it was at when it ended. */
  readonly fedLines: number;
  /** jq's messages, or what stopped it. */
  readonly message: string;
}

type Import = (...args: number[]) => number;

/** jq-wasm names its imports with single letters that differ from build to build; the functions keep their names. */
const IMPORTS = { read: '_fd_read', write: '_fd_write', grow: '_emscripten_resize_heap' } as const;

const NEWLINE = 0x0a;
const STDOUT = 1;
const OUT_OF_MEMORY = /cannot allocate memory/;

/**
 * One instance of jq. Input and output go straight to and from its memory: jq-wasm's own way calls
 * functions for every byte, which costs a fifth of the whole at 1 KB a resource and more above. The
 * program is fed as a file, so that its length is not bounded by the stack.
 *
 * Input is handed over line by line, which tells at any time where jq is.
 */
export class JqInstance {
  readonly #jq: Awaited<ReturnType<typeof loadJq>>;
  readonly #io: InstanceIo;
  #spent = false;

  private constructor(jq: Awaited<ReturnType<typeof loadJq>>, io: InstanceIo) {
    this.#jq = jq;
    this.#io = io;
  }

  static async load(module: WebAssembly.Module, limits: RunLimits): Promise<JqInstance> {
    const io = new InstanceIo(limits);
    const jq = await loadJq({
      instantiateWasm: (imports, done) => {
        const instance = new WebAssembly.Instance(module, io.hook(imports));
        io.attach(instance);
        done(instance, module);
      },
    });
    return new JqInstance(jq, io);
  }

  get version(): string {
    return this.#io.capture(() => this.#jq.raw('', '.', ['--version'])).trim();
  }

  /** Whether it may run again: not after it was stopped in the middle. */
  get spent(): boolean {
    return this.#spent;
  }

  get heapBytes(): number {
    return this.#io.heapBytes;
  }

  run(program: string, feed: LineFeed): Run {
    const io = this.#io;
    io.start(program, feed);
    let end: Run['end'] = 'exit';
    let exitCode = -1;
    let thrown = '';
    try {
      ({ exitCode } = this.#jq.raw('', '/dev/stdin', ['-c', '-f']));
    } catch (error) {
      this.#spent = true;
      thrown = error instanceof Error ? error.message : String(error);
      end =
        error instanceof OutputTooLarge || OUT_OF_MEMORY.test(io.messages()) ? 'memory' : 'crash';
    }
    return {
      end,
      exitCode,
      output: io.output(),
      printedLines: io.printedLines,
      fedLines: feed.fedLines,
      message: [io.messages().trim(), thrown].filter(Boolean).join('; '),
    };
  }
}

class OutputTooLarge extends Error {}

class InstanceIo {
  readonly #limits: RunLimits;
  #memory: WebAssembly.Memory | undefined;
  /** Undefined once it was read to its end: what is read then is the input. */
  #program: Uint8Array | undefined;
  #feed: LineFeed | undefined;
  #out = new Uint8Array(64 * 1024);
  #outLength = 0;
  #lineStart = 0;
  #err: Uint8Array[] = [];
  printedLines = 0;

  constructor(limits: RunLimits) {
    this.#limits = limits;
  }

  /** The imports with ours in place of reading, writing and growing. */
  hook(imports: WebAssembly.Imports): WebAssembly.Imports {
    const hooked: Record<string, Record<string, Import>> = {};
    const found = new Set<string>();
    for (const [space, functions] of Object.entries(imports)) {
      hooked[space] = { ...(functions as Record<string, Import>) };
      for (const [key, original] of Object.entries(functions as Record<string, Import>)) {
        const ours = this.#replacement(original);
        if (ours === undefined) continue;
        hooked[space][key] = ours;
        found.add(original.name);
      }
    }
    if (found.size !== Object.keys(IMPORTS).length) {
      throw new Error(
        `this build of jq-wasm has other imports than ${Object.values(IMPORTS).join(', ')}`,
      );
    }
    return hooked;
  }

  attach(instance: WebAssembly.Instance): void {
    this.#memory = Object.values(instance.exports).find(
      (each) => each instanceof WebAssembly.Memory,
    );
  }

  get heapBytes(): number {
    return this.#memory?.buffer.byteLength ?? 0;
  }

  start(program: string, feed: LineFeed | undefined): void {
    this.#program = new TextEncoder().encode(program);
    this.#feed = feed;
    this.#outLength = 0;
    this.#lineStart = 0;
    this.#err = [];
    this.printedLines = 0;
    // One batch that printed much must not hold its buffer for good.
    if (this.#out.length > 4 * 1024 * 1024) this.#out = new Uint8Array(64 * 1024);
  }

  capture(action: () => void): string {
    this.start('', undefined);
    action();
    return this.output();
  }

  output(): string {
    return new TextDecoder().decode(this.#out.subarray(0, this.#outLength));
  }

  messages(): string {
    return Buffer.concat(this.#err).toString();
  }

  #replacement(original: Import): Import | undefined {
    switch (original.name) {
      case IMPORTS.read:
        return (_fd, vectors, count, read) =>
          this.#transfer(vectors, count, read, (into) => this.#read(into));
      case IMPORTS.write:
        return (fd, vectors, count, written) =>
          this.#transfer(vectors, count, written, (from) => this.#write(fd, from));
      case IMPORTS.grow:
        return (bytes) => (bytes >>> 0 > this.#limits.heapBytes ? 0 : original(bytes));
      default:
        return undefined;
    }
  }

  /** WASI's scattered read or write: `count` pairs of address and length at `vectors`. */
  #transfer(
    vectors: number,
    count: number,
    result: number,
    move: (memory: Uint8Array) => number,
  ): number {
    const { buffer } = this.#memory!;
    const words = new Uint32Array(buffer);
    let total = 0;
    for (let index = 0; index < count; index += 1) {
      const at = (vectors >> 2) + 2 * index;
      const part = new Uint8Array(buffer, words[at], words[at + 1]);
      const moved = move(part);
      total += moved;
      if (moved < part.length) break;
    }
    words[result >> 2] = total;
    return 0;
  }

  #read(into: Uint8Array): number {
    if (this.#program === undefined) {
      return this.#outLength > this.#limits.runOutputBytes ? 0 : (this.#feed?.read(into) ?? 0);
    }
    const part = this.#program.subarray(0, into.length);
    into.set(part);
    this.#program =
      part.length === 0 && into.length > 0 ? undefined : this.#program.subarray(part.length);
    return part.length;
  }

  #write(fd: number, from: Uint8Array): number {
    if (fd !== STDOUT) {
      this.#err.push(from.slice());
      return from.length;
    }
    const end = this.#outLength + from.length;
    if (end - this.#lineStart > this.#limits.lineOutputBytes) {
      throw new OutputTooLarge(
        `more than ${this.#limits.lineOutputBytes} bytes of output for one resource`,
      );
    }
    if (end > this.#out.length) {
      const larger = new Uint8Array(Math.max(end, this.#out.length * 2));
      larger.set(this.#out.subarray(0, this.#outLength));
      this.#out = larger;
    }
    this.#out.set(from, this.#outLength);
    for (let at = from.indexOf(NEWLINE); at >= 0; at = from.indexOf(NEWLINE, at + 1)) {
      this.printedLines += 1;
      this.#lineStart = this.#outLength + at + 1;
    }
    this.#outLength = end;
    return from.length;
  }
}
