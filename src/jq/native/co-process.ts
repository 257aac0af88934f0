import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { platform } from 'node:os';

/** How a run over some lines ended. */
export type RunEnd =
  /** jq printed the mark behind the last line: it is ready for the next run. */
  | { readonly type: 'marked' }
  /** jq ended by itself. */
  | {
      readonly type: 'ended';
      readonly exitCode: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly message: string;
    }
  /** It was ended: for staying too long at a line, or for printing too much. */
  | { readonly type: 'killed'; readonly why: 'timeout' | 'memory' };

export interface CoProcessOptions {
  readonly jq: string;
  /**
   * File with the program, which must answer an object with one list, and a text with that text; where
   * jq is not `careful`, with {@link PADDING} behind it.
   */
  readonly program: string;
  /**
   * Whether jq hands over each line as it prints it, so that the line which stops it is known. Else it
   * fills its buffer first, which costs a fraction: the system and this process are not woken for each.
   */
  readonly careful: boolean;
  /** Address space of the process, in bytes. */
  readonly memoryBytes: number;
  /** Length of one printed line at most, in characters. */
  readonly lineLength: number;
}

/** What is kept of what jq complains, from its end. */
const MESSAGE_LENGTH = 2_000;
/** The watchdog looks this many times before it ends a process that does not move on. */
const LOOKS = 5;

/**
 * What a program prints behind a mark, as an expression of jq: more than the C library keeps back of
 * what is written to a pipe (a block on Linux, more elsewhere), so that all before it comes out.
 */
export const PADDING = `(" " * ${platform() === 'linux' ? 8_192 : 65_536})`;

/**
 * A jq that lives on between runs: it reads lines from a pipe and prints one for each. It sees no
 * environment, and no more memory than it is given.
 */
export class CoProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lineLength: number;
  #message = '';
  #rest = '';
  #marks = 0;
  #printed = 0;
  #onLine: (line: string) => void = () => undefined;
  #end: ((end: RunEnd) => void) | undefined;
  #ended: RunEnd | undefined;

  constructor({ jq, program, careful, memoryBytes, lineLength }: CoProcessOptions) {
    this.#lineLength = lineLength;
    const limit = Math.ceil(memoryBytes / 1024).toString();
    // Where the system knows no such limit, jq runs without one.
    const script = 'ulimit -v "$0" 2>/dev/null; exec "$@"';
    const flags = careful ? ['-c', '--unbuffered'] : ['-c'];
    const args = ['-c', script, limit, jq, ...flags, '-f', program];
    this.#child = spawn('/bin/sh', args, { env: {}, stdio: 'pipe' });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#take(text);
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#message = (this.#message + text).slice(-MESSAGE_LENGTH);
    });
    // What could not be written is told by the end that follows.
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('error', (error) => {
      this.#finish({ type: 'ended', exitCode: null, signal: null, message: error.message });
    });
    this.#child.on('close', (exitCode, signal) => {
      this.#finish({ type: 'ended', exitCode, signal, message: this.#message });
    });
  }

  /** Whether it may be given another run. */
  get alive(): boolean {
    return this.#ended === undefined;
  }

  /** Has jq read some lines; `onLine` is told what it prints for each. One run at a time. Never rejects. */
  run(lines: readonly string[], leashMs: number, onLine: (line: string) => void): Promise<RunEnd> {
    if (this.#ended) return Promise.resolve(this.#ended);
    this.#onLine = onLine;
    this.#marks += 1;
    const end = new Promise<RunEnd>((resolve) => {
      this.#end = resolve;
    });
    this.#child.stdin.write(`${lines.join('\n')}\n${this.#mark()}\n`);
    const watch = this.#watch(leashMs);
    return end.finally(() => clearInterval(watch));
  }

  /** Ends it; resolves when it has ended. */
  async kill(): Promise<void> {
    if (this.#ended) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await closed;
  }

  /** A mapping prints lists: a text can only be the answer to a mark, or the padding behind one. */
  #mark(): string {
    return `"${this.#marks}"`;
  }

  #take(text: string): void {
    let start = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', start)) {
      const line = this.#rest + text.slice(start, at);
      this.#rest = '';
      start = at + 1;
      if (line.startsWith('" ')) continue;
      this.#printed += 1;
      if (line === this.#mark()) this.#settle({ type: 'marked' });
      else this.#onLine(line);
    }
    this.#rest += text.slice(start);
    if (this.#rest.length > this.#lineLength) this.#stop('memory');
  }

  /** Counts looks, not time: where this thread stood still for a while, that is not held against jq. */
  #watch(leashMs: number): NodeJS.Timeout {
    let seen = -1;
    let unmoved = 0;
    return setInterval(() => {
      unmoved = this.#printed === seen ? unmoved + 1 : 0;
      seen = this.#printed;
      if (unmoved >= LOOKS) this.#stop('timeout');
    }, leashMs / LOOKS);
  }

  #stop(why: 'timeout' | 'memory'): void {
    this.#finish({ type: 'killed', why });
    this.#child.kill('SIGKILL');
  }

  #finish(end: RunEnd): void {
    this.#ended ??= end;
    this.#settle(end);
  }

  #settle(end: RunEnd): void {
    this.#end?.(end);
    this.#end = undefined;
  }
}
