import { EnvHttpProxyAgent, type Dispatcher } from 'undici';

/** The environment variables that name proxies; either case is read, lower case wins. */
export type ProxyEnv = Readonly<Record<string, string | undefined>>;

/** A connection that can't be made within this long counts as failed. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * A pool of kept-alive connections that goes through HTTPS_PROXY / HTTP_PROXY unless NO_PROXY names
 * the host. Closing it is the caller's part.
 */
export function createDispatcher(options: { connections: number; env: ProxyEnv }): Dispatcher {
  const read = (name: string) => options.env[name.toLowerCase()] ?? options.env[name] ?? '';
  return new EnvHttpProxyAgent({
    connections: options.connections,
    keepAliveTimeout: 30_000,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // Empty strings, not undefined: otherwise it would look into process.env by itself.
    httpProxy: read('HTTP_PROXY'),
    httpsProxy: read('HTTPS_PROXY'),
    noProxy: read('NO_PROXY'),
  });
}
