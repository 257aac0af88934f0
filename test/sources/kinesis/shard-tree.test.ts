import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Checkpoint, ShardStart } from '../../../src/model/stream-record.js';
import { readableShards } from '../../../src/sources/kinesis/shard-tree.js';
import type { ShardInfo, ShardTree } from '../../../src/sources/kinesis/shard-tree.js';

const test = suite('sources/kinesis/shard-tree');

const START: ShardStart = { type: 'timestamp', at: 5 };
const NONE: ReadonlySet<string> = new Set();

function shard(shardId: string, parents: string[] = [], over: Partial<ShardInfo> = {}): ShardInfo {
  return { shardId, parents, isOpen: true, ...over };
}

function tree(
  shards: readonly ShardInfo[],
  checkpoints: Record<string, Checkpoint> = {},
  over: Partial<ShardTree> = {},
): ShardTree {
  const checkpoint = (shardId: string): Checkpoint | undefined => checkpoints[shardId];
  const sets = { reading: NONE, ended: NONE, young: NONE };
  return { shards, checkpoint, start: START, ...sets, ...over };
}

/** `id from` of each shard that may be begun. */
function begun(given: ShardTree): string[] {
  return readableShards(given).map(({ shardId, from, isForeign }) => {
    const where = from.type === 'after' ? `after ${from.sequenceNumber}` : from.type;
    return `${shardId} ${where}${isForeign ? ' foreign' : ''}`;
  });
}

const done = (sequenceNumber?: string): Checkpoint => ({
  ...(sequenceNumber !== undefined && { sequenceNumber }),
  finished: true,
});
const at = (sequenceNumber: string): Checkpoint => ({ sequenceNumber, finished: false });
const closed = { isOpen: false };

test('a first start: roots begin at the start, children wait', () => {
  assert.equal(begun(tree([shard('a', [], closed), shard('b'), shard('c', ['a'])])), [
    'a timestamp',
    'b timestamp',
  ]);
});

test('a split: children begin with their first record when their parent is finished, not before', () => {
  const shards = [shard('a', [], closed), shard('b', ['a']), shard('c', ['a'])];
  assert.equal(begun(tree(shards, { a: at('7') })), ['a after 7']);
  assert.equal(begun(tree(shards, { a: done() })), ['b trim_horizon', 'c trim_horizon']);
});

test('a merge: the child waits for both parents', () => {
  const shards = [shard('a', [], closed), shard('b', [], closed), shard('c', ['a', 'b'])];
  assert.equal(begun(tree(shards, { a: done(), b: at('3') })), ['b after 3']);
  assert.equal(begun(tree(shards, { a: done(), b: done('9') })), ['c trim_horizon']);
});

test('parents that the stream has forgotten keep nobody waiting; the start still counts', () => {
  assert.equal(begun(tree([shard('c', ['a', 'b'])])), ['c timestamp']);
  const half = [shard('b', [], closed), shard('c', ['a', 'b'])];
  assert.equal(begun(tree(half, { b: done() })), ['c trim_horizon']);
});

test('a forgotten parent that is still being read keeps its child waiting', () => {
  const given = tree([shard('c', ['a'])], {}, { reading: new Set(['a']) });
  assert.equal(begun(given), []);
});

test('a shard that came since the first list is read whole, whatever the start', () => {
  const given = tree([shard('c', ['a'])], {}, { young: new Set(['c']), start: { type: 'latest' } });
  assert.equal(begun(given), ['c trim_horizon']);
});

test('what is being read is not begun twice', () => {
  const given = tree([shard('a'), shard('b')], { a: at('7') }, { reading: new Set(['a']) });
  assert.equal(begun(given), ['b timestamp']);
});

test('a checkpoint before the first record is that of an older stream of the same name', () => {
  const made = shard('a', [], { firstSequenceNumber: '100' });
  assert.equal(begun(tree([made], { a: at('99') })), ['a trim_horizon foreign']);
  assert.equal(begun(tree([made], { a: at('100') })), ['a after 100']);
  // As numbers, not as text.
  assert.equal(begun(tree([made], { a: at('1000') })), ['a after 1000']);
  const closedOne = { ...made, isOpen: false };
  assert.equal(begun(tree([closedOne], { a: done('20') })), ['a trim_horizon foreign']);
});

test('an open shard has not ended, whatever its checkpoint says, unless its end was read in this run', () => {
  const checkpoints = { a: done() };
  assert.equal(begun(tree([shard('a')], checkpoints)), ['a trim_horizon foreign']);
  assert.equal(begun(tree([shard('a')], checkpoints, { ended: new Set(['a']) })), []);
});

/** A stream that is split, merged and trimmed at random while it is read. */
class World {
  readonly shards = new Map<string, ShardInfo>();
  readonly checkpoints: Record<string, Checkpoint> = {};
  readonly reading = new Set<string>();
  readonly ended = new Set<string>();
  readonly begun: string[] = [];
  #made = 0;

  constructor(roots: number) {
    for (let count = 0; count < roots; count += 1) this.#make([]);
  }

  #make(parents: string[]): void {
    const shardId = `s${this.#made}`;
    this.#made += 1;
    this.shards.set(shardId, shard(shardId, parents, { firstSequenceNumber: String(this.#made) }));
  }

  #open(): string[] {
    return [...this.shards.values()].filter(({ isOpen }) => isOpen).map(({ shardId }) => shardId);
  }

  #close(shardId: string): void {
    this.shards.set(shardId, { ...this.shards.get(shardId)!, isOpen: false });
  }

  split(pick: number): void {
    const open = this.#open();
    const parent = open[pick % open.length]!;
    this.#close(parent);
    this.#make([parent]);
    this.#make([parent]);
  }

  merge(pick: number): void {
    const open = this.#open();
    if (open.length < 2) return;
    const [one, other] = [open[pick % open.length]!, open[(pick + 1) % open.length]!];
    this.#close(one);
    this.#close(other);
    this.#make([one, other]);
  }

  /** The retention of a finished shard passes. */
  trim(pick: number): void {
    const old = [...this.shards.keys()].filter((shardId) => this.ended.has(shardId));
    const gone = old[pick % Math.max(1, old.length)];
    if (gone === undefined) return;
    this.shards.delete(gone);
    delete this.checkpoints[gone];
  }

  list(): void {
    const { reading, ended } = this;
    const shards = [...this.shards.values()];
    const young = new Set(
      shards.map(({ shardId }) => shardId).filter((id) => Number(id.slice(1)) > 2),
    );
    for (const { shardId, isForeign } of readableShards(
      tree(shards, this.checkpoints, { reading, ended, young }),
    )) {
      assert.not(isForeign);
      for (const parent of this.shards.get(shardId)!.parents) {
        assert.ok(
          !this.shards.has(parent) || this.ended.has(parent),
          `${shardId} before ${parent}`,
        );
      }
      this.begun.push(shardId);
      reading.add(shardId);
    }
  }

  /** The end of a closed shard is read and settled. */
  finish(pick: number): boolean {
    const ending = [...this.reading].filter((shardId) => !this.shards.get(shardId)!.isOpen);
    if (ending.length === 0) return false;
    const shardId = ending[pick % ending.length]!;
    this.reading.delete(shardId);
    this.ended.add(shardId);
    this.checkpoints[shardId] = done();
    return true;
  }

  get made(): number {
    return this.#made;
  }
}

test('whatever happens to a stream, each shard is begun once, after its parents, and none is forgotten', () => {
  const step = fc.record({
    what: fc.constantFrom('split', 'merge', 'trim', 'finish', 'list'),
    pick: fc.nat(20),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.array(step, { maxLength: 40 }),
      (roots, steps) => {
        const world = new World(roots);
        for (const { what, pick } of steps) world[what as 'split'](pick);
        do world.list();
        while (world.finish(0));
        assert.is(new Set(world.begun).size, world.begun.length, 'begun twice');
        assert.is(world.begun.length, world.made, 'never begun');
      },
    ),
    { numRuns: 300 },
  );
});

test.run();
