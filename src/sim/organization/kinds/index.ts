import type { KindModel } from '../kind-model.js';
import { computeKinds } from './compute.js';
import { describedKinds } from './described.js';
import { familyKinds } from './families.js';
import { managementKinds } from './management.js';
import { messagingKinds } from './messaging.js';
import { nestedKinds } from './nested.js';
import { storageKinds } from './storage.js';

/** The kinds of which an organization has resources unless it is told others. */
export const KINDS: ReadonlyMap<string, KindModel> = new Map(
  [...computeKinds, ...storageKinds, ...messagingKinds, ...managementKinds, ...nestedKinds].map(
    (model) => [model.kind, model],
  ),
);

/** Every kind that the simulated AWS knows; any other is answered with TypeNotFoundException. */
export const ALL_KINDS: ReadonlyMap<string, KindModel> = new Map([
  ...KINDS,
  ...[...familyKinds, ...describedKinds].map((model) => [model.kind, model] as const),
]);
