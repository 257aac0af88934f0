import type { SimKey } from './organization-options.js';

/** What happened to one resource of the simulated organization. */
export interface ResourceChange {
  readonly type: 'create' | 'update' | 'delete';
  /** Where `region` is the resource's own, for buckets too. */
  readonly key: SimKey;
  /** Names the scope store that holds it. */
  readonly scopeId: string;
  /** What AWS held before, as JSON text; undefined for what is new. */
  readonly before: string | undefined;
  /** What it holds now, parsed; empty for what is gone. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** What it held before, parsed; only for updates. */
  readonly previous: Readonly<Record<string, unknown>>;
  /** Names of the properties that an update was asked to set. */
  readonly changed: readonly string[];
}

/** Is told of each change as it is made, before the call that made it returns. */
export type ChangeListener = (change: ResourceChange) => void;
