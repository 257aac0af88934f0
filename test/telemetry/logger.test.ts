import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createLogger } from '../../src/telemetry/logger.js';

const test = suite('logger');

function lines(options: { level?: string; pretty?: boolean; secrets?: string[] } = {}) {
  const written: string[] = [];
  const log = createLogger({
    level: 'info',
    pretty: false,
    write: (line) => written.push(line),
    ...options,
  });
  return { log, written, json: () => written.map((line) => JSON.parse(line) as object) };
}

test('writes JSON lines of its level and above', () => {
  const { log, json } = lines();
  log.debug('not this');
  log.info({ scopes: 3 }, 'resync ended');
  const [{ time, ...rest } = { time: 0 }] = json() as { time: number }[];
  assert.is(json().length, 1);
  assert.type(time, 'number');
  assert.equal(rest, { level: 30, scopes: 3, msg: 'resync ended' });
});

test('writes nothing when silent', () => {
  const { log, written } = lines({ level: 'silent' });
  log.fatal('anything');
  assert.equal(written, []);
});

test('hides secrets in fields, messages, arguments, errors and bindings', () => {
  for (const pretty of [false, true]) {
    const { log, written } = lines({ pretty, secrets: ['s3cret-value'] });
    log.info({ headers: { authorization: 'Bearer abc.def.ghi' } }, 'sent');
    log.info('sent with Bearer abc.def.ghi');
    log.info('sent with %s', 'Bearer abc.def.ghi');
    log.info({ err: new Error('token=abc.def.ghi was refused') }, 'failed');
    log.error(new Error('Bearer abc.def.ghi'));
    log.child({ clientSecret: 'abc.def.ghi', note: 's3cret-value' }).warn('here');
    log.warn('it was s3cret-value');
    assert.is(written.length, 7);
    for (const line of written) {
      assert.not.ok(/abc\.def|s3cret/.test(line), line);
      assert.match(line, '[redacted]');
    }
  }
});

test('writes readable lines: time, level, message, fields, and the error below', () => {
  const { log, written } = lines({ pretty: true });
  log.warn({ account: '111', why: 'access denied', n: { a: 1 } }, 'scope failed');
  assert.match(
    written[0] ?? '',
    /^\d\d:\d\d:\d\d warn {2}scope failed account=111 why="access denied" n=\{"a":1\}\n$/,
  );
  log.error({ err: new Error('boom') }, 'stopped');
  assert.match(written[1] ?? '', /stopped\n {2}Error: boom\n {6}at /);
});

test('writes to standard error, at once', () => {
  const module = fileURLToPath(new URL('../../src/telemetry/logger.ts', import.meta.url));
  const script = `
    import { createLogger } from ${JSON.stringify(module)};
    createLogger({ level: 'info', pretty: false }).info('last words');
    process.kill(process.pid, 'SIGKILL');`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script],
    { encoding: 'utf8' },
  );
  assert.is(stdout, '');
  assert.match(stderr, 'last words');
});

test.run();
