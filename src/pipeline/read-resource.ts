import { flightOf } from '../flow/flight.js';
import type { Flight, FlightGroup } from '../flow/flight.js';
import type { Cause } from '../model/observation.js';
import type { Scope } from '../model/scope.js';
import type { AcquirePermit } from '../sources/resource-source.js';
import type { Parts } from './parts.js';

/** What to read, and why. */
export interface ReadRequest {
  readonly scope: Scope;
  readonly identifier: string;
  /** Region of the resource, as far as it is known. */
  readonly region: string;
  readonly cause: Cause;
  readonly group: FlightGroup;
  readonly force?: ReadonlyMap<string, number>;
  /** Called right before a request is sent: what is heard of from then on may be missing from its answer. */
  readonly starts?: () => void;
  /** Ends the read; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Reads one resource of AWS and starts its flight, `present` or `absent`, with the credit that the
 * read took. Rejects with an AwsError where the answer proves nothing; no flight was started then.
 */
export async function readResource(parts: Parts, request: ReadRequest): Promise<Flight> {
  const { scope, identifier, region, cause, group, force, starts, signal } = request;
  const acquire = acquireFor(parts, cause, signal);
  const result = await parts.source(scope.kind).read(
    scope,
    identifier,
    region,
    async (kind, unit) => {
      const permit = await acquire(kind, unit);
      starts?.();
      return permit;
    },
    { live: cause === 'live', ...(signal && { signal }) },
  );
  parts.counters.resources.read += 1;
  const shared = { scope, startedAt: result.startedAt, origin: 'read', cause } as const;
  const found = result.state === 'present' ? (result.region ?? region) : region;
  const key = { kind: scope.kind, accountId: scope.accountId, region: found, identifier };
  return flightOf(
    result.state === 'present'
      ? { ...shared, key, state: 'present', body: result.body }
      : { ...shared, key, state: 'absent' },
    group,
    force === undefined ? {} : { force },
  );
}

/** How the sources ask for permits: live fetches may use the credits that are kept for them. */
export function acquireFor(
  parts: Parts,
  cause: Cause,
  signal: AbortSignal = parts.stop,
): AcquirePermit {
  return (kind, unit) => parts.flow.permits.acquire(kind, unit, cause === 'live', signal);
}
