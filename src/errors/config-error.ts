import { SluiceError } from './sluice-error.js';

/** The configuration or the command line is wrong; nothing was sent. The CLI exits with 2. */
export class ConfigError extends SluiceError {
  override readonly exitCode = 2;
}
