import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('sim/stream/emulator');

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

test('the emulator ends with the process that started it, even where that is killed', async () => {
  const script = `
    import { startEmulator } from './src/sim/stream/emulator.ts';
    console.log((await startEmulator()).url);
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    url = line;
    break;
  }
  assert.ok(await answers(url), url);
  child.kill('SIGKILL');
  while (await answers(url)) await sleep(20);
});

test.run();
