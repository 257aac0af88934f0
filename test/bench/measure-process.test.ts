import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { measureProcess, readTimes } from '../../bench/measure-process.js';

const measuring = suite('measureProcess');

/** Keeps one core busy until so much of its own CPU time is used. */
const BUSY =
  'const s = process.cpuUsage(); for (;;) { const { user, system } = process.cpuUsage(s); if (user + system > 300_000) break; }';

measuring('counts the CPU of the process, not the time that it waits', async () => {
  const busy = await measureProcess(process.execPath, ['-e', BUSY]);
  assert.is(busy.exitCode, 0);
  assert.ok(busy.cpuMs >= 300, `${busy.cpuMs}`);
  const idle = await measureProcess('sleep', ['0.3']);
  assert.ok(idle.wallMs >= 300 && idle.cpuMs < 200, JSON.stringify(idle));
});

measuring('counts the threads of the process', async () => {
  const code = `new (require('node:worker_threads').Worker)(${JSON.stringify(BUSY)}, { eval: true })`;
  const { cpuMs } = await measureProcess(process.execPath, ['-e', code]);
  assert.ok(cpuMs >= 300, `${cpuMs}`);
});

measuring('sees memory while it is held', async () => {
  const code =
    'let b = Buffer.alloc(200_000_000, 1); setTimeout(() => { b = undefined; process.stdout.write("held"); }, 200)';
  const { peakAnonBytes, stdout } = await measureProcess(process.execPath, ['-e', code]);
  assert.is(stdout, 'held');
  if (process.platform === 'linux') assert.ok(peakAnonBytes! > 200_000_000, `${peakAnonBytes}`);
});

measuring('gives output and exit code, and passes arguments as they are', async () => {
  const code = 'console.log(process.argv[1]); console.error(process.env.NOTE); process.exit(3)';
  const run = await measureProcess(process.execPath, ['-e', code, "it's $HOME; *"], {
    env: { PATH: process.env['PATH'], NOTE: 'noted' },
  });
  assert.equal([run.stdout, run.stderr, run.exitCode], ["it's $HOME; *\n", 'noted\n', 3]);
  const discarded = await measureProcess('echo', ['text'], { discard: true });
  assert.is(discarded.stdout, '');
});

measuring('tells a command that does not exist by its exit code', async () => {
  assert.is((await measureProcess('no-such-command-here', [])).exitCode, 127);
});

measuring('reads what shells print of times', () => {
  assert.equal(readTimes('0m0.010000s 0m0.020000s\n1m2.500000s 0m0.250000s\n'), [62_500, 250]);
  assert.equal(readTimes('0m0.001s 0m0.002s\n0m1.500s 0m0.025s\n'), [1_500, 25]);
  assert.throws(() => readTimes('nothing'), /not the output of times/);
});

measuring.run();
