import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { plotSvg } from '../../bench/plot.js';

const test = suite('bench/plot');

const panel = {
  title: 'By <size>',
  xLabel: 'size & more',
  yLabel: 'CPU',
  lines: [
    {
      name: 'first',
      points: [
        { x: 0, y: 0 },
        { x: 1_000, y: 47 },
      ],
    },
  ],
};

test('axes begin at 0 and end at a round number beyond the largest value', () => {
  const svg = plotSvg([panel]);
  const ticks = [...svg.matchAll(/text-anchor="(?:middle|end)">([\d,.]+)</g)].map(
    ([, tick]) => tick,
  );
  assert.equal(ticks, [
    '0',
    '200',
    '400',
    '600',
    '800',
    '1,000',
    '0',
    '10',
    '20',
    '30',
    '40',
    '50',
  ]);
  assert.match(svg, /<polyline points="64,232 420,47.8"/);
});

test('texts are escaped, and two panels stand in a row', () => {
  const svg = plotSvg([panel, panel, panel]);
  assert.match(svg, /By &lt;size>/);
  assert.match(svg, /size &amp; more/);
  assert.match(svg, /viewBox="0 0 880 560"/);
  assert.is(svg.match(/translate\(440 0\)/g)?.length, 1);
  assert.is(svg.match(/translate\(0 280\)/g)?.length, 1);
});

test('values below one have ticks too', () => {
  const line = { name: 'a', points: [{ x: 0.2, y: 0.003 }] };
  assert.match(plotSvg([{ ...panel, lines: [line] }]), />0\.003</);
});

test.run();
