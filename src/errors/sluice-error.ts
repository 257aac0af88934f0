/** A place in a file (the shape of model's SourcePosition; errors import nothing). */
export interface ErrorPosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What every error of ours carries besides its message. */
export interface SluiceErrorOptions {
  /** Stable, machine-readable: `config.unknown-key`, `port.unauthorized`, `state.locked`, … */
  readonly code: string;
  /** How to mend it, as one sentence for the user. */
  readonly hint?: string;
  /** Where in a file; lines and columns count from 1. */
  readonly position?: ErrorPosition;
  readonly cause?: unknown;
}

/**
 * The root of Sluice's errors: a code, the data, never a secret. `exitCode` tells the CLI how to end:
 * 2 for configuration and usage, 1 for the environment.
 */
export class SluiceError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly position: ErrorPosition | undefined;
  readonly exitCode: number = 1;

  constructor(message: string, options: SluiceErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.hint = options.hint;
    this.position = options.position;
  }
}
