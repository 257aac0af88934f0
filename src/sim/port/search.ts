import { asObject, invalidRequest, onlyFields } from './answer.js';
import type { PortEntity } from './entity-store.js';

/** Tells whether an entity is found. */
export type Predicate = (entity: PortEntity) => boolean;

/** What a query may need beyond the entity itself. */
export interface SearchContext {
  /** Whether two entities are related, directly or over others. */
  relatedTo(entity: PortEntity, blueprint: string, identifier: string, direction: string): boolean;
}

type Test = (actual: unknown, wanted: unknown) => boolean;

const isEmpty: Test = (actual) =>
  actual === null ||
  actual === undefined ||
  actual === '' ||
  (Array.isArray(actual) && actual.length === 0);
const text = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : value === null || value === undefined
      ? ''
      : JSON.stringify(value);
const equals: Test = (actual, wanted) =>
  actual === wanted ||
  (Array.isArray(actual) && actual.includes(wanted)) ||
  (wanted === null && isEmpty(actual, null));
const contains: Test = (actual, wanted) =>
  Array.isArray(actual) ? actual.includes(wanted) : text(actual).includes(text(wanted));
const oneOf: Test = (actual, wanted) =>
  (wanted as unknown[]).some((value) => equals(actual, value));
const not =
  (test: Test): Test =>
  (actual, wanted) =>
    !test(actual, wanted);
const ordered =
  (compare: (a: number | string, b: number | string) => boolean): Test =>
  (actual, wanted) =>
    (typeof actual === 'number' || typeof actual === 'string') &&
    typeof actual === typeof wanted &&
    compare(actual, wanted as number | string);

const OPERATORS: Readonly<Record<string, Test>> = {
  '=': equals,
  '!=': not(equals),
  '>': ordered((a, b) => a > b),
  '>=': ordered((a, b) => a >= b),
  '<': ordered((a, b) => a < b),
  '<=': ordered((a, b) => a <= b),
  in: oneOf,
  notIn: not(oneOf),
  contains,
  doesNotContain: not(contains),
  containsAny: (actual, wanted) => (wanted as unknown[]).some((value) => contains(actual, value)),
  beginsWith: (actual, wanted) => text(actual).startsWith(text(wanted)),
  doesNotBeginWith: (actual, wanted) => !text(actual).startsWith(text(wanted)),
  endsWith: (actual, wanted) => text(actual).endsWith(text(wanted)),
  doesNotEndWith: (actual, wanted) => !text(actual).endsWith(text(wanted)),
  isEmpty,
  isNotEmpty: not(isEmpty),
};

/** Compiles a query `{combinator, rules}`; groups may be nested. Refuses what Port would refuse with 422. */
export function compileQuery(query: unknown, context: SearchContext): Predicate {
  const { combinator, rules, ...rest } = asObject(query, 'query');
  onlyFields(rest, [], 'query');
  if (combinator !== 'and' && combinator !== 'or')
    throw invalidRequest('combinator must be "and" or "or"');
  if (!Array.isArray(rules)) throw invalidRequest('rules must be an array');
  const predicates = rules.map((rule) => compileRule(asObject(rule, 'rule'), context));
  return combinator === 'and'
    ? (entity) => predicates.every((predicate) => predicate(entity))
    : (entity) => predicates.some((predicate) => predicate(entity));
}

function compileRule(rule: Record<string, unknown>, context: SearchContext): Predicate {
  if ('combinator' in rule) return compileQuery(rule, context);
  if (rule['operator'] === 'relatedTo') return compileRelated(rule, context);
  onlyFields(rule, ['property', 'operator', 'value', 'not'], 'rule');
  const { property, operator, value } = rule;
  const test = OPERATORS[String(operator)];
  if (typeof property !== 'string') throw invalidRequest('rule.property must be a string');
  if (test === undefined)
    throw invalidRequest(
      `rule.operator "${String(operator)}" is not one of ${Object.keys(OPERATORS).join(', ')}, relatedTo`,
    );
  if (['in', 'notIn', 'containsAny'].includes(String(operator)) && !Array.isArray(value))
    throw invalidRequest(`rule.value of "${String(operator)}" must be an array`);
  if (!('value' in rule) && !String(operator).startsWith('is'))
    throw invalidRequest('rule.value is missing');
  return (entity) => test(field(entity, property), value);
}

function compileRelated(rule: Record<string, unknown>, context: SearchContext): Predicate {
  onlyFields(rule, ['operator', 'blueprint', 'value', 'direction', 'required', 'property'], 'rule');
  const { blueprint, value, direction = 'upstream' } = rule;
  if (typeof blueprint !== 'string' || typeof value !== 'string')
    throw invalidRequest('relatedTo wants blueprint and value');
  return (entity) => context.relatedTo(entity, blueprint, value, String(direction));
}

function field(entity: PortEntity, property: string): unknown {
  switch (property) {
    case '$identifier':
      return entity.identifier;
    case '$blueprint':
      return entity.blueprint;
    case '$title':
      return entity.title;
    case '$icon':
      return entity.icon;
    case '$team':
      return entity.team;
    case '$datasource':
      return entity.datasource;
    case '$createdAt':
      return entity.createdAt;
    case '$updatedAt':
      return entity.updatedAt;
    default:
      return entity.properties[property] ?? entity.relations[property];
  }
}
