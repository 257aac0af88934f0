import type { Logger } from 'pino';
import type { LeafFault } from '../model/mapping-result.js';
import type { JqLeaf, MappingNode, MappingSpec } from '../model/mapping-spec.js';

/**
 * Reports JQ leaves that became null for an error or for want of output: each leaf once, with its
 * place in the pipeline file; after that it is only counted.
 */
export class FaultReport {
  readonly #counts = new Map<string, number>();
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Faults by leaf, `mapping:leaf`. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  add(fault: LeafFault, specs: readonly MappingSpec[]): void {
    const name = `${fault.mapping}:${fault.leaf}`;
    const count = this.#counts.get(name) ?? 0;
    this.#counts.set(name, count + 1);
    if (count > 0) return;
    const spec = specs.find((one) => one.position === fault.mapping);
    const leaf = spec && leafAt(spec, fault.leaf);
    const at = leaf && `${leaf.position.file}:${leaf.position.line}:${leaf.position.column}`;
    this.#log.warn(
      { kind: spec?.kind, leaf: fault.leaf, at, reason: fault.message },
      `${at ?? fault.leaf}: ${fault.leaf} became null: ${fault.message} (said once, counted from here on)`,
    );
  }
}

/** The leaf that a path like `port.entity.mappings.properties.arn` or `selector.query` names. */
function leafAt(spec: MappingSpec, path: string): JqLeaf | undefined {
  if (path === 'selector.query') return spec.selector;
  if (path === 'port.itemsToParse') return spec.itemsToParse;
  const [first, ...rest] = path.replace(/^port\.entity\.mappings\./, '').split('.');
  switch (first) {
    case 'blueprint':
      return spec.blueprint;
    case 'identifier':
      return nodeLeaf(spec.identifier, rest);
    case 'title':
    case 'icon':
    case 'team':
      return nodeLeaf(spec[first], rest);
    case 'properties':
    case 'relations':
      return entriesLeaf(spec[first], rest);
    default:
      return undefined;
  }
}

function entriesLeaf(
  entries: readonly (readonly [string, MappingNode])[],
  path: readonly string[],
): JqLeaf | undefined {
  // Names may hold dots themselves: the longest name that the path begins with is meant.
  const whole = path.join('.');
  const found = entries
    .filter(([name]) => whole === name || whole.startsWith(`${name}.`))
    .sort(([a], [b]) => b.length - a.length)[0];
  if (found === undefined) return undefined;
  const [name, node] = found;
  return nodeLeaf(node, whole === name ? [] : whole.slice(name.length + 1).split('.'));
}

function nodeLeaf(node: MappingNode | undefined, path: readonly string[]): JqLeaf | undefined {
  switch (node?.type) {
    case 'jq':
      return node.leaf;
    case 'object':
      return entriesLeaf(node.entries, path);
    case 'list':
      return nodeLeaf(node.items[Number(path[0])], path.slice(1));
    default:
      return undefined;
  }
}
