import { setTimeout as sleep } from 'node:timers/promises';
import type { Summary } from '../../../src/model/summary.js';
import type { StatusSnapshot } from '../../../src/web/status.js';
import type { CliProcess, CliResult } from './run-cli.js';

/** A process is killed when it has lived for so long, whatever the test does. */
const LIFE_MS = 95_000;

export interface Stopped extends CliResult {
  /** From the signal to the end. */
  readonly tookMs: number;
}

/** A `sluice run` that goes on until it is stopped or killed. */
export class LiveRun {
  /** What it has said so far. */
  readonly said = { stdout: '', stderr: '' };
  /** Resolves however it ends. */
  readonly ended: Promise<CliResult>;
  readonly #process: CliProcess;
  #over: CliResult | undefined;

  constructor(process: CliProcess) {
    const { child, ended } = process;
    this.#process = process;
    child.stdout?.on('data', (text: string) => (this.said.stdout += text));
    child.stderr?.on('data', (text: string) => (this.said.stderr += text));
    const timer = setTimeout(() => child.kill('SIGKILL'), LIFE_MS);
    this.ended = ended.then((result) => {
      clearTimeout(timer);
      this.#over = result;
      return result;
    });
  }

  /** `/api/status`; waits until it is served. */
  async status(): Promise<StatusSnapshot> {
    const end = performance.now() + 20_000;
    for (;;) {
      if (this.#over !== undefined) {
        throw new Error(`it ended with ${String(this.#over.code)}: ${this.#over.stderr}`);
      }
      const url = /"url":"(http:[^"]+)"/.exec(this.said.stderr)?.[1];
      if (url !== undefined) {
        const response = await fetch(`${url}/api/status`).catch(() => undefined);
        if (response !== undefined) return (await response.json()) as StatusSnapshot;
      }
      if (performance.now() > end) throw new Error(`no status was served: ${this.said.stderr}`);
      await sleep(25);
    }
  }

  /** Resolves with the status once it suits. */
  async until(
    test: (status: StatusSnapshot) => boolean,
    what: string,
    withinMs = 30_000,
  ): Promise<StatusSnapshot> {
    const end = performance.now() + withinMs;
    for (;;) {
      const status = await this.status();
      if (test(status)) return status;
      if (performance.now() > end) {
        throw new Error(`never came: ${what}\n${JSON.stringify(status)}\n${this.said.stderr}`);
      }
      await sleep(25);
    }
  }

  /** Resolves with the summary of the first resync of this process. */
  async resynced(withinMs = 30_000): Promise<Summary> {
    await this.until(() => this.summaries.length > 0, 'the end of the resync', withinMs);
    return this.summaries[0]!;
  }

  /** Of the resyncs that have ended. */
  get summaries(): Summary[] {
    return this.said.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Summary);
  }

  /** What it logged at `warn` or above. */
  get warnings(): string[] {
    return this.said.stderr
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { level: number; msg: string })
      .filter(({ level }) => level >= 40)
      .map(({ msg }) => msg);
  }

  /** SIGTERM, and waits for its end. */
  async stop(): Promise<Stopped> {
    const start = performance.now();
    this.#process.child.kill('SIGTERM');
    const result = await this.ended;
    return { ...result, tookMs: performance.now() - start };
  }

  /** `kill -9`, and waits for its end. */
  async kill(): Promise<void> {
    this.#process.child.kill('SIGKILL');
    await this.ended;
  }
}
