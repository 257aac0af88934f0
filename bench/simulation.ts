import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { OrganizationSize } from './organization.js';

/** The built command, as users run it. */
export const CLI = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const BLUEPRINTS = fileURLToPath(new URL('../pipelines/default.blueprints.json', import.meta.url));
const MUTATIONS_A_REQUEST = 1_000;

/** Requests that the simulation answered, by name. */
export interface Calls {
  readonly aws: Readonly<Record<string, number>>;
  readonly port: Readonly<Record<string, number>>;
}

/** A simulated AWS and Port in a process of their own. */
export class Simulation {
  /** What an engine needs to work against it. */
  readonly env: NodeJS.ProcessEnv;
  readonly #process: ChildProcess;
  readonly #adminUrl: string;

  private constructor(process: ChildProcess, env: NodeJS.ProcessEnv, adminUrl: string) {
    this.#process = process;
    this.env = env;
    this.#adminUrl = adminUrl;
  }

  /**
   * Starts one with Port's blueprints in place and without limits on Port's side: waiting for them
   * costs time and no CPU.
   */
  static async start(size: OrganizationSize, kinds: readonly string[]): Promise<Simulation> {
    const args = Object.entries({
      resources: size.resources,
      accounts: size.accounts,
      regions: size.regions,
      'body-size': size.bodySize,
      kinds: kinds.join(','),
    }).map(([name, value]) => `--${name}=${value}`);
    const child = spawn(process.execPath, ['--max-old-space-size=8192', CLI, 'sim', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // However the benchmark ends, its simulations end with it.
    const end = (): boolean => child.kill();
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    const { variables, comments } = await readAnnouncement(child);
    const manager = /OrgReader in (\d{12})/.exec(comments)?.[1];
    const admin = /admin: (\S+)/.exec(comments)?.[1];
    if (manager === undefined || admin === undefined) {
      throw new Error(`the simulation announced itself in another way: ${comments}`);
    }
    const env = {
      PATH: process.env['PATH'],
      ...variables,
      OCEAN__INTEGRATION__CONFIG__ORGANIZATION_ROLE_ARN: `arn:aws:iam::${manager}:role/OrgReader`,
      OCEAN__INTEGRATION__CONFIG__ACCOUNT_READ_ROLE_NAME: 'SluiceReadOnly',
    };
    const simulation = new Simulation(child, env, admin);
    const unlimited = { limit: 1e9, burst: 1e9 };
    await simulation.#admin('POST', '/settings', { port: { limits: { entities: unlimited } } });
    await simulation.#createBlueprints();
    return simulation;
  }

  /** Changes the organization. */
  async mutate(mutations: readonly unknown[]): Promise<void> {
    for (let at = 0; at < mutations.length; at += MUTATIONS_A_REQUEST) {
      await this.#admin('POST', '/mutate', mutations.slice(at, at + MUTATIONS_A_REQUEST));
    }
  }

  /** Changes how it behaves: see the admin endpoint of the simulation. */
  async set(settings: object): Promise<void> {
    await this.#admin('POST', '/settings', settings);
  }

  /** Switches a fault on. */
  async fault(fault: object): Promise<void> {
    await this.#admin('POST', '/faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this.#admin('DELETE', '/faults');
  }

  /** Calls since the start, or since the last time they were taken. */
  async takeCalls(): Promise<Calls> {
    const calls = (await this.#admin('GET', '/counters')) as Calls;
    await this.#admin('DELETE', '/counters');
    return calls;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('close', resolve));
    this.#process.kill('SIGTERM');
    await ended;
  }

  async #admin(method: string, path: string, body?: unknown): Promise<unknown> {
    return ask(`${this.#adminUrl}${path}`, method, body);
  }

  async #createBlueprints(): Promise<void> {
    const { PORT_BASE_URL: base, PORT_CLIENT_ID, PORT_CLIENT_SECRET } = this.env;
    const credentials = { clientId: PORT_CLIENT_ID, clientSecret: PORT_CLIENT_SECRET };
    const token = (await ask(`${base}/v1/auth/access_token`, 'POST', credentials)) as {
      readonly accessToken: string;
    };
    // A blueprint stands behind those that it relates to.
    for (const blueprint of JSON.parse(await readFile(BLUEPRINTS, 'utf8')) as unknown[]) {
      await ask(`${base}/v1/blueprints`, 'POST', blueprint, `Bearer ${token.accessToken}`);
    }
  }
}

async function readAnnouncement(
  child: ChildProcess,
): Promise<{ readonly variables: NodeJS.ProcessEnv; readonly comments: string }> {
  const variables: NodeJS.ProcessEnv = {};
  let comments = '';
  for await (const line of createInterface({ input: child.stdout! })) {
    const [, name, value] = /^export (\w+)=(.*)$/.exec(line) ?? [];
    if (name === undefined) comments += `${line}\n`;
    else variables[name] = value;
    if (name === 'PORT_CLIENT_SECRET') return { variables, comments };
  }
  throw new Error('the simulation ended before it had started');
}

async function ask(
  url: string,
  method: string,
  body?: unknown,
  authorization?: string,
): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(authorization !== undefined && { authorization }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 300)}`);
  return JSON.parse(text);
}
