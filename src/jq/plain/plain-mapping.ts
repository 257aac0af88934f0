import type { MappedEntity } from '../../model/entity.js';
import type { LeafFault, MappingResult, MappingVerdict } from '../../model/mapping-result.js';
import { assembleEntity } from '../program/assemble-entity.js';
import type { MappingLayout } from '../program/mapping-layout.js';
import { ValuePicker } from './pick-values.js';
import { readPlainly } from './plain-expression.js';
import type { Path, PlainExpression } from './plain-expression.js';

/** A leaf: the places of its values among those that are picked. */
interface PlainLeaf {
  readonly path: string;
  readonly present: readonly number[];
  readonly parts: readonly (number | string)[];
}

interface PlainLayout {
  readonly layout: MappingLayout;
  readonly leaves: readonly PlainLeaf[];
}

/**
 * Maps resources without JQ where all leaves of all mappings are plain (see {@link readPlainly}) and
 * no mapping selects or has items: what the mappings want is cut out of the line as text. It answers
 * for a resource only where JQ would say the very same, and leaves the others to JQ.
 */
export class PlainMapping {
  readonly #layouts: readonly PlainLayout[];
  readonly #picker: ValuePicker;

  private constructor(layouts: readonly PlainLayout[], paths: readonly Path[]) {
    this.#layouts = layouts;
    this.#picker = new ValuePicker(paths);
  }

  /** Undefined where the mappings are not plain. */
  static of(layouts: readonly MappingLayout[]): PlainMapping | undefined {
    const places = new Map<string, number>();
    const paths: Path[] = [];
    const placeOf = (path: Path): number => {
      const name = path.join('.');
      let place = places.get(name);
      if (place === undefined) places.set(name, (place = paths.push(path) - 1));
      return place;
    };
    const plain: PlainLayout[] = [];
    for (const layout of layouts) {
      if (layout.spec.itemsToParse !== undefined || layout.selector === 'evaluated')
        return undefined;
      const leaves: PlainLeaf[] = [];
      for (const { path, jq } of layout.slots) {
        const expression = readPlainly(jq);
        if (expression === undefined) return undefined;
        leaves.push({ path, ...placed(expression, placeOf) });
      }
      plain.push({ layout, leaves });
    }
    return new PlainMapping(plain, paths);
  }

  /** What the mappings make of a resource; undefined where only JQ can tell. */
  map(line: string): MappingResult | undefined {
    const values = this.#picker.pick(line);
    if (values === undefined) return undefined;
    const entities: MappedEntity[] = [];
    const verdicts: MappingVerdict[] = [];
    const faults: LeafFault[] = [];
    for (const { layout, leaves } of this.#layouts) {
      const mapping = layout.spec.position;
      if (layout.selector === 'never') {
        verdicts.push({ mapping, selector: 'false', sound: true, incomplete: 0 });
        continue;
      }
      const texts: string[] = [];
      for (const leaf of leaves) {
        const empty = leaf.present.some((place) => values[place] === 'null');
        if (empty) faults.push({ mapping, leaf: leaf.path, message: 'no output' });
        const text = empty ? 'null' : valueOf(leaf, values);
        if (text === undefined) return undefined;
        texts.push(text);
      }
      const made = assembleEntity(layout, texts);
      if ('entity' in made) entities.push(made.entity);
      else if (made.fault) faults.push(made.fault);
      const incomplete = 'entity' in made ? 0 : 1;
      verdicts.push({ mapping, selector: 'true', sound: incomplete === 0, incomplete });
    }
    return { entities, verdicts, faults };
  }
}

function placed(
  { touched, present, parts }: PlainExpression,
  placeOf: (path: Path) => number,
): Omit<PlainLeaf, 'path'> {
  touched.forEach(placeOf);
  return {
    present: present.map(placeOf),
    parts: parts.map((part) => (part.type === 'path' ? placeOf(part.path) : part.json)),
  };
}

/** The value of a leaf; undefined for a sum that is not one of texts and nulls. */
function valueOf({ parts }: PlainLeaf, values: readonly string[]): string | undefined {
  const [first] = parts;
  if (parts.length === 1) return typeof first === 'number' ? values[first] : first;
  let sum: string | undefined;
  for (const part of parts) {
    const json = typeof part === 'number' ? values[part]! : part;
    if (json === 'null') continue;
    if (!json.startsWith('"')) return undefined;
    sum = (sum ?? '') + json.slice(1, -1);
  }
  return sum === undefined ? 'null' : `"${sum}"`;
}
