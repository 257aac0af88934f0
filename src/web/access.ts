import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { ConfigError } from '../errors/config-error.js';

/** Whether a host name or address can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (name === 'localhost' || name === '::1') return true;
  return isIP(name) === 4 && name.startsWith('127.');
}

/** Refuses to serve beyond this machine to anybody who asks. */
export function requireTokenBeyondLoopback(host: string, token: string | undefined): void {
  if (token !== undefined && token.length < 16) {
    throw new ConfigError('the token of the web server is too short', {
      code: 'web.weak-token',
      hint: 'Give one of at least 16 characters, for example from `openssl rand -hex 24`.',
    });
  }
  if (token === undefined && !isLoopback(host)) {
    throw new ConfigError(`the web server may not listen on ${host} without a token`, {
      code: 'web.token-required',
      hint: 'Listen on 127.0.0.1, set SLUICE_HTTP_TOKEN, or leave it out with --no-http.',
    });
  }
}

/** Whether an `Authorization` header holds the token. Takes the same time for every wrong one. */
export function holdsToken(authorization: string | undefined, token: string): boolean {
  const given = /^bearer +(.+)$/i.exec(authorization ?? '')?.[1]?.trim() ?? '';
  return timingSafeEqual(digest(given), digest(token));
}

/**
 * Whether a `Host` header names this machine. Without a token this is what keeps a page of somebody
 * else's, whose name was made to resolve to 127.0.0.1, from reading the status through a browser.
 */
export function namesThisMachine(hostHeader: string | undefined): boolean {
  return isLoopback((hostHeader ?? '').replace(/:\d+$/, ''));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
