import { threadId } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { Arena, WorkerPlace } from '../../src/percolate/embedded/memory/arena.ts';

const MIB = 1024 * 1024;

/** Publishes a version whose list of segments stands at `block`. */
function publish(arena: Arena, block: number): void {
  arena.publish(block);
}

describe('the arena', () => {
  test('gives every block a place of its own, at multiples of 8', () => {
    const arena = new Arena(MIB);
    const blocks = [13, 8, 100].map((bytes) => arena.allocate(bytes));
    expect(new Set(blocks).size).toBe(3);
    for (const block of blocks) expect(block % 8).toBe(0);
    expect(arena.usedBytes).toBe(16 + 8 + 104);
  });

  test('says when it is full, and takes again when space was given back', () => {
    const arena = new Arena(MIB);
    const big = arena.allocate(600_000);
    expect(arena.allocate(600_000)).toBe(-1);
    arena.retire(big);
    expect(arena.allocate(600_000)).toBe(big);
  });

  test('knows how much of it was ever touched', () => {
    const arena = new Arena(MIB);
    const before = arena.touchedBytes;
    const first = arena.allocate(1000);
    const second = arena.allocate(5000);
    expect(arena.touchedBytes).toBe(before + 6000);
    arena.retire(first);
    arena.retire(second);
    arena.allocate(6000);
    expect(arena.touchedBytes).toBe(before + 6000);
  });

  test('joins neighbours that were given back, in any order', () => {
    const arena = new Arena(MIB);
    const blocks = Array.from({ length: 9 }, () => arena.allocate(100_000));
    for (const at of [4, 2, 3, 0, 8, 1, 7, 5, 6]) arena.retire(blocks[at]!);
    expect(arena.allocate(900_000)).toBe(blocks[0]);
  });

  test('keeps a block that is held, and recycles all others', () => {
    const arena = new Arena(MIB);
    const held = arena.allocate(300_000);
    const other = arena.allocate(300_000);
    arena.hold(held);
    arena.retire(held);
    arena.retire(other);
    expect(arena.allocate(300_000)).toBe(other);
    arena.letGo(held);
    expect(arena.allocate(300_000)).toBe(held);
  });

  test('says what finds room without touching further pages, and takes blocks below a limit', () => {
    const arena = new Arena(MIB);
    const blocks = [1000, 2000, 1000].map((bytes) => arena.allocate(bytes));
    expect(arena.hasRoom(8)).toBe(false);
    arena.retire(blocks[1]!);
    expect([2000, 2008].map((bytes) => arena.hasRoom(bytes))).toEqual([true, false]);
    expect(arena.allocateBelow(1000, blocks[1]!)).toBe(-1);
    expect(arena.allocateBelow(1000, blocks[2]!)).toBe(blocks[1]);
  });

  test('does not reuse a place while a worker may still read it', () => {
    const arena = new Arena(MIB);
    const worker = new WorkerPlace(arena.memory);
    const old = arena.allocate(600_000);
    publish(arena, old);
    worker.enter();
    publish(arena, 0);
    arena.retire(old);
    expect(arena.allocate(600_000)).toBe(-1);
    worker.leave();
    expect(arena.allocate(600_000)).toBe(old);
  });

  test('reuses it when the worker has gone on to the newer version', () => {
    const arena = new Arena(MIB);
    const worker = new WorkerPlace(arena.memory);
    const old = arena.allocate(600_000);
    publish(arena, old);
    worker.enter();
    publish(arena, 0);
    arena.retire(old);
    worker.enter();
    expect(arena.allocate(600_000)).toBe(old);
  });

  test('does not wait for a thread that has ended', () => {
    const arena = new Arena(MIB);
    const worker = new WorkerPlace(arena.memory);
    const old = arena.allocate(600_000);
    publish(arena, old);
    worker.enter();
    publish(arena, 0);
    arena.retire(old);
    arena.forgetThreadsBut(new Set([threadId]));
    expect(arena.allocate(600_000)).toBe(-1);
    arena.forgetThreadsBut(new Set([threadId + 1]));
    expect(arena.allocate(600_000)).toBe(old);
  });

  test('adds up what workers count', () => {
    const arena = new Arena(MIB);
    const [one, two] = [new WorkerPlace(arena.memory), new WorkerPlace(arena.memory)];
    one.stats[0] = 3;
    two.stats[0] = 4;
    expect(arena.stat(0)).toBe(7);
  });
});
