import { flightOf } from '../../src/flow/flight.js';
import type { Directive, Flight, FlightGroup } from '../../src/flow/flight.js';
import type { MappedEntity } from '../../src/model/entity.js';
import type { IndexRecord, OwnedEntity } from '../../src/model/index-record.js';
import type { MappingOutcome, MappingVerdict } from '../../src/model/mapping-result.js';
import type { Cause, Origin } from '../../src/model/observation.js';
import { encodeResourceKey } from '../../src/model/resource-key.js';
import { encodeScope } from '../../src/model/scope.js';
import type { Scope } from '../../src/model/scope.js';

export const SCOPE: Scope = { kind: 'T::T::T', accountId: '111111111111', region: 'eu-west-1' };
export const ENCODED_SCOPE = encodeScope(SCOPE);
export const NOBODY: FlightGroup = { settled: () => undefined };

interface Extra {
  readonly body?: string;
  readonly origin?: Origin;
  readonly cause?: Cause;
  readonly scope?: Scope;
  readonly group?: FlightGroup;
  readonly force?: ReadonlyMap<string, number>;
  readonly directive?: Directive;
  readonly listHash?: string;
}

/** The encoded key of a resource of the test's scope. */
export function idOf(name: string): string {
  return encodeResourceKey({ ...SCOPE, identifier: name });
}

export function present(name: string, startedAt: number, extra: Extra = {}): Flight {
  const { body = `{"Identifier":"${name}"}`, origin = 'list', cause = 'resync' } = extra;
  return flight(name, startedAt, extra, { state: 'present', body, origin, cause });
}

export function absent(name: string, startedAt: number, extra: Extra = {}): Flight {
  const { origin = 'read', cause = 'confirm' } = extra;
  return flight(name, startedAt, extra, { state: 'absent', origin, cause });
}

type Seen =
  | { state: 'present'; body: string; origin: Origin; cause: Cause }
  | { state: 'absent'; origin: Origin; cause: Cause };

function flight(name: string, startedAt: number, extra: Extra, seen: Seen): Flight {
  const { scope = SCOPE, group = NOBODY, force, directive, listHash } = extra;
  const key = { ...SCOPE, identifier: name };
  const made = flightOf({ key, scope, startedAt, ...seen }, group, {
    ...(force && { force }),
    ...(directive && { directive }),
  });
  return listHash === undefined ? made : { ...made, listHash };
}

export function entity(identifier: string, content = 'x', mapping = 0): MappedEntity {
  const json = JSON.stringify({ identifier, properties: { content } });
  return { blueprint: 'b', identifier, mapping, json, hash: content };
}

export function owned(identifier: string, hash: string | null = 'x', mapping = 0): OwnedEntity {
  return { blueprint: 'b', identifier, mapping, hash };
}

export function record(
  entities: readonly OwnedEntity[],
  over: Partial<IndexRecord> = {},
): IndexRecord {
  return {
    scope: ENCODED_SCOPE,
    tick: 1,
    program: 'p',
    listHash: null,
    readHash: null,
    generation: 1,
    entities,
    ...over,
  };
}

export function verdict(mapping = 0, over: Partial<MappingVerdict> = {}): MappingVerdict {
  return { mapping, selector: 'true', sound: true, incomplete: 0, ...over };
}

export function mapped(
  entities: readonly MappedEntity[],
  verdicts: readonly MappingVerdict[] = [verdict()],
): MappingOutcome & { ok: true } {
  return { ok: true, entities, verdicts, faults: [] };
}

/** Lets everything that waits for promises go on. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
