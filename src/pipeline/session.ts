import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { readEnvironment } from '../config/env.js';
import { jqProblems } from '../config/jq-problems.js';
import { applyMapping, loadPipeline } from '../config/load-pipeline.js';
import type { Pipeline } from '../config/pipeline.js';
import { throwIfAny } from '../config/problem.js';
import { SluiceError } from '../errors/sluice-error.js';
import type { JqEngine } from '../jq/jq-engine.js';
import type { Only } from '../sources/only.js';
import { openLmdbStore } from '../state/open-lmdb-store.js';
import type { StateStore } from '../state/state-store.js';
import { checkOnly } from './check-only.js';
import { openEngine } from './open-engine.js';
import type { Engine } from './open-engine.js';
import { openJq } from './open-jq.js';

export interface SessionOptions {
  /** The pipeline file. */
  readonly file: string;
  /** The state directory. */
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  readonly version: string;
  /** Write nothing: neither to Port nor to the state directory, of which a copy is used. */
  readonly dryRun: boolean;
  /** The part that is walked; checked before anything is opened. */
  readonly only?: Only | undefined;
  readonly stop: AbortController;
  /** An engine that is being started already; the session closes it. Default: one is started. */
  readonly jq?: Promise<JqEngine>;
}

/** An engine that is open, and what it runs. */
export interface Session {
  readonly pipeline: Pipeline;
  readonly engine: Engine;
  /** Checks a mapping as Port keeps it, its expressions too. Throws a ConfigError. */
  readonly applyMapping: (mapping: Readonly<Record<string, unknown>>) => Promise<Pipeline>;
}

/**
 * Opens everything that a run needs, in the order in which a mistake costs least: the file and its
 * expressions, the environment, the state, Port and AWS. Closes all of it after `use`, come what may.
 */
export async function withSession<T>(
  options: SessionOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const { file, env, log, version, dryRun, stop } = options;
  const starting = options.jq ?? openJq();
  // Nobody waits for it yet: whether it starts is told after what is wrong with the file.
  starting.catch(() => undefined);
  const closers = [async (): Promise<void> => (await starting.catch(() => undefined))?.close()];
  try {
    const pipeline = await loadPipeline(file, { env });
    // A mapping that Port keeps is checked once it is there.
    if (pipeline.port.mappingFrom !== 'port') checkOnly(pipeline, options.only);
    const jq = await starting;
    await checkExpressions(pipeline, jq);
    const environment = readEnvironment(env);
    const { store, close } = await (dryRun ? openCopy(options) : openStore(options.stateDir));
    closers.push(close);
    const engine = await openEngine({
      pipeline,
      environment,
      store,
      jq,
      log,
      version,
      dryRun,
      stop,
    });
    closers.push(() => engine.close());
    const result = await use({
      pipeline,
      engine,
      applyMapping: async (mapping) => {
        const mapped = applyMapping(pipeline, mapping);
        await checkExpressions(mapped, jq);
        return mapped;
      },
    });
    if (stop.signal.reason instanceof SluiceError) throw stop.signal.reason;
    return result;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** Compiles every expression of a pipeline; throws one error that names all that do not compile. */
export async function checkExpressions(pipeline: Pipeline, jq: JqEngine): Promise<void> {
  throwIfAny(await jqProblems(pipeline, (expression) => jq.check(expression)));
}

interface OpenStore {
  readonly store: StateStore;
  readonly close: () => Promise<void>;
}

async function openStore(dir: string): Promise<OpenStore> {
  const store = await openLmdbStore({ dir });
  return { store, close: () => store.close() };
}

/** A copy of the state in a directory that goes with it: a plan is a run that nobody sees. */
async function openCopy({ stateDir }: SessionOptions): Promise<OpenStore> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-plan-'));
  const copy = join(dir, 'state');
  const exists = await stat(stateDir).then(
    () => true,
    () => false,
  );
  if (exists) {
    const original = await openLmdbStore({ dir: stateDir });
    await original.backupTo(copy);
    await original.close();
  }
  const store = await openLmdbStore({ dir: copy });
  return {
    store,
    close: async () => {
      await store.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
