import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { KeptImage } from './store.ts';

/** What is known of the image of all queries, and which of them have changed since. */
export class ImageTables {
  readonly #db: DatabaseSync;
  readonly #markChanged: StatementSync;
  readonly #putImage: StatementSync;
  readonly #unmark: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#markChanged = db.prepare(
      'INSERT INTO changed (ordinal, mark) VALUES (?, ?) ON CONFLICT (ordinal) DO UPDATE SET mark = excluded.mark',
    );
    this.#putImage = db.prepare(
      'INSERT INTO images (number, bytes, checksum, serial, mark) VALUES (?, ?, ?, ?, ?)',
    );
    this.#unmark = db.prepare('DELETE FROM changed WHERE mark < ?');
  }

  found(): { image: KeptImage | null; changed: number[]; mark: number } {
    const image = this.#db
      .prepare('SELECT number, bytes, checksum, serial, mark FROM images')
      .get() as unknown as KeptImage | undefined;
    const rows = this.#db.prepare('SELECT ordinal, mark FROM changed').all();
    const changed = rows.map(({ ordinal }) => Number(ordinal));
    const last = rows.reduce((most, { mark }) => Math.max(most, Number(mark)), image?.mark ?? 0);
    return { image: image === undefined ? null : { ...image }, changed, mark: last + 1 };
  }

  /** What the image says of the query is not true any more. */
  markChanged(ordinal: number, mark: number): void {
    this.#markChanged.run(ordinal, mark);
  }

  /** Replaces the image; it has the changes before its mark. */
  put({ number, bytes, checksum, serial, mark }: KeptImage): void {
    this.#db.exec('DELETE FROM images');
    this.#putImage.run(number, bytes, checksum, serial, mark);
    this.#unmark.run(mark);
  }
}
