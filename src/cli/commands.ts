import type { Command } from 'commander';

/**
 * Makes each command; in the order of the help. A command's module brings everything that it needs along
 * (the SDK's clients, the store, the simulation): more than a second of CPU for all of them.
 */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run.js')).runCommand(),
  plan: async () => (await import('./plan.js')).planCommand(),
  validate: async () => {
    const [{ validateCommand }, { openJq }] = await Promise.all([
      import('./validate.js'),
      import('../pipeline/open-jq.js'),
    ]);
    return validateCommand({
      openJq,
      readBlueprints: async () => {
        const [{ readBlueprintsOfPort }, { readVersion }] = await Promise.all([
          import('../pipeline/connect-port.js'),
          import('./version.js'),
        ]);
        return readBlueprintsOfPort(process.env, readVersion());
      },
    });
  },
  test: async () => (await import('./test.js')).testCommand(),
  map: async () => (await import('./map.js')).mapCommand(),
  replay: async () => (await import('./replay.js')).replayCommand(),
  tap: async () => (await import('./tap.js')).tapCommand(),
  init: async () => (await import('./init.js')).initCommand(),
  kinds: async () => (await import('./kinds.js')).kindsCommand(),
  schema: async () => (await import('./schema.js')).schemaCommand(),
  sim: async () => (await import('./sim.js')).simCommand(),
  demo: async () => (await import('./demo.js')).demoCommand(),
};

/**
 * The commands that an invocation needs: the one that its first argument names, or all of them where it
 * names none, since help and "did you mean" tell of all.
 */
export async function commandsFor(first: string | undefined): Promise<readonly Command[]> {
  const named = first !== undefined && Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  const makers = named === undefined ? Object.values(COMMANDS) : [named];
  return Promise.all(makers.map((make) => make()));
}
