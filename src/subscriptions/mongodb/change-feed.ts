import type { Collection } from 'mongodb';
import { type EstromPart, isForeign, type StoredDocument } from './documents.ts';
import { WRITER_LIFE, type Writer, type WriterDocument } from './writer.ts';

export interface ChangeFeedDeps {
  readonly subscriptions: Collection<StoredDocument>;
  readonly writers: Collection<WriterDocument>;
  /** This node's own. */
  readonly writer: Writer;
  /** Tells the listeners; when it rejects, the document comes again. */
  readonly tell: (document: StoredDocument) => Promise<void>;
  /** Puts estrom's part into documents that other programs have written; then they are changes of this node. */
  readonly adopt: () => Promise<void>;
  /** Milliseconds, of a clock that is never set. */
  readonly steadyNow?: () => number;
}

type Told = Pick<EstromPart, 'writer' | 'batch' | 'revision'>;

/** How far a writer's changes are known. */
interface Position {
  /** First batch that may still bring something. */
  from: number;
  /** Greatest batch seen. */
  last: number;
  /** What was told of the batches from there on: by id. */
  readonly told: Map<string, Omit<Told, 'writer'>>;
  seen: number;
  /** When `seen` was found to have changed. */
  seenAt: number;
}

/** A writer that has shown no sign for so long has no write under way any more. */
const QUIET = WRITER_LIFE / 4;
/** Who has not read for so long may have missed writers altogether. */
const ABSENCE = WRITER_LIFE / 2;
/** Documents that are told of side by side. */
const GROUP = 1000;

/** Finds what other nodes, and other programs, have changed; see {@link Writer}. */
export class ChangeFeed {
  readonly #deps: ChangeFeedDeps;
  readonly #now: () => number;
  readonly #positions = new Map<string, Position>();
  /** Those that a listener could not apply. */
  readonly #owed = new Set<string>();
  #readAt = Number.NEGATIVE_INFINITY;
  /** The same by the wall's clock: the other one stands still while a machine sleeps. */
  #readAtWall = Number.NEGATIVE_INFINITY;
  #told = 0;

  constructor(deps: ChangeFeedDeps) {
    this.#deps = deps;
    this.#now = deps.steadyNow ?? (() => performance.now());
  }

  /** Changes that were found and told. */
  get told(): number {
    return this.#told;
  }

  /** What is there now is known by other means: only what comes later is told. */
  async begin(): Promise<void> {
    this.#readAt = this.#now();
    this.#readAtWall = Date.now();
    await this.#readWriters(true);
  }

  /** A change that this node has made and tells itself. */
  noteTold(id: string, { writer, batch, revision }: Told): void {
    const { told } = this.#positionOf(writer);
    if ((told.get(id)?.revision ?? 0) < revision) told.set(id, { batch, revision });
  }

  /** A listener could not apply it: it is told again. */
  owe(id: string): void {
    this.#owed.add(id);
  }

  /** Tells of what has changed since the last time. Rejects when the server cannot be read. */
  async read(): Promise<void> {
    const start = this.#now();
    const startWall = Date.now();
    const isAbsent = start - this.#readAt > ABSENCE || startWall - this.#readAtWall > ABSENCE;
    const settled = await this.#readWriters(isAbsent);
    const owed = [...this.#owed].slice(0, GROUP);
    for (const id of owed) this.#owed.delete(id);
    try {
      const hasForeign = await this.#readDocuments(owed, isAbsent);
      this.#advance(settled);
      this.#readAt = start;
      this.#readAtWall = startWall;
      if (hasForeign) await this.#deps.adopt();
    } catch (error) {
      for (const id of owed) this.#owed.add(id);
      throw error;
    }
  }

  /** @returns whether some were written by other programs */
  async #readDocuments(owed: readonly string[], isAll: boolean): Promise<boolean> {
    const isOwed = new Set(owed);
    const asked = { $or: [...this.#changed(), ...FOREIGN, { _id: { $in: owed } }] };
    let hasForeign = false;
    let group: StoredDocument[] = [];
    for await (const document of this.#deps.subscriptions.find(isAll ? {} : asked)) {
      if (isForeign(document)) hasForeign = true;
      else if (!this.#isTold(document) || isOwed.has(document._id) || isAll) group.push(document);
      if (group.length < GROUP) continue;
      await this.#tell(group);
      group = [];
    }
    await this.#tell(group);
    return hasForeign;
  }

  /** @returns what was settled before anything else is read */
  async #readWriters(skipPast: boolean): Promise<ReadonlyMap<string, number>> {
    const settled = new Map<string, number>();
    const found = await this.#deps.writers.find({ seen: { $exists: true } }).toArray();
    const { current } = this.#deps.writer;
    const now = this.#now();
    for (const { _id: name, settled: done, seen } of found) {
      settled.set(name, done);
      const position = this.#positionOf(name);
      if (skipPast) position.from = Math.max(position.from, done + 1);
      if (position.seen !== seen.getTime()) {
        position.seen = seen.getTime();
        position.seenAt = now;
      }
    }
    // Of itself a node knows it sooner.
    if (current !== undefined) settled.set(current.name, current.settled);
    for (const name of this.#positions.keys()) {
      if (!settled.has(name)) this.#positions.delete(name);
    }
    return settled;
  }

  #positionOf(name: string): Position {
    let position = this.#positions.get(name);
    if (position === undefined) {
      position = { from: 1, last: 0, told: new Map(), seen: 0, seenAt: this.#now() };
      this.#positions.set(name, position);
    }
    return position;
  }

  *#changed(): Generator<Record<string, unknown>> {
    const { current } = this.#deps.writer;
    for (const [name, { from }] of this.#positions) {
      // What this node is writing it tells itself.
      const isOwn = name === current?.name;
      const batches = isOwn ? { $gte: from, $lte: current!.settled } : { $gte: from };
      yield { 'estrom.writer': name, 'estrom.batch': batches };
    }
  }

  #isTold({ _id: id, estrom }: StoredDocument): boolean {
    const { writer, batch, revision } = estrom!;
    const position = this.#positions.get(writer);
    if (position === undefined) return false;
    position.last = Math.max(position.last, batch);
    return (position.told.get(id)?.revision ?? 0) >= revision;
  }

  async #tell(documents: readonly StoredDocument[]): Promise<void> {
    await Promise.all(
      documents.map(async (document) => {
        const { _id: id } = document;
        this.noteTold(id, document.estrom!);
        try {
          await this.#deps.tell(document);
          this.#told++;
        } catch {
          this.#owed.add(id);
        }
      }),
    );
  }

  /** What was settled before the reading began has been seen by it. */
  #advance(settled: ReadonlyMap<string, number>): void {
    const now = this.#now();
    for (const [name, position] of this.#positions) {
      const { told, seenAt } = position;
      position.from = Math.max(position.from, (settled.get(name) ?? 0) + 1);
      if (now - seenAt > QUIET) position.from = Math.max(position.from, position.last + 1);
      for (const [id, { batch }] of told) if (batch < position.from) told.delete(id);
    }
  }
}

/** Documents that other programs have written, as {@link isForeign} has it; each finds its own by an index. */
export const FOREIGN: readonly Record<string, unknown>[] = [
  { 'estrom.writer': null },
  { 'estrom.deleted': false, deleted: true },
  { 'estrom.deleted': true, deleted: { $ne: true } },
];
