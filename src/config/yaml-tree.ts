import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, Pair, YAMLMap } from 'yaml';
import type { SourcePosition } from '../model/source-position.js';
import { PipelineError, throwIfAny } from './problem.js';
import { MAX_DEPTH, MAX_NODES, tooDeep, yamlProblems } from './yaml-problems.js';

/** A YAML value with its place; aliases and merge keys are resolved. */
export type YamlTree =
  | {
      readonly type: 'scalar';
      readonly position: SourcePosition;
      readonly value: string | number | boolean | null;
    }
  | {
      readonly type: 'list';
      readonly position: SourcePosition;
      readonly items: readonly YamlTree[];
    }
  | {
      readonly type: 'map';
      /** Of the first key; of the opening brace in flow style. */
      readonly position: SourcePosition;
      readonly entries: ReadonlyMap<string, YamlEntry>;
    };

export interface YamlEntry {
  /** Of the key. */
  readonly position: SourcePosition;
  readonly value: YamlTree;
}

/**
 * Reads one YAML document into a tree with positions. YAML 1.2 with merge keys (`<<`). A scalar's
 * position is its first character of content: behind an opening quote, on the first line of a block
 * scalar. Throws a {@link PipelineError} for anything that is not YAML, has a key twice, a tag it does
 * not know, or is too deep.
 */
export function parseYaml(text: string, file: string): YamlTree {
  const lines = new LineCounter();
  const at = (offset: number): SourcePosition => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      merge: true,
      uniqueKeys: true,
      logLevel: 'error',
    });
    throwIfAny(yamlProblems(document, text, at));
    return new TreeBuilder(document, text, at).build();
  } catch (error) {
    if (error instanceof RangeError) {
      throw new PipelineError([tooDeep({ file, line: 1, column: 1 })]);
    }
    throw error;
  }
}

/** The tree as plain values, for the schema. */
export function toPlain(tree: YamlTree): unknown {
  switch (tree.type) {
    case 'scalar':
      return tree.value;
    case 'list':
      return tree.items.map(toPlain);
    case 'map':
      return Object.fromEntries(
        [...tree.entries].map(([key, entry]) => [key, toPlain(entry.value)]),
      );
  }
}

/** The node at a path and its place; where the path leaves the tree, the place of its last node. */
export function locate(
  tree: YamlTree,
  path: readonly PropertyKey[],
): { readonly node: YamlTree | undefined; readonly position: SourcePosition } {
  let node = tree;
  for (const step of path) {
    const next =
      node.type === 'map'
        ? node.entries.get(String(step))?.value
        : node.type === 'list'
          ? node.items[Number(step)]
          : undefined;
    if (next === undefined) return { node: undefined, position: node.position };
    node = next;
  }
  return { node, position: node.position };
}

class TreeBuilder {
  readonly #document: Document;
  readonly #text: string;
  readonly #at: (offset: number) => SourcePosition;
  #nodes = 0;

  constructor(document: Document, text: string, at: (offset: number) => SourcePosition) {
    this.#document = document;
    this.#text = text;
    this.#at = at;
  }

  build(): YamlTree {
    return this.#node(this.#document.contents, 0, 0);
  }

  /** `fallback` is the place of a node that has no text (an empty value): behind its key. */
  #node(node: Node | null, fallback: number, depth: number): YamlTree {
    const start = node?.range?.[0] ?? fallback;
    if (depth > MAX_DEPTH || ++this.#nodes > MAX_NODES) {
      throw new PipelineError([tooDeep(this.#at(start))]);
    }
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target === undefined) throw this.#problem(start, `unknown alias "*${node.source}"`);
      return this.#node(target, start, depth + 1);
    }
    if (isMap(node)) return this.#map(node, start, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#node(item as Node | null, start, depth + 1));
      return { type: 'list', position: this.#at(start), items };
    }
    const value: unknown = isScalar(node) ? node.value : null;
    if (isPlainScalar(value)) {
      const content = isScalar(node) ? this.#contentStart(start, node.type) : start;
      return { type: 'scalar', position: this.#at(content), value };
    }
    throw this.#problem(start, 'a value that is no text, number, true, false or null');
  }

  #map(map: YAMLMap, start: number, depth: number): YamlTree {
    const entries = new Map<string, YamlEntry>();
    const merged = new Map<string, YamlEntry>();
    for (const pair of map.items as Pair<Node | null, Node | null>[]) {
      const keyAt = pair.key?.range?.[0] ?? start;
      const key = isAlias(pair.key) ? pair.key.resolve(this.#document) : pair.key;
      if (isScalar(key) && isMergeKey(key.value, key.type)) {
        for (const [name, entry] of this.#merge(pair.value, keyAt, depth)) {
          if (!merged.has(name)) merged.set(name, entry);
        }
        continue;
      }
      const name = isScalar(key) && isPlainScalar(key.value) ? String(key.value ?? '') : '';
      if (name === '')
        throw this.#problem(keyAt, 'a key that is no text', 'a name before the colon');
      const after = pair.key?.range?.[1] ?? keyAt;
      entries.set(name, {
        position: this.#at(keyAt),
        value: this.#node(pair.value, after, depth + 1),
      });
    }
    for (const [name, entry] of merged) if (!entries.has(name)) entries.set(name, entry);
    return { type: 'map', position: this.#at(start), entries };
  }

  /** The entries that a merge key brings; of a list of maps, earlier ones win. */
  #merge(value: Node | null, keyAt: number, depth: number): ReadonlyMap<string, YamlEntry> {
    const source = this.#node(value, keyAt, depth + 1);
    if (source.type === 'map') return source.entries;
    const entries = new Map<string, YamlEntry>();
    for (const item of source.type === 'list' ? source.items : [source]) {
      if (item.type !== 'map') {
        throw this.#problem(keyAt, 'a merge key "<<" of something else than a map', 'a map');
      }
      for (const [name, entry] of item.entries) if (!entries.has(name)) entries.set(name, entry);
    }
    return entries;
  }

  #contentStart(start: number, type: string | null | undefined): number {
    if (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') return start + 1;
    if (type !== 'BLOCK_FOLDED' && type !== 'BLOCK_LITERAL') return start;
    const header = this.#text.indexOf('\n', start);
    const content = header < 0 ? -1 : this.#text.slice(header).search(/\S/);
    return content < 0 ? start : header + content;
  }

  #problem(offset: number, what: string, expected?: string): PipelineError {
    const problem = { code: 'config.yaml', position: this.#at(offset), what };
    return new PipelineError([expected === undefined ? problem : { ...problem, expected }]);
  }
}

function isPlainScalar(value: unknown): value is string | number | boolean | null {
  return (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    typeof value === 'number'
  );
}

/** With merge keys on, the library gives an unquoted `<<` as a symbol or as the plain text. */
function isMergeKey(value: unknown, type: string | null | undefined): boolean {
  return typeof value === 'symbol' || (value === '<<' && type === 'PLAIN');
}
