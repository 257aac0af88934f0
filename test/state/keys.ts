import fc from 'fast-check';

/** Any string: awkward characters, lone surrogates, and lengths past what storage takes as a key. */
export const anyKey: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({
    unit: fc.constantFrom('a', 'b', '\u0001', '\ud800', '\udfff', '\uffff'),
    maxLength: 4,
  }),
  fc.string({
    unit: fc.constantFrom('\ue000', '\u{10000}', '\u{10ffff}', '\uffff', 'z'),
    maxLength: 4,
  }),
  fc
    .tuple(fc.constantFrom('a', 'é', '漢', '😀'), fc.integer({ min: 0, max: 1_100 }))
    .chain(([unit, length]) =>
      fc.string({ unit: 'binary', maxLength: 3 }).map((tail) => unit.repeat(length) + tail),
    ),
);
