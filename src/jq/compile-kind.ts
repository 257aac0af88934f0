import { hash } from 'node:crypto';
import type { MappingSpec } from '../model/mapping-spec.js';
import type { KindProgram } from './kind-program.js';
import { itemsPath } from './program/items-path.js';
import { layoutMapping } from './program/mapping-layout.js';
import type { MappingLayout, Slot } from './program/mapping-layout.js';
import { preludeFor } from './program/prelude.js';

/** Raised when the same program would give other entities than before: it is part of every hash. */
const FORMAT = 1;

export interface CompileOptions {
  /** Version of the JQ that will run it, as `JqEngine.version` gives it. Default `jq-1.8.2`. */
  readonly engineVersion?: string;
}

/**
 * Compiles the mappings of a kind into one program. For every resource it yields one array with an
 * element a mapping:
 *
 *     0                     the selector is false
 *     {"s": guard}          the selector failed or is no boolean
 *     {"i": guard}          itemsToParse failed or is no list
 *     [slot, slot, …]       the values of the leaves (see {@link layoutMapping})
 *     [element, …]          with itemsToParse: one of the above an item
 *
 * and a guard is `[value]`, `[]` where the expression had no output, or `{"m": message}`.
 *
 * Expressions stand in functions of their own before the wrapper binds anything, and every name of the
 * wrapper starts with a prefix that no expression contains: they can't see it. They are taken as
 * compiled before ({@link JqEngine.check}); one that is not valid alone may spoil the program.
 */
export function compileKind(
  specs: readonly MappingSpec[],
  { engineVersion = 'jq-1.8.2' }: CompileOptions = {},
): KindProgram {
  const layouts = specs.map(layoutMapping);
  const text = new ProgramWriter(layouts).write();
  return {
    kind: specs[0]?.kind ?? '',
    specs,
    text,
    hash: hash(
      'sha1',
      JSON.stringify([FORMAT, engineVersion, text, layouts.map(shapeOf)]),
      'base64url',
    ),
  };
}

/** What the decoder adds to the program's output, without places in the file, which change nothing. */
function shapeOf({ spec, blueprint, identifier, rest }: MappingLayout): unknown {
  return [spec.position, blueprint, identifier, rest];
}

class ProgramWriter {
  readonly #layouts: readonly MappingLayout[];
  readonly #expressions: readonly string[];
  readonly #prefix: string;
  readonly #functions = new Map<string, string>();

  constructor(layouts: readonly MappingLayout[]) {
    this.#layouts = layouts;
    this.#expressions = layouts.flatMap(({ spec, slots }) => [
      spec.selector.jq,
      spec.itemsToParse?.jq ?? '',
      ...slots.map(({ jq }) => jq),
    ]);
    this.#prefix = unusedPrefix(this.#expressions);
  }

  write(): string {
    const body = `[${this.#layouts.map((layout) => this.#mapping(layout)).join(',\n')}]`;
    // The empty line closes a trailing comment, even one that a backslash continues.
    const functions = [...this.#functions].map(([jq, name]) => `def ${name}: ${jq}\n\n;`);
    return [preludeFor(this.#expressions), ...functions, body].join('\n');
  }

  #mapping(layout: MappingLayout): string {
    const { itemsToParse } = layout.spec;
    if (itemsToParse === undefined) return this.#selected(layout);
    const guard = this.#variable('i');
    const base = this.#variable('b');
    const path = layout.spec.itemsToParseTopLevelTransform ? itemsPath(itemsToParse.jq) : undefined;
    const rest = path === undefined ? '.' : `(try del(${path}) catch ${base})`;
    const name = JSON.stringify(layout.spec.itemsToParseName);
    return (
      `(. as ${base} | ${this.#guard(itemsToParse.jq)} as ${guard} | ` +
      // AWS leaves empty lists out: null is a list without items, as convergent a statement as any.
      `if ${guard} == [null] then [] elif (${guard} | type == "array") and (${guard}[0] | type == "array") then ` +
      `${rest} as ${base} | [${guard}[0][] as ${guard} | ${base} + {${name}: ${guard}} | ${this.#selected(layout)}] ` +
      `else {i: ${typed(guard)}} end)`
    );
  }

  #selected(layout: MappingLayout): string {
    const entity = `[${layout.slots.map((slot) => this.#slot(slot)).join(', ')}]`;
    if (layout.selector === 'always') return entity;
    if (layout.selector === 'never') return '0';
    const guard = this.#variable('s');
    return (
      `(${this.#guard(layout.spec.selector.jq)} as ${guard} | if ${guard} == [true] then ${entity} ` +
      `elif ${guard} == [false] then 0 else {s: ${typed(guard)}} end)`
    );
  }

  #slot({ jq, form }: Slot): string {
    if (form === 'bare') return jq.trim();
    return form === 'guarded' ? `(try [${jq.trim()}] catch {m: .})` : this.#guard(jq);
  }

  #guard(jq: string): string {
    return `(try [first(${this.#function(jq)})] catch {m: .})`;
  }

  /** Expressions that occur twice share a function. */
  #function(jq: string): string {
    const name = this.#functions.get(jq) ?? `${this.#prefix}${this.#functions.size}`;
    this.#functions.set(jq, name);
    return name;
  }

  #variable(name: string): string {
    return `$${this.#prefix}${name}`;
  }
}

/** A guard that holds the type of the value instead of the value, which may be large. */
function typed(guard: string): string {
  return `(${guard} | if type == "array" then map(type) else . end)`;
}

function unusedPrefix(expressions: readonly string[]): string {
  for (let n = 0; ; n += 1) {
    const prefix = n === 0 ? '_s' : `_s${n}_`;
    if (!expressions.some((expression) => expression.includes(prefix))) return prefix;
  }
}
