import { mergeSegments } from '../../src/percolate/embedded/segments/merge.ts';
import { Segment } from '../../src/percolate/embedded/segments/segment.ts';
import type { SegmentBuilder } from '../../src/percolate/embedded/segments/segment-builder.ts';
import type { Merger } from '../../src/percolate/embedded/segments/segment-set.ts';
import {
  segmentBytes,
  writeSegment,
} from '../../src/percolate/embedded/segments/segment-writer.ts';

/** Merges on this thread, as the merge worker does on its own. */
export function localMerger(memory: SharedArrayBuffer): Merger {
  let merged: SegmentBuilder | undefined;
  return {
    prepare: async (sources) => {
      merged = mergeSegments(sources.map((at) => new Segment(memory, at)));
      return segmentBytes(merged);
    },
    write: async ({ target, id }) => {
      writeSegment(merged!, memory, target, id);
    },
    copy: async ({ from, target, bytes }) => {
      new Uint8Array(memory, target, bytes).set(new Uint8Array(memory, from, bytes));
    },
  };
}
