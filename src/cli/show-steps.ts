import type { ItemSteps, Step } from '../jq/explain/mapping-steps.js';
import type { MappedEntity } from '../model/entity.js';
import type { SampleResource } from '../pipeline/trial/sample-resource.js';
import type { TrialResult } from '../pipeline/trial/trial.js';

/** Longer values are cut in lines; `--json` has them whole. */
const VALUE_LENGTH = 200;
const MAPPINGS = 'port.entity.mappings.';

/** What a pipeline makes of a resource, for a person: a line an expression, then the entities. */
export function* stepLines({ kind }: SampleResource, result: TrialResult): Generator<string> {
  if (result.steps.length === 0) yield `${kind}: no mapping lets the region of the resource in`;
  for (const { spec, itemsToParse, runs } of result.steps) {
    const { file, line, column } = spec.selector.position;
    yield `${kind}, mapping ${spec.position + 1} (${file}:${line}:${column})`;
    if (itemsToParse) yield stepLine(itemsToParse, itemsOf(itemsToParse));
    for (const [index, run] of runs.entries()) {
      if (itemsToParse) yield `  item ${index + 1}: ${short(run.item)}`;
      for (const step of [run.selector, ...run.leaves]) yield stepLine(step);
    }
  }
  yield result.entities.length === 0 ? 'no entity' : 'entities';
  for (const entity of result.entities) {
    const { blueprint, mapping } = entity;
    yield `  ${blueprint} (mapping ${mapping + 1})`;
    for (const line of JSON.stringify(bodyOf(entity), null, 2).split('\n')) yield `    ${line}`;
  }
}

/** The same for a machine. */
export function stepsJson({ kind, body }: SampleResource, result: TrialResult): unknown {
  return {
    kind,
    resource: JSON.parse(body) as unknown,
    mappings: result.steps.map(({ spec, itemsToParse, runs }) => ({
      mapping: spec.position,
      ...(itemsToParse && { itemsToParse: stepJson(itemsToParse) }),
      runs: runs.map((run: ItemSteps) => ({
        ...('item' in run && { item: run.item }),
        selector: stepJson(run.selector),
        leaves: run.leaves.map(stepJson),
      })),
    })),
    entities: result.entities.map((entity) => ({
      mapping: entity.mapping,
      blueprint: entity.blueprint,
      ...bodyOf(entity),
    })),
    faults: result.faults,
  };
}

function stepJson({ path, leaf, value, error }: Step): unknown {
  const { line, column } = leaf.position;
  return { path, jq: leaf.jq, line, column, ...(error === undefined ? { value } : { error }) };
}

function stepLine(step: Step, value = short(step.value)): string {
  const { line, column } = step.leaf.position;
  const shown = step.error === undefined ? value : `error: ${step.error}`;
  const path = step.path.startsWith(MAPPINGS) ? step.path.slice(MAPPINGS.length) : step.path;
  return `    ${path.padEnd(28)} ${shown}   (${line}:${column})`;
}

function itemsOf({ value }: Step): string {
  const count = Array.isArray(value) ? value.length : 0;
  return `${count} item${count === 1 ? '' : 's'}`;
}

function short(value: unknown): string {
  const text = value === undefined ? 'null' : JSON.stringify(value);
  return text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH)}…` : text;
}

/** The entity as it is sent; one whose identifier is a search has none yet. */
function bodyOf({ json, search }: MappedEntity): object {
  const body = JSON.parse(json) as object;
  return search === undefined ? body : { identifier: search, ...body };
}
