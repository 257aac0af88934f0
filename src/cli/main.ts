#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { openJq } from '../pipeline/open-jq.js';
import { processIo } from './command-io.js';
import { demoCommand } from './demo.js';
import { kindsCommand } from './kinds.js';
import { keepHeapLean } from './lean-heap.js';
import { planCommand } from './plan.js';
import { replayCommand } from './replay.js';
import { reportError } from './report-error.js';
import { runCommand } from './run.js';
import { schemaCommand } from './schema.js';
import { simCommand } from './sim.js';
import { tapCommand } from './tap.js';
import { validateCommand } from './validate.js';
import { readVersion } from './version.js';

// The SDK warns about Node 20 at every start; the versions that are pinned here support it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

keepHeapLean();

/** Usage errors end with 2, as configuration errors do; help and version with 0. */
function exitOverride(command: Command): void {
  command.exitOverride();
  for (const sub of command.commands) exitOverride(sub);
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

const program = new Command('sluice')
  .description('Mirrors a whole AWS organization into Port and keeps the mirror true.')
  .version(readVersion())
  .addCommand(runCommand())
  .addCommand(planCommand())
  .addCommand(validateCommand({ openJq }))
  .addCommand(replayCommand())
  .addCommand(tapCommand())
  .addCommand(kindsCommand())
  .addCommand(schemaCommand())
  .addCommand(simCommand())
  .addCommand(demoCommand());
exitOverride(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else reportError(error, processIo);
}
