import { SluiceError } from './sluice-error.js';

/** Something around Sluice is missing or refuses: credentials, an endpoint, the state directory. Exit code 1. */
export class EnvironmentError extends SluiceError {}
