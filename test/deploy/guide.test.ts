import { existsSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { templateOf, templates } from './template.js';

const test = suite('guide to the deployment');
const ROOT = new URL('../../', import.meta.url);
const guide = readFileSync(new URL('docs/live.md', ROOT), 'utf8');

interface Command {
  readonly template: string;
  readonly parameters: readonly string[];
}

/** The commands of the guide that deploy a template, with the parameters that they give. */
function commandsOf(text: string): Command[] {
  const shell = Array.from(text.matchAll(/```sh\n([\s\S]*?)```/g), ([, code = '']) => code);
  return shell
    .join('\n')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .flatMap((line) => {
      const [, template] = /(?:^|\s)(?:deploy|stackset) ([a-z]+-[a-z-]+) /.exec(line) ?? [];
      if (template === undefined) return [];
      const given = line.matchAll(/\s([A-Z][A-Za-z]+)=|parameter ([A-Z][A-Za-z]+) /g);
      return [{ template, parameters: Array.from(given, ([, one, other]) => one ?? other ?? '') }];
    });
}

const commands = commandsOf(guide);

test('its commands deploy every template', () => {
  assert.equal(
    [...new Set(commands.map(({ template }) => `${template}.yaml`))].sort(),
    templates().map(({ file }) => file),
  );
});

test('its commands give parameters that there are, and all that are needed', () => {
  for (const { template, parameters } of commands) {
    const known = templateOf(`${template}.yaml`).Parameters;
    const needed = Object.keys(known).filter((name) => known[name]?.Default === undefined);
    for (const name of parameters) assert.ok(Object.hasOwn(known, name), `${template}: ${name}`);
    for (const name of needed) assert.ok(parameters.includes(name), `${template} lacks ${name}`);
  }
});

test('outputs that it reads are there', () => {
  const asked = Array.from(guide.matchAll(/\$\(output ([a-z-]+) ([A-Za-z]+)\)/g));
  assert.ok(asked.length >= 3);
  for (const [, template, name] of asked)
    assert.ok(Object.hasOwn(templateOf(`${template}.yaml`).Outputs, name ?? ''), name);
});

test('files that it and the overview link to are there', () => {
  for (const file of ['docs/live.md', 'deploy/README.md']) {
    const text = readFileSync(new URL(file, ROOT), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g))
      assert.ok(existsSync(new URL(target, new URL(file, ROOT))), `${file}: ${target}`);
  }
});

test.run();
