import { spliceRawNumbers } from './awkward.js';
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

/** The properties of a generated resource as Cloud Control returns them: a JSON object as text, made anew at each call. */
export function generateBody(
  model: KindModel,
  id: Identity,
  values: readonly string[],
  size: BodySize,
): string {
  const random = new Random(mix(id.hash, 0x5eed));
  const properties: Record<string, unknown> = {};
  model.identifierProperties.forEach((name, i) => (properties[name] = values[i]));
  const json = spliceRawNumbers(
    JSON.stringify(Object.assign(properties, model.body(id, random, values))),
  );
  const target = size.bigEvery > 0 && id.hash % size.bigEvery === 0 ? BIG_BYTES : size.bytes;
  return json.length >= target ? json : fill(json, model.bulkProperty, target, id.hash);
}

/** Pieces that bodies are filled with, cut to size: made once, because a big benchmark fills a million bodies. */
const PIECES = makePieces();

function fill(json: string, property: string, target: number, hash: number): string {
  let filling = '';
  for (
    let i = hash % PIECES.length;
    json.length + filling.length < target - property.length;
    i = (i + 1) % PIECES.length
  ) {
    filling += (filling === '' ? '' : ',') + (PIECES[i] as string);
  }
  return `${json.slice(0, -1)},"${property}":[${filling}]}`;
}

function makePieces(): string[] {
  const random = new Random(0xf111);
  return Array.from({ length: 64 }, (_, i) =>
    JSON.stringify({
      Id: random.hex(12),
      Name: `item ${i} "${random.hex(4)}"`,
      Enabled: random.oneIn(2),
      Weight: random.int(1000) / 8,
      Nested: {
        Values: [random.hex(6), null, random.int(1e9)],
        Note: i % 8 === 0 ? 'zwei\nZeilen – ünï' : 'plain',
      },
    }),
  );
}
