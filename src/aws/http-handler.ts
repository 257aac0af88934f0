import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';

export interface HttpHandlerOptions {
  /** Sockets to one host at a time. Default 64. */
  readonly maxSockets?: number;
  /** Milliseconds until a connection must stand. Default 5000. */
  readonly connectionTimeoutMs?: number;
  /** Milliseconds until an answer must be there. Default 60000: some listings of Cloud Control take half a minute. */
  readonly requestTimeoutMs?: number;
  /** Environment that names the proxies. Default process.env. */
  readonly env?: NodeJS.ProcessEnv;
}

const PROXY_VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];

/**
 * The one HTTP/1.1 handler behind all AWS clients: keep-alive, bounded, through HTTPS_PROXY and
 * HTTP_PROXY unless NO_PROXY names the host (the SDK ignores all three by itself). What speaks to proxies
 * is loaded where there is one.
 */
export async function createHttpHandler(
  options: HttpHandlerOptions = {},
): Promise<NodeHttpHandler> {
  const env = options.env ?? process.env;
  const agentOptions = {
    keepAlive: true,
    maxSockets: options.maxSockets ?? 64,
    scheduling: 'lifo' as const,
  };
  const proxied = PROXY_VARIABLES.some(
    (name) => isSet(env[name]) || isSet(env[name.toLowerCase()]),
  );
  // One agent for both schemes: which proxy serves a host is decided by its URL.
  const proxy = proxied ? new (await import('proxy-agent')).ProxyAgent(agentOptions) : undefined;
  return new NodeHttpHandler({
    httpAgent: proxy ?? new HttpAgent(agentOptions),
    httpsAgent: (proxy as unknown as HttpsAgent | undefined) ?? new HttpsAgent(agentOptions),
    connectionTimeout: options.connectionTimeoutMs ?? 5000,
    requestTimeout: options.requestTimeoutMs ?? 60_000,
    throwOnRequestTimeout: true,
  });
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
