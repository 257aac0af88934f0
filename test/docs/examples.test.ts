import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePipeline } from '../../src/config/load-pipeline.js';

const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

function blocks(page: string, language: string): readonly string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm');
  return [...readFileSync(page, 'utf8').matchAll(fence)].map((match) => match[1] ?? '');
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(page: string): ReadonlySet<string> {
  const headings = readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map((heading) =>
      (heading[1] ?? '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

const docs = suite('documentation');

docs('every pipeline in it is valid', () => {
  let seen = 0;
  for (const page of pages) {
    for (const text of blocks(page, 'yaml').filter((block) => /^resources:/m.test(block))) {
      seen += 1;
      assert.not.throws(() => parsePipeline(text, page), undefined, page);
    }
  }
  assert.ok(seen >= 2, 'there are pipelines to check');
});

docs('every JSON in it can be parsed', () => {
  let seen = 0;
  for (const page of pages) {
    for (const text of blocks(page, 'json')) {
      seen += 1;
      assert.not.throws(() => JSON.parse(text) as unknown, undefined, page);
    }
  }
  assert.ok(seen >= 5, 'there are policies to check');
});

docs('every link within the repository leads somewhere', () => {
  for (const page of pages) {
    for (const [, target = ''] of readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      assert.ok(existsSync(file), `${page}: ${target}`);
      if (anchor !== undefined) assert.ok(anchors(file).has(anchor), `${page}: ${target}`);
    }
  }
});

docs.run();
