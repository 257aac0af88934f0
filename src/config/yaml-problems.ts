import type { Document } from 'yaml';
import type { SourcePosition } from '../model/source-position.js';
import type { Problem } from './problem.js';

/** YAML deeper than this is refused; no pipeline comes near. */
export const MAX_DEPTH = 64;
/** Nodes after aliases are resolved, so that a few lines cannot grow to gigabytes. */
export const MAX_NODES = 500_000;

/** What the YAML library found wrong, once a place: one slip often gives a cascade of messages. */
export function yamlProblems(
  document: Document,
  text: string,
  at: (offset: number) => SourcePosition,
): readonly Problem[] {
  const byOffset = new Map<number, Problem>();
  for (const error of [...document.errors, ...document.warnings]) {
    const [offset] = error.pos;
    if (error.message.startsWith('Maximum call stack')) return [tooDeep(at(offset))];
    if (byOffset.has(offset)) continue;
    byOffset.set(offset, {
      code: error.code === 'DUPLICATE_KEY' ? 'config.duplicate-key' : 'config.yaml',
      position: at(offset),
      what: yamlMessage(error.code, error.message, text, offset),
      ...yamlHint(error.code),
    });
  }
  return [...byOffset.values()];
}

export function tooDeep(position: SourcePosition): Problem {
  return {
    code: 'config.too-deep',
    position,
    what: 'nested too deeply, or an alias that holds itself',
    expected: `at most ${MAX_DEPTH} levels and ${MAX_NODES} values`,
  };
}

function yamlMessage(code: string, message: string, text: string, offset: number): string {
  if (code === 'DUPLICATE_KEY') {
    const key = /^[^\s:]+/.exec(text.slice(offset))?.[0] ?? '';
    return `key ${JSON.stringify(key)} twice in one map`;
  }
  return `not valid YAML: ${message.replace(/\s+/g, ' ').trim()}`;
}

function yamlHint(code: string): { readonly hint?: string } {
  switch (code) {
    case 'DUPLICATE_KEY':
      return { hint: 'remove or rename one of them' };
    case 'MULTIPLE_DOCS':
      return { hint: 'put each pipeline into a file of its own' };
    case 'TAB_AS_INDENT':
      return { hint: 'indent with spaces' };
    default:
      return {};
  }
}
