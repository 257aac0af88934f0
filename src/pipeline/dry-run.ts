import type { ChangeResult } from '../model/change.js';
import type { Parts, StateParts } from './parts.js';

/** Answers writes as Port would, without sending them: what a plan counts. */
export function drySubmit(state: StateParts): Parts['submit'] {
  return (write, done) => {
    const { change, fresh, entity } = write;
    const known = !fresh || state.unclaimed.has(entity);
    const status: ChangeResult['status'] =
      change.op === 'delete' ? 'deleted' : known ? 'updated' : 'created';
    setImmediate(done, { status });
  };
}
