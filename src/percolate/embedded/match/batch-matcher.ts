import { isUtf8 } from 'node:buffer';
import { getHeapStatistics } from 'node:v8';
import {
  type DocumentFailure,
  type NamedMatch,
  type QueryOrdinal,
  SLOT_END,
  SLOT_INDEX,
  SLOT_START,
  SLOT_WORDS,
} from '../../../document.ts';
import type { FieldProposal } from '../../../mapping/index-mappings.ts';
import { EXISTS } from '../compile/term-class.ts';
import { FieldTree } from '../fields/field-tree.ts';
import { StrictMapping } from '../fields/kind-nodes.ts';
import { MappingLogReader } from '../fields/mapping-log.ts';
import * as A from '../memory/arena.ts';
import { IntList } from '../memory/int-list.ts';
import { Atoms } from '../scan/atoms.ts';
import { JsonScanner, MalformedDocument, NOWHERE } from '../scan/json-scanner.ts';
import { TooManyNested } from '../scan/nested-rows.ts';
import { RefusedValue, ValueReader } from '../scan/value-reader.ts';
import { VISIT, Wants } from '../scan/wants.ts';
import { Segment } from '../segments/segment.ts';
import { type CostSample, CostSamples, type Overrun } from './cost-samples.ts';
import { type Found, type MatchStats, SegmentMatcher } from './segment-matcher.ts';

/** A batch as it travels to a worker: numbers and handles of shared memory. */
export interface BatchTask {
  readonly bytes: SharedArrayBuffer;
  readonly slots: Uint32Array<SharedArrayBuffer>;
  readonly count: number;
  readonly indices: readonly string[];
  /** Positions in `indices` for which there is no room. */
  readonly refused: readonly number[];
  /** `_id` of each slot, where some query asks for it and senders gave them. */
  readonly ids?: readonly string[];
  /** Queries that are not matched; absent for none. */
  readonly paused?: readonly QueryOrdinal[];
}

export interface BatchAnswer {
  readonly pairs: Uint32Array;
  readonly failures: readonly DocumentFailure[];
  readonly named: readonly NamedMatch[];
  /** Field types that this worker had to choose, in order: the answer holds only if they are accepted. */
  readonly proposals: readonly FieldProposal[];
  /** What queries cost, of some documents. */
  readonly samples: readonly CostSample[];
  readonly overruns: readonly Overrun[];
}

export interface BatchMatcherOptions {
  readonly memory: SharedArrayBuffer;
  readonly maxFields: number;
  readonly maxDepth: number;
  /** Values that contradict their field's type refuse the document. */
  readonly strictMapping?: boolean;
  /** Milliseconds that one query may take for one document. */
  readonly queryBudget: number;
}

/** Milliseconds between two looks at the size of the heap. */
const HEAP_INTERVAL = 1000;

/** Everything that one worker keeps: its view of the mappings and of the segments, and scratch tables. */
export class BatchMatcher {
  readonly #memory: SharedArrayBuffer;
  readonly #clock: () => number;
  readonly #place: A.WorkerPlace;
  readonly #log: MappingLogReader;
  readonly #tree: FieldTree;
  readonly #atoms = new Atoms();
  readonly #values: ValueReader;
  readonly #scanner: JsonScanner;
  readonly #stats: MatchStats = { candidates: 0, matches: 0 };
  readonly #found: Found = { pairs: new IntList(4096), named: [] };
  readonly #costs: CostSamples;
  #version = -1;
  #heapRead = 0;
  #matchers: SegmentMatcher[] = [];

  /** @param clock what `now` means in queries: epoch milliseconds */
  constructor(
    { memory, maxFields, maxDepth, queryBudget, strictMapping = false }: BatchMatcherOptions,
    clock: () => number = Date.now,
  ) {
    this.#clock = clock;
    this.#costs = new CostSamples(queryBudget);
    this.#memory = memory;
    this.#place = new A.WorkerPlace(memory);
    this.#log = new MappingLogReader(memory, this.#place.control);
    this.#tree = new FieldTree(maxFields);
    this.#values = new ValueReader(this.#tree, this.#atoms, this.#wants(), strictMapping);
    this.#scanner = new JsonScanner(this.#tree, this.#values, maxDepth);
    this.#readHeap();
  }

  match(task: BatchTask): BatchAnswer {
    const began = performance.now();
    try {
      this.#catchUp();
      const failures: DocumentFailure[] = [];
      // One time for all documents of a batch, as Elasticsearch has one for a request.
      const now = this.#clock();
      for (const matcher of this.#matchers) matcher.now = now;
      this.#found.pairs.length = 0;
      this.#found.named = [];
      this.#costs.beginBatch(task.paused ?? []);
      this.#matchAll(task, failures);
      const pairs = new Uint32Array(this.#found.pairs.view());
      const { named } = this.#found;
      const { dearest: samples, overruns } = this.#costs;
      return { pairs, failures, proposals: this.#tree.settle(), samples, overruns, named };
    } finally {
      this.#place.leave();
      this.#atoms.shrink();
      const { stats } = this.#place;
      stats[A.STAT_CANDIDATES] = this.#stats.candidates;
      stats[A.STAT_MATCHES] = this.#stats.matches;
      stats[A.STAT_CONFLICTS] = this.#values.conflicts;
      const ended = performance.now();
      stats[A.STAT_BUSY_SECONDS]! += (ended - began) / 1000;
      if (ended > this.#heapRead + HEAP_INTERVAL) this.#readHeap();
    }
  }

  /**
   * Takes up the newest queries and mappings. Queries that fields need are published before the fields
   * are: whoever reads of new fields looks for queries once more.
   */
  #catchUp(): void {
    for (;;) {
      const version = this.#place.enter();
      if (version !== this.#version) this.#follow(version);
      if (!this.#log.catchUp(this.#tree)) return;
      // What is wanted of a field depends on its kind.
      this.#values.wants = this.#wants();
      this.#place.leave();
    }
  }

  #readHeap(): void {
    const { total_heap_size, external_memory } = getHeapStatistics();
    this.#place.stats[A.STAT_HEAP_BYTES] = total_heap_size + external_memory;
    this.#heapRead = performance.now();
  }

  #matchAll(task: BatchTask, failures: DocumentFailure[]): void {
    const { slots, count, indices } = task;
    const { stats } = this.#place;
    const roots = indices.map((index, i) =>
      task.refused.includes(i) ? -1 : this.#tree.root(index),
    );
    const text = Buffer.from(task.bytes);
    const allUtf8 = isUtf8(
      text.subarray(slots[SLOT_START], slots[(count - 1) * SLOT_WORDS + SLOT_END]),
    );
    this.#scanner.use(task.bytes);
    for (let slot = 0; slot < count; slot++) {
      const begin = slots[slot * SLOT_WORDS + SLOT_START]!;
      const end = slots[slot * SLOT_WORDS + SLOT_END]!;
      const index = slots[slot * SLOT_WORDS + SLOT_INDEX]!;
      stats[A.STAT_DOCUMENTS]!++;
      stats[A.STAT_BYTES]! += end - begin;
      const root = roots[index]!;
      const refusal =
        root < 0
          ? refused(slot, indices[index]!)
          : !allUtf8 && !isUtf8(text.subarray(begin, end))
            ? malformed(slot, 'the source is not valid UTF-8')
            : this.#matchOne(root, indices[index]!, task.ids?.[slot], slot, begin, end);
      if (refusal === null) continue;
      stats[A.STAT_MALFORMED]!++;
      failures.push(refusal);
    }
  }

  #matchOne(
    root: number,
    index: string,
    id: string | undefined,
    slot: number,
    begin: number,
    end: number,
  ): DocumentFailure | null {
    this.#atoms.clear();
    this.#costs.beginDocument();
    this.#values.beginDocument();
    const { chosen } = this.#tree;
    try {
      this.#scanner.scan(this.#tree.kinds.isDisabled(index) ? NOWHERE : root, begin, end);
    } catch (error) {
      // What is refused fixes no types.
      this.#tree.undo(chosen);
      if (error instanceof MalformedDocument) return malformed(slot, error.message);
      if (error instanceof RefusedValue) return refusedFor(slot, MALFORMED, error.message);
      if (error instanceof TooManyNested) return refusedFor(slot, MALFORMED, error.message);
      if (error instanceof StrictMapping) return refusedFor(slot, STRICT, error.message);
      throw error;
    }
    this.#values.constants(index);
    if (id !== undefined) this.#values.id(id);
    const { nested } = this.#values;
    if (!nested.isEmpty) nested.split();
    this.#atoms.salt(this.#tree.pathHashes);
    for (const matcher of this.#matchers)
      matcher.match(this.#atoms, root, index, slot, this.#found, nested);
    return null;
  }

  /** Takes up the segments of a version, keeping what is known of those that stay. */
  #follow(version: number): void {
    const { control } = this.#place;
    const known = new Map(this.#matchers.map((matcher) => [matcher.segment.id, matcher]));
    const list = Atomics.load(control, A.CONTROL_SEGMENTS) * 8;
    const count = list === 0 ? 0 : new Int32Array(this.#memory, list, 1)[0]!;
    // Pairs of (segment id, place in units of 8 bytes) follow the count.
    const entries = new Int32Array(this.#memory, list + 8, count * 2);
    this.#matchers = Array.from({ length: count }, (_, i) => {
      const offset = entries[2 * i + 1]! * 8;
      const kept = known.get(entries[2 * i]!);
      // It may have been moved.
      if (kept?.segment.offset === offset) return kept;
      const segment = new Segment(this.#memory, offset);
      return new SegmentMatcher(segment, this.#tree, this.#stats, this.#costs);
    });
    this.#version = version;
    this.#values.wants = this.#wants();
  }

  #wants(): Wants {
    const matchers = this.#matchers;
    let asked = 0;
    for (const { segment } of matchers) asked |= segment.fieldClasses;
    const exists = (asked & (1 << EXISTS)) !== 0;
    const classesOf = (node: number) =>
      matchers.reduce((mask, matcher) => mask | matcher.classesOf(node), 0);
    const { nested } = this.#tree;
    const own = (node: number) =>
      nested.isEmpty
        ? classesOf(node)
        : nested.included(node).reduce((mask, place) => mask | classesOf(place), classesOf(node));
    return new Wants(exists, (node) => {
      const keyword = this.#tree.keywords[node]!;
      const visit =
        exists || (keyword >= 0 && own(keyword) !== 0) || this.#tree.kinds.isVisited(node, own);
      return own(node) | (visit ? VISIT : 0);
    });
  }
}

const MALFORMED = 'mapper_parsing_exception';
const STRICT = 'strict_dynamic_mapping_exception';

function refusedFor(slot: number, type: string, reason: string): DocumentFailure {
  return { slot, status: 400, type, reason };
}

function malformed(slot: number, what: string): DocumentFailure {
  return refusedFor(slot, MALFORMED, `failed to parse: ${what}`);
}

function refused(slot: number, index: string): DocumentFailure {
  const reason = `no room for the index [${index}]: this node keeps no more mappings, see the setting max-indices`;
  return { slot, status: 400, type: 'illegal_argument_exception', reason };
}
