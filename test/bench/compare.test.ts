import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareFiles, compareResults } from '../../bench/compare.js';
import { figure } from '../../bench/result.js';
import type { BenchResult, Figure } from '../../bench/result.js';

const comparing = suite('compare');

const machine = { cores: 2, cpu: 'x', memoryBytes: 1, system: 's', node: 'v20', jq: 'jq-1.7' };

function result(figures: readonly Figure[], change: Partial<BenchResult> = {}): BenchResult {
  return {
    bench: 'transform',
    startedAt: '2026-01-01T00:00:00.000Z',
    work: { resources: 10 },
    machine,
    figures,
    checks: [],
    notes: [],
    ...change,
  };
}

const cpu = (values: readonly number[], better: Figure['better'] = 'lower'): Figure =>
  figure({ case: 'small', name: 'CPU', unit: 'µs', better }, values);

function verdict(before: Figure, after: Figure): string | undefined {
  return compareResults(result([before]), result([after]))[0]?.verdict;
}

comparing('tells worse from better by the direction of the figure', () => {
  assert.is(verdict(cpu([100, 102]), cpu([120, 125])), 'worse');
  assert.is(verdict(cpu([120, 125]), cpu([100, 102])), 'better');
  assert.is(verdict(cpu([100, 102], 'higher'), cpu([120, 125], 'higher')), 'better');
  assert.is(verdict(cpu([120, 125], 'higher'), cpu([100, 102], 'higher')), 'worse');
});

comparing('takes what overlaps, or differs by 5 % at most, for the same', () => {
  assert.is(verdict(cpu([100, 130]), cpu([125, 150])), 'same');
  assert.is(verdict(cpu([100, 101]), cpu([104, 105])), 'same');
  assert.is(verdict(cpu([100]), cpu([100])), 'same');
});

comparing('judges no figure that is told for information', () => {
  assert.is(verdict(cpu([1], 'neither'), cpu([99], 'neither')), 'told');
});

comparing('names figures that came or went', () => {
  const other = figure({ case: 'large', name: 'CPU', unit: 'µs', better: 'lower' }, [1]);
  const differences = compareResults(result([cpu([1])]), result([other]));
  assert.equal(
    differences.map((each) => [each.figure, each.verdict]),
    [
      ['small: CPU', 'gone'],
      ['large: CPU', 'new'],
    ],
  );
});

comparing('reads files, and says whether anything got worse', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-compare-'));
  try {
    const write = async (name: string, value: unknown): Promise<string> => {
      await writeFile(join(dir, name), JSON.stringify(value));
      return join(dir, name);
    };
    const before = await write('before.json', result([cpu([100])]));
    const slower = await write(
      'slower.json',
      result([cpu([200])], { work: { resources: 20 }, machine: { ...machine, jq: 'jq-1.6' } }),
    );
    const printed: string[] = [];
    assert.is(await compareFiles(before, slower, (text) => printed.push(text)), false);
    const text = printed.join('\n');
    assert.match(text, /100\.0 % +worse/);
    assert.match(text, /not do the same work/);
    assert.match(text, /jq was jq-1\.7 and is jq-1\.6/);
    assert.match(text, /1 got worse/);
    assert.is(await compareFiles(before, before, () => undefined), true);

    const other = await write('other.json', result([cpu([1])], { bench: 'resync-first' }));
    await fails(
      compareFiles(before, other, () => undefined),
      /is of transform.*of resync-first/,
    );
    const foreign = await write('foreign.json', { name: 'package' });
    await fails(
      compareFiles(before, foreign, () => undefined),
      /is no result of a benchmark/,
    );
  } finally {
    await rm(dir, { recursive: true });
  }
});

async function fails(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason as Error,
  );
  assert.match(error?.message ?? 'it did not fail', message);
}

comparing.run();
