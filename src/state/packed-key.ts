/** A full key as a value holds it: lone surrogates would not survive in UTF-8. */
export type PackedKey = string | Uint8Array;

const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Cs}/u;

export function packKey(key: string): PackedKey {
  return SURROGATE.test(key) && LONE_SURROGATE.test(key) ? Buffer.from(key, 'utf16le') : key;
}

export function unpackKey(packed: PackedKey): string {
  if (typeof packed === 'string') return packed;
  return Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength).toString('utf16le');
}
