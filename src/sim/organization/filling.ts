import { Random } from './random.js';

/** Text that fills up a body, as it stands in JSON and as it stands in JSON within a JSON string. */
export interface Filling {
  readonly plain: string;
  readonly quoted: Buffer;
}

const VARIANTS = 16;
const PIECES = makePieces();
const PIECE_BYTES = PIECES.reduce((sum, piece) => sum + piece.length + 1, 0) / PIECES.length;
const made = new Map<string, Filling>();
/** Fillings that are remembered; more are made anew. Each is as large as what is asked for. */
const REMEMBERED = 2_000;

/**
 * Elements of a JSON list, about so many bytes of them. They are shared by many bodies, because a
 * benchmark lists millions: what differs between bodies is their core.
 */
export function fillingOf(bytes: number, hash: number): Filling {
  const count = Math.max(1, Math.round(bytes / PIECE_BYTES));
  const variant = bytes > 10_000 ? 0 : hash % VARIANTS;
  const key = `${count}|${variant}`;
  let filling = made.get(key);
  if (filling === undefined) {
    const pieces = Array.from(
      { length: count },
      (_, i) => PIECES[(variant + i) % PIECES.length] as string,
    );
    const plain = pieces.join(',');
    filling = { plain, quoted: Buffer.from(JSON.stringify(plain).slice(1, -1)) };
    if (made.size < REMEMBERED) made.set(key, filling);
  }
  return filling;
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
