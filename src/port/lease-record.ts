import { asRecord } from './port-answer.js';

/** Who writes an integration, as it is kept in the integration's config under `sluice.lease`. */
export interface LeaseRecord {
  /** The installation: one state directory. */
  readonly holder: string;
  /** The process: two that share a copied state directory are told apart by it. */
  readonly nonce: string;
  /** Goes up at every renewal; that it changes is the sign of life. */
  readonly counter: number;
  readonly host: string;
  readonly pid: number;
  /** ISO 8601, by the holder's clock: for people, never compared. */
  readonly since: string;
}

type Config = Readonly<Record<string, unknown>>;

/** The lease that a config holds; undefined where it holds none, or none that can be read. */
export function leaseIn(config: Config): LeaseRecord | undefined {
  const { holder, nonce, counter, host, pid, since } = asRecord(
    asRecord(config['sluice'])['lease'],
  );
  if (typeof holder !== 'string' || typeof nonce !== 'string') return undefined;
  return {
    holder,
    nonce,
    counter: typeof counter === 'number' ? counter : 0,
    host: typeof host === 'string' ? host : 'unknown',
    pid: typeof pid === 'number' ? pid : 0,
    since: typeof since === 'string' ? since : 'unknown',
  };
}

/** The config with this lease and everything else as it was. */
export function withLease(config: Config, lease: LeaseRecord): Config {
  return { ...config, sluice: { ...asRecord(config['sluice']), lease } };
}

/** The mapping that a config holds: all that is not Sluice's own note. */
export function mappingOf(config: Config): Config {
  const { sluice: _sluice, ...mapping } = config;
  return mapping;
}

/** The config without a lease and everything else as it was. */
export function withoutLease(config: Config): Config {
  const { sluice, ...others } = config;
  const { lease: _lease, ...rest } = asRecord(sluice);
  return Object.keys(rest).length === 0 ? others : { ...others, sluice: rest };
}
