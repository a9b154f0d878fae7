import type { QueryOrdinal } from '../../document.ts';
import type { Audience } from '../audience.ts';
import { type ImageContents, ImageFault, type Section } from './image-file.ts';
import type { QueryTable } from './query-table.ts';
import { COLUMN_NAMES, type Columns } from './records.ts';

/** Bytes of an id. */
const ID_BYTES = 16;

/** What an image says besides the columns. JSON knows no Infinity: null stands for it. */
export interface ImageHeader {
  readonly ordinals: number;
  readonly queries: number;
  /** Shared values by number; null where a number is free. */
  readonly indices: readonly (string | null)[];
  readonly owners: readonly (string | null)[];
  readonly audiences: readonly ({ index: string; rowFilter: string | null } | null)[];
  /** Claims after the first, of queries that have such. */
  readonly moreClaims: readonly [QueryOrdinal, [owner: string, until: number | null][]][];
  /** Queries that somebody watches. */
  readonly watched: readonly QueryOrdinal[];
  /** Bytes of each chunk of texts. */
  readonly chunks: readonly number[];
}

/**
 * The table as an image. It is a view: what changes before it is written may come out as it was, as it is
 * then, or in between. Texts have to be held.
 * @param serials by ordinal
 */
export function imageOf(table: QueryTable, serials: Float64Array): ImageContents<ImageHeader> {
  const { records, ids, ordinals } = table;
  const chunks = records.texts.contents;
  const moreClaims: [number, [string, number | null][]][] = [];
  const watched: number[] = [];
  for (const [ordinal, rare] of records.rare) {
    if (rare.watchers > 0) watched.push(ordinal);
    const others = [...(rare.otherClaims ?? [])];
    if (others.length === 0) continue;
    moreClaims.push([
      ordinal,
      others.map(([owner, until]) => [owner, Number.isFinite(until) ? until : null]),
    ]);
  }
  const orNull = <T>(values: readonly (T | undefined)[]) => values.map((value) => value ?? null);
  const header: ImageHeader = {
    ...{ ordinals, queries: table.size, moreClaims, watched },
    indices: orNull(records.indices.all),
    owners: orNull(records.owners.all),
    audiences: records.audiences.all.map((audience) =>
      audience === undefined ? null : { index: audience.index, rowFilter: audience.rowFilter },
    ),
    chunks: chunks.map(({ length }) => length),
  };
  const room = roomFor(ordinals);
  const sections: Section[] = [
    { name: 'ids', bytes: bytesOf(ids.words(ordinals)), room: room * ID_BYTES },
    { name: 'serials', bytes: bytesOf(serials), room: room * serials.BYTES_PER_ELEMENT },
    ...COLUMN_NAMES.map((name) => {
      const column = records.columns[name];
      const bytes = bytesOf(column.subarray(0, ordinals));
      return { name, bytes, room: room * column.BYTES_PER_ELEMENT };
    }),
    ...chunks.map((bytes, n) => ({ name: `text ${n}`, bytes })),
  ];
  return { header, sections };
}

/** An image as it was read. */
export interface LoadedImage {
  readonly header: ImageHeader;
  readonly sections: ReadonlyMap<string, ArrayBuffer>;
}

/**
 * Puts an image into an empty table. Whether the queries still are what it says is the caller's to tell.
 * @param audienceOf throws when an audience cannot be read any more
 * @param isChanged of these nothing is taken
 * @throws ImageFault, or what `audienceOf` throws; then the table is empty
 */
export function restoreTable(
  table: QueryTable,
  { header, sections }: LoadedImage,
  audienceOf: (kept: { scope: string | null; rowFilter: string | null }) => Audience,
  isChanged: readonly QueryOrdinal[],
): void {
  const { records, ids } = table;
  const { ordinals } = header;
  const audiences = header.audiences.map((kept) => {
    if (kept === null) return undefined;
    return audienceOf({ scope: kept.index === '*' ? null : kept.index, rowFilter: kept.rowFilter });
  });
  const section = (name: string): ArrayBuffer => {
    const found = sections.get(name);
    if (found === undefined) throw new ImageFault(`it has no section [${name}]`);
    return found;
  };
  const room = roomFor(ordinals);
  const columns: Columns = {
    createdAt: new Float64Array(section('createdAt'), 0, room),
    claimedUntil: new Float64Array(section('claimedUntil'), 0, room),
    idleUntil: new Float64Array(section('idleUntil'), 0, room),
    texts: new Uint32Array(section('texts'), 0, room),
    indices: new Uint32Array(section('indices'), 0, room),
    audiences: new Uint32Array(section('audiences'), 0, room),
    owners: new Uint32Array(section('owners'), 0, room),
    flags: new Uint8Array(section('flags'), 0, room),
  };
  const words = new Int32Array(section('ids'));
  const texts = header.chunks.map((_, n) => Buffer.from(section(`text ${n}`)));
  const orUndefined = <T>(values: readonly (T | null)[]) =>
    values.map((value) => value ?? undefined);
  for (const ordinal of isChanged) if (ordinal < ordinals) columns.flags[ordinal] = 0;
  records.restore(columns, {
    indices: orUndefined(header.indices),
    owners: orUndefined(header.owners),
    audiences,
    texts,
  });
  ids.restore(words, header.queries);
  table.adopt(ordinals);
  for (const [ordinal, claims] of header.moreClaims) {
    const entry = table.at(ordinal);
    for (const [owner, until] of claims) entry?.claim(owner, until ?? Number.POSITIVE_INFINITY);
  }
  for (const ordinal of header.watched) {
    const entry = table.at(ordinal);
    if (entry !== undefined) entry.idleUntil = Number.POSITIVE_INFINITY;
  }
}

/** The serials of an image, by ordinal. */
export function serialsOf({ sections }: LoadedImage): Float64Array<ArrayBuffer> {
  return new Float64Array(sections.get('serials') ?? new ArrayBuffer(0));
}

/** Ordinals that columns have room for when they are read. */
function roomFor(ordinals: number): number {
  return Math.max(1024, Math.ceil(ordinals * 1.25));
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
