import { spliceRawNumbers } from './awkward.js';
import { fillingOf, type Filling } from './filling.js';
import type { Identity, KindModel } from './kind-model.js';
import { mix, Random } from './random.js';

/** How large bodies are. */
export interface BodySize {
  /** Bytes that a body is filled up to; bodies that are larger by themselves stay so. 0: no filling. */
  readonly bytes: number;
  /** One body in so many is {@link BIG_BYTES}; 0: none. */
  readonly bigEvery: number;
}

/** Size of the rare large bodies. */
export const BIG_BYTES = 60_000;

/** A body in two parts: what was drawn for it, and what fills it up. */
interface Parts {
  readonly core: string;
  readonly filling: Filling | undefined;
}

/** The properties of a generated resource as Cloud Control returns them: a JSON object as text, made anew at each call. */
export function generateBody(
  model: KindModel,
  id: Identity,
  values: readonly string[],
  size: BodySize,
): string {
  const { core, filling } = makeParts(model, id, values, size);
  return filling === undefined ? core : `${opened(model, core)}${filling.plain}]}`;
}

/** The same as a JSON string literal in UTF-8: what stands behind `"Properties":` on the wire. */
export function generateQuoted(
  model: KindModel,
  id: Identity,
  values: readonly string[],
  size: BodySize,
): Buffer {
  const { core, filling } = makeParts(model, id, values, size);
  if (filling === undefined) return Buffer.from(JSON.stringify(core));
  return Buffer.concat([
    Buffer.from(JSON.stringify(opened(model, core)).slice(0, -1)),
    filling.quoted,
    END,
  ]);
}

const END = Buffer.from(']}"');

function opened(model: KindModel, core: string): string {
  return `${core.slice(0, -1)},"${model.bulkProperty}":[`;
}

function makeParts(
  model: KindModel,
  id: Identity,
  values: readonly string[],
  size: BodySize,
): Parts {
  const random = new Random(mix(id.hash, 0x5eed));
  const properties: Record<string, unknown> = {};
  for (const [i, name] of model.identifierProperties.entries()) properties[name] = values[i];
  const core = spliceRawNumbers(
    JSON.stringify(Object.assign(properties, model.body(id, random, values))),
  );
  const target = size.bigEvery > 0 && id.hash % size.bigEvery === 0 ? BIG_BYTES : size.bytes;
  const missing = target - core.length - model.bulkProperty.length;
  return { core, filling: missing < 100 ? undefined : fillingOf(missing, id.hash) };
}
