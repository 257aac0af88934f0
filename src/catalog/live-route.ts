import { CURATED_ROUTES, SAME_RESOURCES } from './routes/index.js';
import { typeEvents } from './type-events.js';

/**
 * Where it is known which events tell of a kind: in the table kept by hand, in the one made of the
 * registry's schemas, or nowhere, so that only a resync sees its changes.
 */
export type LiveRoute = 'curated' | 'generated' | 'none';

let curated: ReadonlySet<string> | undefined;
let generated: ReadonlySet<string> | undefined;

export function liveRouteOf(kind: string): LiveRoute {
  curated ??= new Set(CURATED_ROUTES.flatMap(({ routes }) => routes.map((route) => route.kind)));
  generated ??= new Set(typeEvents().map((type) => type.kind));
  const type = SAME_RESOURCES.get(kind) ?? kind;
  if (curated.has(type)) return 'curated';
  return generated.has(type) ? 'generated' : 'none';
}
