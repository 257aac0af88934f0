import type { MappedEntity } from '../../model/entity.js';
import type { LeafFault, MappingResult, MappingVerdict } from '../../model/mapping-result.js';
import { JsonCursor } from './json-cursor.js';
import { assembleEntity } from './assemble-entity.js';
import type { MappingLayout } from './mapping-layout.js';

/** Messages of faults are cut to this many characters: an `error(…)` may carry a whole resource. */
const MESSAGE_LENGTH = 300;

/**
 * Reads the line that the program of `layouts` printed for one resource (its form is told at
 * `compileKind`) and puts the entities together.
 */
export function decodeLine(line: string, layouts: readonly MappingLayout[]): MappingResult {
  const cursor = new JsonCursor(line);
  const entities: MappedEntity[] = [];
  const faults: LeafFault[] = [];
  const verdicts: MappingVerdict[] = [];
  let more = cursor.enter();
  for (const layout of layouts) {
    if (!more) throw new SyntaxError('JQ printed fewer mappings than the program has');
    const reader = new MappingReader(layout, cursor, entities, faults);
    verdicts.push(reader.read());
    more = cursor.next();
  }
  if (more || cursor.at !== line.length)
    throw new SyntaxError('JQ printed more than the program has');
  return { entities, verdicts, faults };
}

class MappingReader {
  readonly #layout: MappingLayout;
  readonly #mapping: number;
  readonly #cursor: JsonCursor;
  readonly #entities: MappedEntity[];
  readonly #faults: LeafFault[];
  #passed = false;
  #failed = false;
  #unlisted = false;
  #incomplete = 0;

  constructor(
    layout: MappingLayout,
    cursor: JsonCursor,
    entities: MappedEntity[],
    faults: LeafFault[],
  ) {
    this.#layout = layout;
    this.#mapping = layout.spec.position;
    this.#cursor = cursor;
    this.#entities = entities;
    this.#faults = faults;
  }

  read(): MappingVerdict {
    if (this.#layout.spec.itemsToParse === undefined) this.#readSelected();
    else this.#readItems();
    return {
      mapping: this.#mapping,
      selector: this.#failed ? 'failed' : this.#passed ? 'true' : 'false',
      sound: !this.#failed && !this.#unlisted && this.#incomplete === 0,
      incomplete: this.#incomplete,
    };
  }

  #readItems(): void {
    const cursor = this.#cursor;
    if (cursor.sees('{')) {
      this.#unlisted = true;
      // No item was there to be selected, and nothing says that none should be.
      this.#passed = true;
      this.#fault('port.itemsToParse', unmet(cursor.take(), 'i', 'a list'));
      return;
    }
    for (let more = cursor.enter(); more; more = cursor.next()) this.#readSelected();
  }

  #readSelected(): void {
    const cursor = this.#cursor;
    if (cursor.sees('0')) {
      cursor.take();
    } else if (cursor.sees('{')) {
      this.#failed = true;
      this.#fault('selector.query', unmet(cursor.take(), 's', 'a boolean'));
    } else {
      this.#passed = true;
      this.#readEntity();
    }
  }

  #readEntity(): void {
    const { slots } = this.#layout;
    const values: string[] = [];
    let more = this.#cursor.enter();
    for (const slot of slots) {
      if (!more) throw new SyntaxError('JQ printed fewer values than the mapping has');
      const text = this.#cursor.take();
      values.push(slot.form === 'bare' ? text : this.#unguard(text, slot.path));
      more = this.#cursor.next();
    }
    const made = assembleEntity(this.#layout, values);
    if ('entity' in made) {
      this.#entities.push(made.entity);
      return;
    }
    this.#incomplete += 1;
    if (made.fault) this.#faults.push(made.fault);
  }

  /** The value of a guard; null where it holds none, which is a fault. */
  #unguard(text: string, path: string): string {
    if (text.length > 2 && text.startsWith('[')) return text.slice(1, -1);
    this.#fault(path, text.startsWith('[') ? 'no output' : messageOf(JSON.parse(text)));
    return 'null';
  }

  #fault(leaf: string, message: string): void {
    this.#faults.push({ mapping: this.#mapping, leaf, message });
  }
}

/** Why a selector or `itemsToParse` was not what it has to be. */
function unmet(text: string, key: 's' | 'i', expected: string): string {
  const guard = (JSON.parse(text) as Record<string, readonly string[] | { readonly m: unknown }>)[
    key
  ];
  if (!Array.isArray(guard)) return messageOf(guard);
  return guard.length === 0 ? 'no output' : `expected ${expected}, got ${guard[0]}`;
}

function messageOf(guard: unknown): string {
  const { m } = guard as { readonly m: unknown };
  const message = typeof m === 'string' ? m : JSON.stringify(m);
  return message.length > MESSAGE_LENGTH ? `${message.slice(0, MESSAGE_LENGTH)}…` : message;
}
