import type { AcquirePermit } from '../resource-source.js';

/**
 * Permits for requests whose answers are no observations: they wait for slot and credits as any other,
 * and give all back once they are answered.
 */
export function withoutCredit(acquire: AcquirePermit): AcquirePermit {
  return async (kind, unit) => {
    const permit = await acquire(kind, unit);
    return {
      startedAt: permit.startedAt,
      received: () => {
        permit.received(0, 0);
      },
    };
  };
}
