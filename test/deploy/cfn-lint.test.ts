import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { templates } from './template.js';

// AWS's own linter knows more than the specification (names of IAM actions, values of enumerations that
// other resources decide), but is a Python program: it runs where it is installed. The other tests of
// this folder need nothing.
const test = suite('cfn-lint');
const FOLDER = fileURLToPath(new URL('../../deploy/cloudformation/', import.meta.url));
const LINTER = 'cfn-lint';
const version = spawnSync(LINTER, ['--version'], { encoding: 'utf8' });

if (version.status === 0) {
  test(`${version.stdout.trim()} finds nothing, not even to remark`, () => {
    const files = templates().map(({ file }) => FOLDER + file);
    const { status, stdout, stderr } = spawnSync(
      LINTER,
      ['--include-checks', 'I', '--', ...files],
      { encoding: 'utf8' },
    );
    assert.is(`${stdout}${stderr}`, '');
    assert.is(status, 0);
  });
} else {
  test.skip('is not installed: its checks are SKIPPED', () => undefined);
}

test.run();
