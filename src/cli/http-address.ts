import { InvalidArgumentError } from 'commander';

/** Where the pages are served. */
export interface HttpAddress {
  readonly host: string;
  readonly port: number;
}

export const DEFAULT_ADDRESS: HttpAddress = { host: '127.0.0.1', port: 8414 };

export interface HttpFlags {
  /** False with `--no-http`. */
  readonly http: HttpAddress | false;
}

/** Reads `HOST:PORT`; an IPv6 host stands in brackets. */
export function httpAddress(text: string): HttpAddress {
  const at = text.lastIndexOf(':');
  const host = text.slice(0, at).replace(/^\[|\]$/g, '');
  const port = Number(text.slice(at + 1));
  const valid = at > 0 && /^\d+$/.test(text.slice(at + 1)) && port <= 65_535;
  if (!valid) throw new InvalidArgumentError('Expected HOST:PORT, such as 127.0.0.1:8414.');
  return { host, port };
}
