import { workerData } from 'piscina';
import { mergeSegments } from './segments/merge.ts';
import { Segment } from './segments/segment.ts';
import type { SegmentBuilder } from './segments/segment-builder.ts';
import type { CopyTask } from './segments/segment-set.ts';
import { segmentBytes, writeSegment } from './segments/segment-writer.ts';

const memory = workerData as SharedArrayBuffer;

/** What was merged and has no place yet. */
let merged: SegmentBuilder | undefined;

/** @param sources places of the segments to merge. @returns the bytes that the result needs */
export function prepare(sources: readonly number[]): number {
  merged = mergeSegments(sources.map((offset) => new Segment(memory, offset)));
  return segmentBytes(merged);
}

/** Writes what was prepared last. */
export function write({ target, id }: { readonly target: number; readonly id: number }): void {
  if (merged === undefined) throw new Error('no merge was prepared on this thread');
  writeSegment(merged, memory, target, id);
  merged = undefined;
}

/** Copies a segment to where nothing is yet. */
export function copy({ from, target, bytes }: CopyTask): void {
  new Uint8Array(memory, target, bytes).set(new Uint8Array(memory, from, bytes));
}
