import type { KindModel } from '../kind-model.js';
import { computeKinds } from './compute.js';
import { managementKinds } from './management.js';
import { messagingKinds } from './messaging.js';
import { nestedKinds } from './nested.js';
import { storageKinds } from './storage.js';

/** Every kind that the simulated AWS knows; any other is answered with TypeNotFoundException. */
export const KINDS: ReadonlyMap<string, KindModel> = new Map(
  [...computeKinds, ...storageKinds, ...messagingKinds, ...managementKinds, ...nestedKinds].map(
    (model) => [model.kind, model],
  ),
);
