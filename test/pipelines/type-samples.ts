import type { PropertyType, SpecDatabase } from '@aws-cdk/service-spec-types';

type Properties = Readonly<
  Record<string, { readonly type: PropertyType; readonly required?: boolean }>
>;

/** Properties and attributes of a CloudFormation type, as one. */
function propertiesOf(spec: SpecDatabase, kind: string): Properties {
  const [type] = [...spec.lookup('resource', 'cloudFormationType', 'equals', kind)];
  if (type === undefined) throw new Error(`no schema of ${kind}`);
  return { ...type.attributes, ...type.properties };
}

/** Whether a type has the property at this path; lists are looked through, free-form objects end it. */
export function propertyAt(spec: SpecDatabase, kind: string, steps: readonly string[]): boolean {
  const own = propertiesOf(spec, kind);
  let properties: Properties = own;
  for (const [at, step] of steps.entries()) {
    const found = properties[step];
    // Attributes of attributes are named by their whole path, as in `Endpoint.Address`.
    if (found === undefined) return own[steps.slice(0, at + 1).join('.')] !== undefined;
    let { type } = found;
    while (type.type === 'array') type = type.element;
    if (type.type !== 'ref') {
      if (at === steps.length - 1) return true;
      if (type.type === 'json' || type.type === 'map') return true;
      return own[steps.slice(0, at + 2).join('.')] !== undefined;
    }
    properties = spec.get('typeDefinition', type.reference.$ref).properties;
  }
  return true;
}

/**
 * A resource of a type, made from its schema: every property (`full`), or those that it requires. Lists
 * have one item. Numbers that CloudFormation has as texts are texts.
 */
export function sampleOf(spec: SpecDatabase, kind: string, full: boolean): object {
  const object = (properties: Properties, depth: number): Record<string, unknown> => {
    const made: Record<string, unknown> = {};
    for (const [key, { type, required }] of Object.entries(properties)) {
      if (!full && required !== true) continue;
      const [head, tail] = key.split('.');
      if (tail === undefined) made[key] = value(type, depth, key);
      else if (head !== undefined)
        Object.assign((made[head] ??= {}), { [tail]: value(type, depth, tail) });
    }
    return made;
  };
  const value = (type: PropertyType, depth: number, key: string): unknown => {
    switch (type.type) {
      case 'string':
        return /Size$|Capacity$|^(Cpu|Memory|AllocatedStorage|Port)$/.test(key) ? '12' : `${key}-ü`;
      case 'integer':
      case 'number':
        return 7;
      case 'boolean':
        return true;
      case 'date-time':
        return '2026-01-31T12:00:00Z';
      case 'array':
        return [value(type.element, depth + 1, key)];
      case 'map':
        return { key: value(type.element, depth + 1, key) };
      case 'union':
        return value(type.types[0]!, depth, key);
      case 'tag':
        return { Key: 'Name', Value: 'shown' };
      case 'ref':
        return depth > 4
          ? {}
          : object(spec.get('typeDefinition', type.reference.$ref).properties, depth + 1);
      default:
        return {};
    }
  };
  return object(propertiesOf(spec, kind), 0);
}
