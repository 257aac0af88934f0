import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../../src/errors/config-error.js';
import { parseBaseUrl } from '../../src/port/base-url.js';

const test = suite('port/base-url');

test('reads what users write', () => {
  const api = { origin: 'https://api.getport.io', prefix: '/v1' };
  assert.equal(parseBaseUrl(), api);
  for (const text of [
    'https://api.getport.io',
    'https://api.getport.io/',
    'https://api.getport.io/v1//',
  ]) {
    assert.equal(parseBaseUrl(text), api);
  }
  assert.equal(parseBaseUrl('http://gate.local:8080/port/'), {
    origin: 'http://gate.local:8080',
    prefix: '/port/v1',
  });
});

for (const text of [
  'api.getport.io',
  '',
  'ftp://api.getport.io',
  'https://me:hush@api.getport.io',
]) {
  test(`refuses "${text}" without repeating a password`, () => {
    try {
      parseBaseUrl(text);
      assert.unreachable();
    } catch (error) {
      assert.instance(error, ConfigError);
      const { code, hint, message } = error as ConfigError;
      assert.is(code, 'config.port-base-url');
      assert.ok(hint);
      assert.not.match(message, 'hush');
    }
  });
}

test.run();
