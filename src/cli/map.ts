import { Command } from 'commander';
import { ConfigError } from '../errors/config-error.js';
import { sampleResource } from '../pipeline/trial/sample-resource.js';
import { Trial } from '../pipeline/trial/trial.js';
import { processIo } from './command-io.js';
import type { CommandIo } from './command-io.js';
import { stepLines, stepsJson } from './show-steps.js';

export interface MapDeps {
  /** All of standard input. */
  readonly read?: () => Promise<string>;
  readonly io?: CommandIo;
}

/**
 * `sluice map FILE`: what a pipeline makes of one resource, given as JSON on standard input, with every
 * step: selector, items, each leaf with its value or error and its place, and the entities. Ends with 3
 * where an expression failed.
 */
export function mapCommand({ read = readInput, io = processIo }: MapDeps = {}): Command {
  return new Command('map')
    .description('map one resource, JSON on standard input, and show every step')
    .argument('<file>', 'pipeline file')
    .option('--kind <kind>', "kind of the resource, where its __Kind doesn't say")
    .option('--json', 'everything as one JSON object on standard output')
    .action(async (file: string, options: { kind?: string; json?: boolean }) => {
      const trial = await Trial.open(file);
      try {
        const resource = sampleResource(parse(await read()), trial.kinds, options.kind);
        if (resource.filled.length > 0) {
          io.err(`the resource has no ${resource.filled.join(', ')}: filled in`);
        }
        const result = await trial.explain(resource);
        if (options.json) io.out(JSON.stringify(stepsJson(resource, result)));
        else for (const line of stepLines(resource, result)) io.out(line);
        if (result.faults.length > 0) io.exit(3);
      } finally {
        await trial.close();
      }
    });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = text.trim() === '' ? 'nothing came' : (cause as Error).message;
    throw new ConfigError(`standard input is no JSON: ${reason}`, {
      code: 'sample.json',
      hint: 'pipe one resource in, e.g. aws cloudcontrol get-resource … | sluice map FILE',
      cause,
    });
  }
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
