import { performance } from 'node:perf_hooks';

/** How much of the time is looked at together, in ms: some turns of a loop that has much to do. */
const SPAN_MS = 50;
/** Above this share the event loop has no time left that more work could fill. */
const BUSY = 0.9;

/** A clock of the event loop, as {@link performance.eventLoopUtilization} is one. */
export interface LoopClock {
  /** Milliseconds since some beginning in which the loop worked, and in which it waited. */
  (): { readonly active: number; readonly idle: number };
}

/**
 * Tells whether this process's own event loop is what everything waits for: whether it was working in
 * more than nine tenths of the last span of at least 50 ms. False until a first span has passed.
 */
export function busyLoop(
  clock: LoopClock = () => performance.eventLoopUtilization(),
): () => boolean {
  let last = clock();
  let busy = false;
  return () => {
    const now = clock();
    const active = now.active - last.active;
    const passed = active + now.idle - last.idle;
    if (passed < SPAN_MS) return busy;
    busy = active > passed * BUSY;
    last = now;
    return busy;
  };
}
