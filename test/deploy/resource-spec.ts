import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import { branches, intrinsic, isObject } from './template.js';
import type { Json, Template } from './template.js';

type Spec = Awaited<ReturnType<typeof loadAwsServiceSpec>>;
type SpecResource = ReturnType<Spec['all']>[number] & {
  readonly properties: Readonly<Record<string, Property>>;
  readonly attributes: Readonly<Record<string, unknown>>;
};
interface Property {
  readonly type: Shape;
  readonly required?: boolean;
}
type Shape =
  | { readonly type: 'string'; readonly allowedValues?: readonly string[] }
  | {
      readonly type: 'number' | 'integer' | 'boolean' | 'json' | 'date-time' | 'null' | 'tag';
    }
  | { readonly type: 'array' | 'map'; readonly element: Shape }
  | { readonly type: 'ref'; readonly reference: { readonly $ref: string } }
  | { readonly type: 'union'; readonly types: readonly Shape[] };

const PLAIN = new Set(['string', 'number', 'integer', 'boolean', 'date-time', 'json']);

/** AWS's specification of CloudFormation resources, as the CDK is generated from. */
export class ResourceSpec {
  readonly #spec: Spec;

  constructor(spec: Spec) {
    this.#spec = spec;
  }

  static async load(): Promise<ResourceSpec> {
    return new ResourceSpec(await loadAwsServiceSpec());
  }

  /** Attributes that GetAtt gives of a type; undefined for a type that there is not. */
  attributes(type: string): readonly string[] | undefined {
    const resource = this.#find(type);
    return resource && Object.keys(resource.attributes);
  }

  /** What is wrong with the properties of a template's resources, each with its place. */
  problems(template: Template): string[] {
    const found: string[] = [];
    for (const [name, { Type, Properties = {} }] of Object.entries(template.Resources)) {
      const resource = this.#find(Type);
      if (resource === undefined) found.push(`${name}: no type ${Type}`);
      else this.#properties(Properties, resource.properties, name, template, found);
    }
    return found;
  }

  #find(type: string): SpecResource | undefined {
    const [found] = this.#spec.lookup('resource', 'cloudFormationType', 'equals', type);
    return found;
  }

  #properties(
    value: Json,
    properties: Readonly<Record<string, Property>>,
    at: string,
    template: Template,
    found: string[],
  ): void {
    if (!isObject(value)) {
      found.push(`${at}: an object is expected`);
      return;
    }
    for (const [name, { required }] of Object.entries(properties))
      if (required === true && value[name] === undefined) found.push(`${at}: ${name} is missing`);
    for (const [name, part] of Object.entries(value)) {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (property === undefined) found.push(`${at}: no property ${name}`);
      else this.#check(part, property.type, `${at}.${name}`, template, found);
    }
  }

  #check(value: Json, shape: Shape, at: string, template: Template, found: string[]): void {
    for (const one of branches(value)) this.#checkOne(one, shape, at, template, found);
  }

  #checkOne(value: Json, shape: Shape, at: string, template: Template, found: string[]): void {
    if (shape.type === 'json') return;
    if (shape.type === 'union') {
      const tries = shape.types.map((type) => {
        const problems: string[] = [];
        this.#check(value, type, at, template, problems);
        return problems;
      });
      if (tries.every((problems) => problems.length > 0)) found.push(...(tries[0] ?? []));
      return;
    }
    if (intrinsic(value) !== undefined) {
      if (isListCall(value, template) ? shape.type !== 'array' : !PLAIN.has(shape.type))
        found.push(`${at}: ${JSON.stringify(value)} gives no ${shape.type}`);
      return;
    }
    if (shape.type === 'array') {
      if (!Array.isArray(value)) found.push(`${at}: a list is expected`);
      else
        value.forEach((item, index) => {
          this.#check(item, shape.element, `${at}[${index}]`, template, found);
        });
      return;
    }
    if (shape.type === 'map') {
      if (!isObject(value)) found.push(`${at}: a map is expected`);
      else
        for (const [key, item] of Object.entries(value))
          this.#check(item, shape.element, `${at}.${key}`, template, found);
      return;
    }
    if (shape.type === 'ref') {
      const definition = this.#spec.get('typeDefinition', shape.reference.$ref);
      this.#properties(value, definition.properties, at, template, found);
      return;
    }
    if (shape.type === 'tag') {
      if (!isObject(value) || value.Key === undefined) found.push(`${at}: a tag is expected`);
      return;
    }
    if (!isPlain(value, shape.type))
      found.push(`${at}: ${JSON.stringify(value)} is no ${shape.type}`);
    const allowed = shape.type === 'string' ? shape.allowedValues : undefined;
    if (allowed !== undefined && !allowed.includes(value as string))
      found.push(`${at}: ${JSON.stringify(value)} is none of ${allowed.join(', ')}`);
  }
}

/** CloudFormation takes `"true"` and `"5"` too; these templates write what is meant. */
function isPlain(value: Json, type: string): boolean {
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'number') return typeof value === 'number';
  // CPU and memory of a task are text to CloudFormation, and numbers to everybody else.
  return typeof value === 'string' || typeof value === 'number';
}

function isListCall(value: Json, { Parameters }: Template): boolean {
  const call = intrinsic(value);
  if (call?.name === 'Fn::Split') return true;
  if (call?.name !== 'Ref') return false;
  const type = Parameters[call.argument as string]?.Type ?? '';
  return type.startsWith('List<') || type === 'CommaDelimitedList';
}
