import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { EditQueue } from '../../src/cluster/edit-queue.ts';
import type { Change } from '../../src/cluster/query-index.ts';
import type { Edit, SharedQuery } from '../../src/cluster/shared-query.ts';
import { aQuery, FakeIndex } from './fake-index.ts';

function setUp() {
  const index = new FakeIndex();
  const seen: Change[] = [];
  const missing: string[] = [];
  const queue = new EditQueue({
    index,
    onSeen: (change) => seen.push(change),
    onMissing: (id) => missing.push(id),
  });
  return { index, seen, missing, queue };
}

const claimed =
  (owner: string): Edit =>
  (query) => ({
    ...(query ?? aQuery()),
    claims: [...(query?.claims ?? []), { owner, until: null }],
  });
const owners = (query: SharedQuery | undefined) => query?.claims.map(({ owner }) => owner);

describe('changes of shared queries', () => {
  it('of one document are one write', async () => {
    const { index, queue, seen } = setUp();
    const unknown = () => null;
    await Promise.all(['a', 'b', 'c'].map((owner) => queue.edit('q', unknown, claimed(owner))));
    expect(owners(index.documents.get('q')?.query)).toEqual(['a', 'b', 'c']);
    expect(queue.writes).toBe(1);
    expect(index.reads).toBe(0);
    expect(seen).toMatchObject([{ id: 'q', seqNo: 0 }]);
  });

  it('are made anew over what another node wrote', async () => {
    const { index, queue } = setUp();
    index.put('q', aQuery({ claims: [{ owner: 'first', until: null }] }));
    let others = 3;
    index.meanwhile = () => {
      if (others-- > 0)
        index.put('q', claimed(`other-${others}`)(index.documents.get('q')!.query)!);
    };
    await queue.edit('q', () => null, claimed('mine'));
    expect(owners(index.documents.get('q')?.query)).toEqual([
      ...['first', 'other-2', 'other-1', 'other-0', 'mine'],
    ]);
    expect(queue.conflicts).toBe(3);
  });

  it('that come to nothing are checked against what is there, and not written', async () => {
    const { index, queue, seen, missing } = setUp();
    index.put('q', aQuery());
    await queue.edit(
      'q',
      () => ({ seqNo: 0, term: 1, query: aQuery() }),
      (query) => query,
    );
    await queue.edit(
      'gone',
      () => null,
      (query) => query,
    );
    expect(index.reads).toBe(2);
    expect(queue.writes).toBe(0);
    expect(seen).toHaveLength(1);
    expect(missing).toEqual(['gone']);
  });

  it('that cannot be made leave the others of their document alone', async () => {
    const { index, queue } = setUp();
    const refused = queue.edit(
      'q',
      () => null,
      () => {
        throw new Error('not that');
      },
    );
    const made = queue.edit('q', () => null, claimed('a'));
    await expect(refused).rejects.toThrow('not that');
    await made;
    expect(owners(index.documents.get('q')?.query)).toEqual(['a']);
  });

  it('fail their callers while Elasticsearch is away; owed ones are made when it is back', async () => {
    vi.useFakeTimers();
    const { index, queue } = setUp();
    index.fails = 'before';
    await expect(queue.edit('q', () => null, claimed('a'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    queue.owe('q', () => null, 'b', claimed('b'));
    queue.owe('r', () => null, 'c', claimed('c'));
    await vi.advanceTimersByTimeAsync(5000);
    queue.owe('q', () => null, 'd', claimed('d'));
    await vi.advanceTimersByTimeAsync(10);
    expect(queue.owed).toBe(2);
    index.fails = 'no';
    await vi.advanceTimersByTimeAsync(3000);
    expect(queue.owed).toBe(0);
    expect(owners(index.documents.get('q')?.query)?.toSorted()).toEqual(['b', 'd']);
    expect(owners(index.documents.get('r')?.query)).toEqual(['c']);
    vi.useRealTimers();
  });

  it('owed about the same are one, however often they are made while Elasticsearch is away', async () => {
    vi.useFakeTimers();
    const { index, queue } = setUp();
    index.put('q', aQuery());
    index.fails = 'before';
    let made = 0;
    for (let time = 1; time <= 10_000; time++) {
      queue.owe(
        'q',
        () => undefined,
        'grace',
        (query) => {
          made++;
          return query && { ...query, idleUntil: time };
        },
      );
      await vi.advanceTimersByTimeAsync(1);
    }
    index.fails = 'no';
    made = 0;
    await vi.advanceTimersByTimeAsync(2000);
    expect(queue.owed).toBe(0);
    expect(index.documents.get('q')?.query.idleUntil).toBe(10_000);
    expect(made).toBe(1);
    vi.useRealTimers();
  });

  it('of any number of nodes all survive, whatever the order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ node: fc.nat(2), id: fc.nat(3), wait: fc.nat(3) }), { maxLength: 40 }),
        async (plan) => {
          const index = new FakeIndex();
          const queues = Array.from(
            { length: 3 },
            () => new EditQueue({ index, onSeen: () => {}, onMissing: () => {} }),
          );
          const edits: Promise<void>[] = [];
          for (const [at, { node, id, wait }] of plan.entries()) {
            for (let n = 0; n < wait; n++) await null;
            edits.push(queues[node]!.edit(`q${id}`, () => null, claimed(`o${at}`)));
          }
          await Promise.all(edits);
          const all = [...index.documents.values()].flatMap(({ query }) => owners(query)!);
          expect(all.toSorted()).toEqual(plan.map((_, at) => `o${at}`).toSorted());
        },
      ),
      { numRuns: 100 },
    );
  });
});
