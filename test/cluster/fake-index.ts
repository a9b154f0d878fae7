import type { Change, Checkpoint, Write, Written } from '../../src/cluster/query-index.ts';
import type { SharedQuery, Versioned } from '../../src/cluster/shared-query.ts';
import { EstromError } from '../../src/errors.ts';

/**
 * The index of queries in memory, for interleavings and faults that a real server shows by chance only:
 * every call waits for a turn that the test gives.
 */
export class FakeIndex {
  readonly name = 'fake';
  readonly documents = new Map<string, Versioned>();
  uuid = 'one';
  seqNo = -1;
  /** Below the newest: operations under way. */
  lag = 0;
  /** Whether calls fail, and whether writes had their effect all the same. */
  fails: 'no' | 'before' | 'after' = 'no';
  reads = 0;
  /** Called before a write: what others do meanwhile. */
  meanwhile: (() => void) | undefined;

  put(id: string, query: SharedQuery): void {
    this.seqNo += 1;
    this.documents.set(id, { seqNo: this.seqNo, term: 1, query });
  }

  async read(ids: readonly string[]): Promise<Map<string, Versioned>> {
    await null;
    this.#check('before');
    this.reads += 1;
    const found = ids.flatMap((id) => {
      const document = this.documents.get(id);
      return document === undefined ? [] : [[id, document] as const];
    });
    return new Map(found);
  }

  async write(writes: readonly Write[]): Promise<Written[]> {
    await null;
    this.#check('before');
    this.meanwhile?.();
    const written = writes.map(({ id, query, over }): Written => {
      const there = this.documents.get(id);
      if (there?.seqNo !== over?.seqNo) return 'conflict';
      this.put(id, query);
      return { seqNo: this.seqNo, term: 1 };
    });
    this.#check('after');
    return written;
  }

  async checkpoint(): Promise<Checkpoint> {
    await null;
    this.#check('before');
    return { uuid: this.uuid, seqNo: this.seqNo - this.lag };
  }

  async *changes(after: number, upTo: number): AsyncGenerator<Change[]> {
    await null;
    this.#check('before');
    const changes = [...this.documents]
      .filter(([, { seqNo }]) => seqNo > after && seqNo <= upTo)
      .map(([id, version]) => ({ id, ...version }));
    yield changes.toSorted((a, b) => a.seqNo - b.seqNo);
  }

  async create(): Promise<void> {
    await null;
    this.#check('before');
  }

  #check(when: 'before' | 'after'): void {
    if (this.fails === when) throw new EstromError('UNAVAILABLE', 'Elasticsearch is away');
  }
}

export function aQuery(changed: Partial<SharedQuery> = {}): SharedQuery {
  return {
    ...{ index: '*', source: 'x', sourceIsJson: false, rowFilter: null, scope: null },
    ...{ createdAt: 1, claims: [], watching: [], idleUntil: 0, ended: 0 },
    ...changed,
  };
}
