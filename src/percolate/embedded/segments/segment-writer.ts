import { BOUND, NOT_VALUES } from '../compile/term-class.ts';
import { GROUP_WORDS } from './interval-list.ts';
import type { SegmentBuilder } from './segment-builder.ts';
import * as F from './segment-format.ts';
import { TERM_HASH, TERM_KEY, TERM_WORDS } from './term-table.ts';

/** Bytes of each section of a laid-out segment, and of the whole. */
interface Layout {
  readonly offsets: readonly number[];
  readonly bytes: number;
  readonly slots: number;
}

/** Bytes that {@link writeSegment} will need for a laid-out builder. */
export function segmentBytes(builder: SegmentBuilder): number {
  return layout(builder).bytes;
}

/**
 * Writes a laid-out segment into `memory` at byte `offset` (a multiple of 8).
 * @returns the bytes written
 */
export function writeSegment(
  builder: SegmentBuilder,
  memory: SharedArrayBuffer,
  offset: number,
  id: number,
): number {
  const { offsets, bytes, slots } = layout(builder);
  const header = new Int32Array(memory, offset, F.HEADER_WORDS);
  const put = (section: number, values: Int32Array) =>
    new Int32Array(memory, offset + offsets[section]!, values.length).set(values);
  header.fill(0);
  header[F.H_MAGIC] = F.MAGIC;
  header[F.H_FORMAT] = F.FORMAT;
  header[F.H_ID] = id;
  header[F.H_BYTES] = bytes;
  header[F.H_QUERIES] = builder.size;
  header[F.H_TERMS] = builder.terms.size;
  header[F.H_FIELDS] = builder.fields.length / F.FIELD_WORDS;
  header[F.H_ANY_CLASSES] = anyClasses(builder);
  header[F.H_FIELD_CLASSES] = fieldClasses(builder);
  header[F.H_HAS_WORDS] = builder.hasWords ? 1 : 0;
  header[F.H_HAS_NAMES] = builder.hasNames ? 1 : 0;
  header[F.H_SLOTS] = slots;
  header[F.H_ALWAYS] = builder.always.length;
  header[F.H_INDEX_TERMS] = builder.indexTerms.length;
  header[F.H_TERM_BYTES] = builder.terms.bytes.length;
  header[F.H_PROGRAM_WORDS] = builder.programs.length;
  header[F.H_CONSTANTS] = builder.constants.length;
  header[F.H_POSTING_WORDS] = builder.postings.length;
  header[F.H_FIELD_BYTES] = builder.fieldBytes.length;
  header[F.H_INTERVAL_GROUPS] = builder.intervals.groups.length / GROUP_WORDS;
  header[F.H_INTERVALS] = builder.intervals.lows.length;
  header[F.H_MAXIMA] = builder.intervals.maxima.length;
  header[F.H_ABSENT_GROUPS] = builder.absentGroups.length / 2;
  header[F.H_ABSENT_WORDS] = builder.absentPostings.length;
  header[F.H_VALUE_TERMS] = builder.valueTerms.length;
  header.set(builder.partLengths, F.H_PART_LENGTHS);
  header[F.H_ANY_PARTS] = builder.hasAnyParts ? 1 : 0;
  header[F.H_PART_ANCHORS] = builder.hasPartAnchors ? 1 : 0;
  header[F.H_GUARDS] = builder.guards.length;
  header[F.H_WEAK] = builder.weak;
  for (let section = 0; section < F.SECTIONS; section++)
    header[F.H_SECTIONS + section] = offsets[section]!;

  const putDoubles = (section: number, values: ArrayLike<number>) =>
    new Float64Array(memory, offset + offsets[section]!, values.length).set(values);

  putDoubles(F.S_CONSTANTS, builder.constants);
  putDoubles(F.S_INTERVAL_LOWS, builder.intervals.lows);
  putDoubles(F.S_INTERVAL_HIGHS, builder.intervals.highs);
  putDoubles(F.S_MAXIMA, builder.intervals.maxima);
  put(F.S_INTERVAL_GROUPS, builder.intervals.groups.view());
  put(F.S_INTERVAL_ENTRIES, builder.intervals.entries);
  put(F.S_ABSENT_GROUPS, builder.absentGroups);
  put(F.S_ABSENT, builder.absentPostings);
  put(F.S_VALUE_TERMS, builder.valueTerms.view());
  put(F.S_GUARDS, builder.guards.view());
  writeSlots(builder, new Int32Array(memory, offset + offsets[F.S_SLOTS]!, slots * F.SLOT_PAIR));
  put(F.S_TERM_META, builder.terms.meta.view());
  put(F.S_POSTING_STARTS, builder.postingStarts);
  put(F.S_POSTINGS, builder.postings);
  put(F.S_ORDINALS, builder.ordinals.view());
  put(F.S_PROGRAM_STARTS, builder.programStarts.view());
  put(F.S_PROGRAMS, builder.programs.view());
  put(F.S_ALWAYS, builder.always.view());
  put(F.S_INDEX_TERMS, builder.indexTerms.view());
  put(F.S_FIELDS, builder.fields.view());
  new Int32Array(memory, offset + offsets[F.S_LIVE]!, (builder.size + 31) >>> 5).fill(-1);
  const { bytes: termBytes } = builder.terms;
  new Uint8Array(memory, offset + offsets[F.S_TERM_BYTES]!, termBytes.length).set(
    termBytes.values.subarray(0, termBytes.length),
  );
  const { fieldBytes } = builder;
  new Uint8Array(memory, offset + offsets[F.S_FIELD_BYTES]!, fieldBytes.length).set(
    fieldBytes.values.subarray(0, fieldBytes.length),
  );
  return bytes;
}

function layout(builder: SegmentBuilder): Layout {
  const terms = builder.terms.size;
  let slots = 16;
  while (slots < builder.lookedUp * 2) slots *= 2;
  const words: number[] = [];
  words[F.S_CONSTANTS] = builder.constants.length * 2;
  words[F.S_SLOTS] = slots * F.SLOT_PAIR;
  words[F.S_TERM_META] = terms * TERM_WORDS;
  words[F.S_POSTING_STARTS] = terms + 1;
  words[F.S_POSTINGS] = builder.postings.length;
  words[F.S_ORDINALS] = builder.size;
  words[F.S_PROGRAM_STARTS] = builder.size + 1;
  words[F.S_PROGRAMS] = builder.programs.length;
  words[F.S_ALWAYS] = builder.always.length;
  words[F.S_INDEX_TERMS] = builder.indexTerms.length;
  words[F.S_FIELDS] = builder.fields.length;
  words[F.S_LIVE] = (builder.size + 31) >>> 5;
  words[F.S_TERM_BYTES] = (builder.terms.bytes.length + 3) >>> 2;
  words[F.S_FIELD_BYTES] = (builder.fieldBytes.length + 3) >>> 2;
  const { intervals } = builder;
  words[F.S_INTERVAL_LOWS] = intervals.lows.length * 2;
  words[F.S_INTERVAL_HIGHS] = intervals.highs.length * 2;
  words[F.S_MAXIMA] = intervals.maxima.length * 2;
  words[F.S_INTERVAL_GROUPS] = intervals.groups.length;
  words[F.S_INTERVAL_ENTRIES] = intervals.entries.length;
  words[F.S_ABSENT_GROUPS] = builder.absentGroups.length;
  words[F.S_ABSENT] = builder.absentPostings.length;
  words[F.S_VALUE_TERMS] = builder.valueTerms.length;
  words[F.S_GUARDS] = builder.guards.length;
  const offsets: number[] = [];
  let at = F.HEADER_WORDS * 4;
  for (let section = 0; section < F.SECTIONS; section++) {
    offsets.push(at);
    // Sections begin at multiples of 8, for the doubles.
    at += (words[section]! * 4 + 7) & ~7;
  }
  return { offsets, bytes: at, slots };
}

function writeSlots(builder: SegmentBuilder, slots: Int32Array): void {
  slots.fill(0);
  const mask = slots.length / F.SLOT_PAIR - 1;
  const meta = builder.terms.meta.values;
  for (let term = 0; term < builder.terms.size; term++) {
    if ((meta[term * TERM_WORDS + TERM_KEY]! & 31) === BOUND) continue;
    const hash = meta[term * TERM_WORDS + TERM_HASH]!;
    let slot = hash & mask;
    while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
    slots[slot * 2] = hash;
    slots[slot * 2 + 1] = term + 1;
  }
}

function anyClasses(builder: SegmentBuilder): number {
  let classes = 0;
  const meta = builder.terms.meta.values;
  for (let term = 0; term < builder.terms.size; term++) {
    const key = meta[term * TERM_WORDS + TERM_KEY]!;
    if (key >>> 5 === 0) classes |= 1 << (key & 31);
  }
  return classes & ~NOT_VALUES;
}

function fieldClasses(builder: SegmentBuilder): number {
  let classes = 0;
  for (let at = 0; at < builder.fields.length; at += F.FIELD_WORDS)
    classes |= builder.fields.values[at]!;
  return classes;
}
