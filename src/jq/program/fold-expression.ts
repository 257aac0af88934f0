/** What can be told about an expression without running it. */
export type FoldedExpression =
  /** Always this JSON text, for any input. */
  | { readonly type: 'constant'; readonly json: string }
  /** A field of the input: never fails and yields exactly one output where the input is an object. */
  | { readonly type: 'field' }
  /** A path of fields: yields at most one output, but fails where a step is no object. */
  | { readonly type: 'path' }
  | { readonly type: 'any' };

const NAME = '\\.[A-Za-z_][A-Za-z0-9_]*';
const FIELD = new RegExp(`^${NAME}$`);
const PATH = new RegExp(`^(?:${NAME})+$`);
/** A text without escapes and interpolation is the same in JQ and JSON. */
const TEXT = /^"[^"\\\u0000-\u001f]*"$/;
const WORD = /^(?:true|false|null)$/;

/**
 * Recognizes the commonest forms of leaves, so that the compiler spends no guard on what can't fail
 * (a guard and `first` cost about as much as the leaf itself).
 */
export function foldExpression(expression: string): FoldedExpression {
  const text = expression.trim();
  if (TEXT.test(text)) return { type: 'constant', json: JSON.stringify(JSON.parse(text)) };
  if (WORD.test(text)) return { type: 'constant', json: text };
  if (FIELD.test(text)) return { type: 'field' };
  if (PATH.test(text)) return { type: 'path' };
  return { type: 'any' };
}
