import type { Pipeline } from '../../config/pipeline.js';
import { openStream } from '../../sources/kinesis/open-stream.js';
import type { Only } from '../../sources/only.js';
import type { Engine } from '../open-engine.js';
import { Live } from './live.js';

/**
 * Opens the live path where the pipeline has one. Throws an EnvironmentError where its stream can't be
 * read. To be awaited before the first listing begins: from here on no change is missed.
 */
export async function openLive(
  engine: Engine,
  { live: config }: Pipeline,
  only: Only | undefined,
  signal: AbortSignal,
): Promise<Live | undefined> {
  if (config === undefined) return undefined;
  const { parts, aws, directory } = engine;
  const stream = await openStream(aws, config, signal);
  return Live.open({ parts, directory, config, stream, only });
}
