import type { Clock } from '../../src/port/clock.js';

export interface FakeClock extends Clock {
  /** Lengths of the sleeps that were asked for, in order. */
  readonly sleeps: number[];
  /** What `random` answers. */
  chance: number;
  advance(ms: number): void;
}

/** A clock on which a sleep takes no time: it moves the clock on by its length and is noted. */
export function fakeClock(): FakeClock {
  let time = 1_000_000;
  const clock: FakeClock = {
    sleeps: [],
    chance: 1,
    now: () => time,
    wallTime: () => 1_700_000_000_000 + time,
    random: () => clock.chance,
    advance: (ms) => {
      time += ms;
    },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      clock.sleeps.push(ms);
      time += ms;
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
  return clock;
}
