import { readPlainly } from './plain-expression.js';

/**
 * The value of an expression that asks nothing of its input: texts, `true`, `false` and `null`, and
 * texts that are added up. Undefined where it takes JQ to tell.
 */
export function literalOf(expression: string): string | boolean | null | undefined {
  const plain = readPlainly(expression);
  if (plain === undefined || plain.touched.length > 0 || plain.present.length > 0) return undefined;
  const values: (string | boolean | null)[] = [];
  for (const part of plain.parts) {
    if (part.type === 'path') return undefined;
    values.push(JSON.parse(part.json) as string | boolean | null);
  }
  const [only] = values;
  if (values.length === 1) return only;
  return values.every((value) => typeof value === 'string') ? values.join('') : undefined;
}
