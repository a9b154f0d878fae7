import { workerData } from 'piscina';
import { mergeSegments } from './segments/merge.ts';
import { Segment } from './segments/segment.ts';
import { segmentBytes, writeSegment } from './segments/segment-writer.ts';

const memory = workerData as SharedArrayBuffer;

/** Places of the segments to merge, and of the room for the result. */
export interface MergeTask {
  readonly sources: readonly number[];
  readonly target: number;
  readonly capacity: number;
  readonly id: number;
}

/** Bytes of the merged segment; it was written only if they fit. */
export function merge({ sources, target, capacity, id }: MergeTask): number {
  const builder = mergeSegments(sources.map((offset) => new Segment(memory, offset)));
  const bytes = segmentBytes(builder);
  if (bytes <= capacity) writeSegment(builder, memory, target, id);
  return bytes;
}
