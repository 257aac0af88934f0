import { Command } from 'commander';
import { pipelineJsonSchemaText } from '../config/json-schema.js';
import { processIo } from './command-io.js';
import type { CommandIo } from './command-io.js';

/** `sluice schema`: prints the JSON Schema of pipeline files. */
export function schemaCommand(io: CommandIo = processIo): Command {
  return new Command('schema')
    .description('print the JSON Schema of pipeline files, for editors')
    .action(() => {
      io.out(pipelineJsonSchemaText().trimEnd());
    });
}
