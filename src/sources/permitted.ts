import type { AcquirePermit, FetchPermit } from './resource-source.js';

/** What one try brought: what is handed on, and what its permit is told. */
export interface Fetched<T> {
  readonly value: T;
  readonly observations: number;
  readonly bytes: number;
}

/**
 * Makes one try of a request under a permit of its own. It is meant to run inside the quota's slot, so
 * that whoever waits for a quota holds neither slot nor credits; a try that fails gives all back.
 */
export async function permitted<T>(
  acquire: AcquirePermit,
  kind: string,
  unit: 'page' | 'read',
  signal: AbortSignal | undefined,
  send: () => Promise<Fetched<T>>,
): Promise<{ readonly value: T; readonly startedAt: number }> {
  const permit: FetchPermit = await acquire(kind, unit);
  try {
    signal?.throwIfAborted();
    const { value, observations, bytes } = await send();
    permit.received(observations, bytes);
    return { value, startedAt: permit.startedAt };
  } catch (error) {
    permit.received(0, 0);
    throw error;
  }
}
