import { intrinsic, isObject } from './template.js';
import type { Json, Template } from './template.js';

/** A name that a template uses, and the conditions that hold where it does. */
export interface Reference {
  readonly name: string;
  /** Asked for by GetAtt or within Sub. */
  readonly attribute?: string;
  readonly under: readonly string[];
}

export interface Uses {
  readonly names: readonly Reference[];
  /** Conditions that are asked for. */
  readonly conditions: readonly string[];
}

/** Everything that a template refers to outside its parameters. */
export function usesOf({ Resources, Outputs, Conditions = {}, Rules = {} }: Template): Uses {
  const names: Reference[] = [];
  const conditions: string[] = [];

  const walk = (value: Json, under: readonly string[]): void => {
    const call = intrinsic(value);
    if (call === undefined) {
      for (const part of isObject(value) ? Object.values(value) : Array.isArray(value) ? value : [])
        walk(part, under);
      return;
    }
    const { name, argument } = call;
    if (name === 'Ref') names.push({ name: argument as string, under });
    else if (name === 'Fn::GetAtt') {
      const [resource, attribute] = argument as [string, string];
      names.push({ name: resource, attribute, under });
    } else if (name === 'Fn::Sub') {
      const [text, values] = Array.isArray(argument) ? argument : [argument, {}];
      const own = isObject(values) ? values : {};
      for (const found of variables(text as string))
        if (!Object.hasOwn(own, found.name)) names.push({ ...found, under });
      walk(own, under);
    } else if (name === 'Fn::If') {
      const [condition, yes = null, no = null] = argument as [string, Json, Json];
      conditions.push(condition);
      walk(yes, [...under, condition]);
      walk(no, under);
    } else walk(argument, under);
  };

  const conditionsIn = (value: Json): void => {
    if (Array.isArray(value)) value.forEach(conditionsIn);
    if (!isObject(value)) return;
    for (const [key, part] of Object.entries(value))
      if (key === 'Condition' && typeof part === 'string') conditions.push(part);
      else conditionsIn(part);
  };

  walk(Conditions, []);
  conditionsIn(Conditions);
  walk(Rules, []);
  for (const { Properties = {}, Condition, DependsOn = [] } of Object.values(Resources)) {
    const under = Condition === undefined ? [] : [Condition];
    conditions.push(...under);
    walk(Properties, under);
    for (const name of [DependsOn].flat()) names.push({ name, under });
  }
  for (const { Condition, ...output } of Object.values(Outputs)) {
    const under = typeof Condition === 'string' ? [Condition] : [];
    conditions.push(...under);
    walk(output, under);
  }
  return { names, conditions };
}

function variables(text: string): { name: string; attribute?: string }[] {
  return Array.from(text.matchAll(/\$\{(?!!)([^}]+)\}/g), ([, inner = '']) => {
    const at = inner.indexOf('.');
    return at < 0 ? { name: inner } : { name: inner.slice(0, at), attribute: inner.slice(at + 1) };
  });
}
