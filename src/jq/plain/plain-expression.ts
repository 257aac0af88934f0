/** Names of fields from the resource down; empty for the resource itself. */
export type Path = readonly string[];

/**
 * What an expression comes to, said without JQ: nothing at all where the value of one of `present` is
 * null, else its parts, added up as JQ adds texts.
 */
export interface PlainExpression {
  /** Every path on the way: JQ refuses to look for a field in a text, a number or a list. */
  readonly touched: readonly Path[];
  readonly present: readonly Path[];
  readonly parts: readonly (
    | { readonly type: 'path'; readonly path: Path }
    | { readonly type: 'json'; readonly json: string }
  )[];
}

const TOKEN =
  /\s*(?:(?<path>(?:\.[A-Za-z_][A-Za-z0-9_]*)+)|(?<self>\.(?![A-Za-z0-9_."[]))|(?<text>"[^"\\\u0000-\u001f\u007f-\uffff]*")|(?<word>true|false|null|values)(?![A-Za-z0-9_:])|(?<sign>[|+])|(?<select>select\(\s*(?<field>(?:\.[A-Za-z_][A-Za-z0-9_]*)+)\s*!=\s*null\s*\)))\s*/uy;

interface Token {
  readonly type: 'path' | 'self' | 'text' | 'word' | 'sign' | 'select';
  readonly text: string;
}

/**
 * Reads an expression that is made of paths of fields, plain texts, `true`, `false`, `null`, `+`,
 * `values` and `select(.field != null)` in a pipe; undefined for any other. Most leaves of most
 * mappings are such, `.Properties.Arn` above all.
 */
export function readPlainly(expression: string): PlainExpression | undefined {
  const tokens = tokensOf(expression);
  if (tokens === undefined) return undefined;
  const touched: Path[] = [];
  const present: Path[] = [];
  let here: Path | undefined = [];
  let parts: PlainExpression['parts'] = [{ type: 'path', path: [] }];
  for (const stage of stagesOf(tokens)) {
    const [first] = stage;
    // After a sum there is no field left to ask for.
    if (first === undefined || here === undefined) return undefined;
    if (stage.length === 1 && (first.type === 'select' || first.text === 'values')) {
      present.push(first.type === 'select' ? [...here, ...namesOf(first.text)] : here);
      touched.push(present.at(-1)!);
      continue;
    }
    const sum = sumOf(stage, here);
    if (sum === undefined) return undefined;
    parts = sum;
    for (const part of sum) if (part.type === 'path') touched.push(part.path);
    here = sum.length === 1 && sum[0]!.type === 'path' ? sum[0]!.path : undefined;
  }
  return { touched, present, parts };
}

function tokensOf(expression: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < expression.length) {
    const groups: Readonly<Record<string, string | undefined>> | undefined =
      pattern.exec(expression)?.groups;
    if (groups === undefined) return undefined;
    const { field, ...others } = groups;
    const [type, text] = Object.entries(others).find(([, found]) => found !== undefined)!;
    tokens.push({ type: type as Token['type'], text: field ?? text! });
  }
  return tokens.length === 0 ? undefined : tokens;
}

function stagesOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const stages: Token[][] = [[]];
  for (const token of tokens) {
    if (token.text === '|' && token.type === 'sign') stages.push([]);
    else stages.at(-1)!.push(token);
  }
  return stages;
}

function sumOf(stage: readonly Token[], here: Path): PlainExpression['parts'] | undefined {
  const parts: PlainExpression['parts'][number][] = [];
  for (const [at, token] of stage.entries()) {
    if ((token.type === 'sign') !== (at % 2 === 1)) return undefined;
    if (token.type === 'sign') continue;
    if (token.type === 'path')
      parts.push({ type: 'path', path: [...here, ...namesOf(token.text)] });
    else if (token.type === 'self') parts.push({ type: 'path', path: here });
    else if (token.type === 'text') parts.push({ type: 'json', json: token.text });
    else if (token.type === 'word' && token.text !== 'values') {
      parts.push({ type: 'json', json: token.text });
    } else return undefined;
  }
  return stage.length % 2 === 1 ? parts : undefined;
}

function namesOf(path: string): Path {
  return path.slice(1).split('.');
}
