import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PendingWrite } from '../../src/flow/pending-write.js';

const test = suite('flow/pending-write');

function pending(): {
  one: PendingWrite;
  sent: unknown[];
  send: (before: boolean | undefined) => void;
} {
  const sent: unknown[] = [];
  const one = new PendingWrite(
    { op: 'delete', blueprint: 'b', identifier: 'e' },
    'b\u0001e',
    false,
  );
  return { one, sent, send: (before) => sent.push(before) };
}

test('sends once both have come, the intent last', () => {
  const { one, sent, send } = pending();
  one.reachHead(true);
  assert.equal(sent, []);
  one.open(send);
  assert.equal(sent, [true]);
});

test('sends once both have come, the head of the lane last', () => {
  const { one, sent, send } = pending();
  one.open(send);
  assert.equal(sent, []);
  one.reachHead(undefined);
  assert.equal(sent, [undefined]);
});

test('tells a write that failed before it from one that was not there', () => {
  for (const before of [true, false, undefined]) {
    const { one, sent, send } = pending();
    one.reachHead(before);
    one.open(send);
    assert.equal(sent, [before]);
  }
});

test.run();
