#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { processIo } from './command-io.js';
import { commandsFor } from './commands.js';
import { keepHeapLean } from './lean-heap.js';
import { reportError } from './report-error.js';
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
  .version(readVersion());
for (const command of await commandsFor(process.argv[2])) program.addCommand(command);
exitOverride(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else reportError(error, processIo);
}
