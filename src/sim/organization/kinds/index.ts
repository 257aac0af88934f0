import type { KindModel } from '../kind-model.js';
import { computeKinds } from './compute.js';
import { describedKinds } from './described.js';
import { managementKinds } from './management.js';
import { messagingKinds } from './messaging.js';
import { nestedKinds } from './nested.js';
import { storageKinds } from './storage.js';

/** Every kind that the simulated AWS knows; any other is answered with TypeNotFoundException. */
export const KINDS: ReadonlyMap<string, KindModel> = new Map(
  [
    ...computeKinds,
    ...storageKinds,
    ...messagingKinds,
    ...managementKinds,
    ...nestedKinds,
    ...describedKinds,
  ].map((model) => [model.kind, model]),
);

/** Kinds of an organization that names none: those that Cloud Control alone knows. */
export const USUAL_KINDS: readonly string[] = [...KINDS.values()]
  .filter(({ api }) => api === undefined)
  .map(({ kind }) => kind);
