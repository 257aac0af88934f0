import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EnvironmentError } from '../../src/errors/environment-error.js';
import { writeError } from '../../src/state/write-error.js';

const test = suite('write errors');
const system = (code: string) =>
  Object.assign(new Error(`${code}: what the system says`), { code });

test('tell a full disk by its code, its words, or what it has left', () => {
  const free = (bytes: number | undefined) => () => bytes;
  const short = new Error('Input/output error');
  assert.is(writeError(system('ENOSPC')).code, 'state.disk-full');
  assert.is(writeError(system('EDQUOT')).code, 'state.disk-full');
  assert.is(writeError(new Error('No space left on device')).code, 'state.disk-full');
  assert.is(writeError(short, free(4_096)).code, 'state.disk-full');
  assert.is(writeError(short, free(1e9)).code, 'state.write-failed');
  assert.is(writeError(short, free(undefined)).code, 'state.write-failed');
  assert.is(writeError(system('EACCES'), free(0)).code, 'state.write-failed');
});

test('leave errors of ours as they are', () => {
  const error = new EnvironmentError('ours', { code: 'state.locked' });
  assert.is(writeError(error), error);
});

test.run();
