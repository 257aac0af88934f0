import { busyLoop } from '../flow/busy-loop.js';
import { CreditPool } from '../flow/credit-pool.js';
import { FenceMemory } from '../flow/fence-memory.js';
import { FetchSlots } from '../flow/fetch-slots.js';
import { Lanes } from '../flow/lanes.js';
import { OutstandingTicks } from '../flow/outstanding-ticks.js';
import { Permits } from '../flow/permits.js';
import type { Ticks } from '../state/ticks.js';
import type { FlowParts } from './parts.js';

/** The bookkeeping of what is in flight, with nothing in flight. */
export function openFlow(ticks: Ticks): FlowParts {
  const credits = new CreditPool({ busy: busyLoop() });
  const outstanding = new OutstandingTicks();
  return {
    credits,
    outstanding,
    permits: new Permits({
      credits,
      slots: new FetchSlots(),
      outstanding,
      nextTick: () => ticks.next(),
    }),
    fence: new FenceMemory(() => outstanding.low),
    resourceLanes: new Lanes(),
    entityLanes: new Lanes(),
  };
}
