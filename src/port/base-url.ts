import { ConfigError } from '../errors/config-error.js';

/** Port's European region; the American one is https://api.us.getport.io. */
export const DEFAULT_BASE_URL = 'https://api.getport.io';

/** A base URL in the two parts that requests need. */
export interface BaseUrl {
  /** Scheme, host and port, e.g. `https://api.getport.io`. */
  readonly origin: string;
  /** Path that stands before every call, ending in `/v1`. */
  readonly prefix: string;
}

/**
 * Reads a base URL as users write it: with or without a trailing slash, with or without `/v1`, with a
 * path of its own where a gateway stands before Port. Throws a ConfigError (`config.port-base-url`)
 * on anything that is no http(s) URL or that holds credentials.
 */
export function parseBaseUrl(text: string = DEFAULT_BASE_URL): BaseUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new ConfigError(`the base URL of Port is not an http(s) URL: ${JSON.stringify(text)}`, {
      code: 'config.port-base-url',
      hint: `Set PORT_BASE_URL to something like ${DEFAULT_BASE_URL}.`,
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new ConfigError('the base URL of Port must hold no user name or password', {
      code: 'config.port-base-url',
      hint: 'Give the credentials as PORT_CLIENT_ID and PORT_CLIENT_SECRET.',
    });
  }
  const path = url.pathname.replace(/\/+$/, '');
  return { origin: url.origin, prefix: path.endsWith('/v1') ? path : `${path}/v1` };
}
