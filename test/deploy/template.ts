import { readFileSync, readdirSync } from 'node:fs';
import { Pair, Scalar, YAMLMap, parseDocument } from 'yaml';
import type { CollectionTag, ScalarTag, YAMLSeq } from 'yaml';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly Condition?: string;
  readonly DependsOn?: string | string[];
  readonly DeletionPolicy?: string;
}

export interface Parameter {
  readonly Type: string;
  readonly Description?: string;
  readonly Default?: string | number;
  readonly AllowedPattern?: string;
  readonly AllowedValues?: readonly (string | number)[];
  readonly MinValue?: number;
  readonly MaxValue?: number;
}

/** A CloudFormation template, its short tags (`!Ref`) written out (`{ Ref: … }`). */
export interface Template {
  /** Its file's name. */
  readonly file: string;
  readonly text: string;
  readonly AWSTemplateFormatVersion: string;
  readonly Description: string;
  readonly Metadata?: JsonObject;
  readonly Parameters: Readonly<Record<string, Parameter>>;
  readonly Rules?: JsonObject;
  readonly Conditions?: JsonObject;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, JsonObject>>;
}

const FOLDER = new URL('../../deploy/cloudformation/', import.meta.url);
const FUNCTIONS = ['And', 'Equals', 'GetAtt', 'If', 'Join', 'Not', 'Or', 'Select', 'Split', 'Sub'];

/** The short tags, as the long form that JSON templates have. */
const TAGS: (ScalarTag | CollectionTag)[] = [
  { tag: '!Ref', resolve: (name: string) => ({ Ref: name }) },
  { tag: '!Condition', resolve: (name: string) => ({ Condition: name }) },
  ...FUNCTIONS.flatMap((name): (ScalarTag | CollectionTag)[] => {
    const long = `Fn::${name}`;
    return [
      {
        tag: `!${name}`,
        resolve: (text: string) => ({ [long]: name === 'GetAtt' ? attribute(text) : text }),
      },
      {
        tag: `!${name}`,
        collection: 'seq',
        resolve: (seq: YAMLMap.Parsed | YAMLSeq.Parsed) => {
          const map = new YAMLMap();
          map.items.push(new Pair(new Scalar(long), seq));
          return map;
        },
      },
    ];
  }),
];

function attribute(text: string): [string, string] {
  const at = text.indexOf('.');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Reads a template; throws where it is no YAML, or has a tag that CloudFormation does not know. */
export function parseTemplate(file: string, text: string): Template {
  const document = parseDocument(text, { customTags: TAGS, strict: true });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw problem;
  return { ...(document.toJS() as Omit<Template, 'file' | 'text'>), file, text };
}

/** Every template of deploy/cloudformation. */
export function templates(): Template[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => parseTemplate(file, readFileSync(new URL(file, FOLDER), 'utf8')));
}

export function templateOf(file: string): Template {
  return parseTemplate(file, readFileSync(new URL(file, FOLDER), 'utf8'));
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The name and argument of an intrinsic function; undefined for any other value. */
export function intrinsic(value: Json | undefined): { name: string; argument: Json } | undefined {
  if (!isObject(value)) return undefined;
  const [[name, argument] = ['', null], ...more] = Object.entries(value);
  const isFunction = more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
  return isFunction ? { name, argument } : undefined;
}

/** Both branches of an `Fn::If`, as deep as they nest, without `AWS::NoValue`; else the value itself. */
export function branches(value: Json): Json[] {
  const call = intrinsic(value);
  if (call?.name === 'Ref' && call.argument === 'AWS::NoValue') return [];
  if (call?.name !== 'Fn::If') return [value];
  return (call.argument as Json[]).slice(1).flatMap(branches);
}

/** The items of a list or of one value alone, each with the branches that it may be. */
export function listed(value: Json | undefined): Json[] {
  if (value === undefined) return [];
  return branches(value).flatMap((one) =>
    Array.isArray(one) ? one.flatMap((item) => branches(item)) : [one],
  );
}
