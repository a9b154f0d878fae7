import type { NamedMatch } from '../../../document.ts';
import { EXISTS, INDEX } from '../compile/term-class.ts';
import { RangeProbe } from '../doc-ranges/range-probe.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import { GeoProbe } from '../geo/geo-probe.ts';
import { ShapeProbe } from '../geo/shape-probe.ts';
import { IntList } from '../memory/int-list.ts';
import type { Atoms } from '../scan/atoms.ts';
import type { NestedRows } from '../scan/nested-rows.ts';
import { GUARD } from '../segments/guards.ts';
import { NOTHING_REQUIRED } from '../segments/posting-list.ts';
import type { Segment } from '../segments/segment.ts';
import {
  FIELD_WORDS,
  MULTIPLE,
  NEEDS_INDEX,
  NEEDS_PROGRAM,
  QUERY_SHIFT,
  SLOT_PAIR,
} from '../segments/segment-format.ts';
import type { CostSamples } from './cost-samples.ts';
import { FieldValues } from './field-values.ts';
import { GuardProbe } from './guard-probe.ts';
import { IndexProbe } from './index-probe.ts';
import { IntervalIndex } from './interval-index.ts';
import { IntervalProbe } from './interval-probe.ts';
import { MappedProbe } from './mapped-probe.ts';
import { namesThatHold } from './named-clauses.ts';
import { asksNested, NestedProbe } from './nested-probe.ts';
import { PartProbe } from './part-probe.ts';
import { PatternProbe } from './pattern-probe.ts';
import { ReadAhead } from './read-ahead.ts';
import { TermSet } from './term-set.ts';
import { ValueProbe } from './value-probe.ts';
import { Verifier } from './verifier.ts';

const UNRESOLVED = -2;
/** Terms without a field that no value of a document meets: they must not make it read every field. */
const ANY_FIELD_VALUES = ~((1 << EXISTS) | (1 << INDEX));

/** Counts of one worker, for the metrics. */
export interface MatchStats {
  /** Queries that a document's terms or the always-list brought up. */
  candidates: number;
  matches: number;
}

/** Where matches are noted down. */
export interface Found {
  /** (slot, ordinal) of each. */
  readonly pairs: IntList;
  /** Of those that tell names of their clauses. */
  named: NamedMatch[];
}

/** Matches documents against one segment: terms → candidates → matches. Belongs to one worker. */
export class SegmentMatcher {
  readonly segment: Segment;
  readonly #tree: FieldTree;
  readonly #stats: MatchStats;
  readonly #costs: CostSamples;
  readonly #offered = new TermSet();
  /** Atoms that may be terms. */
  #probed = new Int32Array(256);
  readonly #ahead: ReadAhead;
  readonly #verifier: Verifier;
  readonly #parts: PartProbe | undefined;
  readonly #nested: NestedProbe | undefined;
  readonly #patterns: PatternProbe | undefined;
  readonly #cells: GeoProbe | undefined;
  readonly #shapes: ShapeProbe | undefined;
  readonly #values: ValueProbe | undefined;
  readonly #intervals: IntervalProbe | undefined;
  readonly #ranges: RangeProbe | undefined;
  #fieldOf = new Int32Array(64).fill(UNRESOLVED);
  readonly #guards: GuardProbe;
  readonly #indices: IndexProbe;
  readonly #mapped: MappedProbe | undefined;
  /** Candidates that postings brought up, to be decided together. */
  readonly #waiting = new IntList(64);
  /** Document in which a query with several anchors was last brought up. */
  #seen: Int32Array | undefined;
  #document = 0;
  #slot = 0;
  #found: Found | undefined;

  constructor(segment: Segment, tree: FieldTree, stats: MatchStats, costs: CostSamples) {
    this.segment = segment;
    this.#tree = tree;
    this.#stats = stats;
    this.#costs = costs;
    this.#ahead = new ReadAhead(segment);
    this.#indices = new IndexProbe(segment, this.#offered);
    // What the segment has no use for costs its documents nothing.
    const mapped = new MappedProbe(segment, tree, this.#offered);
    this.#mapped = mapped.isEmpty ? undefined : mapped;
    const patterns = new PatternProbe(segment, tree, this.#offered);
    this.#patterns = patterns.isEmpty ? undefined : patterns;
    const parts = new PartProbe(segment, this.#offered, tree, this.#fieldNumber, this.#patterns);
    this.#parts = parts.isEmpty ? undefined : parts;
    this.#nested = asksNested(segment)
      ? new NestedProbe(
          { segment, tree, fieldOf: this.#fieldNumber, meter: costs.meter },
          this.#offered,
        )
      : undefined;
    this.#guards = new GuardProbe(segment, this.#offered, this.#fieldNumber, this.#parts);
    this.#verifier = new Verifier(
      segment,
      this.#offered,
      this.#fieldNumber,
      this.#patterns,
      this.#parts,
      new FieldValues(
        segment.fields.length / FIELD_WORDS,
        this.#fieldNumber,
        this.#patterns,
        costs.meter,
      ),
      costs.meter,
      (at) => this.#nested!.holds(at),
    );
    const cells = new GeoProbe(segment, this.#offered);
    this.#cells = cells.isEmpty ? undefined : cells;
    const shapes = new ShapeProbe(segment, this.#offered);
    this.#shapes = shapes.isEmpty ? undefined : shapes;
    const { valueTerms, intervalLows } = segment;
    this.#values = valueTerms.length > 0 ? new ValueProbe(segment, this.#offered) : undefined;
    if (intervalLows.length > 0) {
      const intervals = new IntervalIndex(segment);
      this.#intervals = new IntervalProbe(intervals, this.#patterns);
      const ranges = new RangeProbe(intervals);
      this.#ranges = ranges.isEmpty ? undefined : ranges;
    }
  }

  readonly #fieldNumber = (node: number): number => this.fieldOf(node);

  /** The segment's number of a node's field, or -1 when no query names it. */
  fieldOf(node: number): number {
    if (node >= this.#fieldOf.length) {
      const grown = new Int32Array(Math.max(node + 1, this.#fieldOf.length * 2)).fill(UNRESOLVED);
      grown.set(this.#fieldOf);
      this.#fieldOf = grown;
    }
    let field = this.#fieldOf[node]!;
    if (field === UNRESOLVED) {
      field = this.segment.fieldNumber(this.#tree.paths[node]!);
      this.#fieldOf[node] = field;
    }
    return field;
  }

  /** Bits of the term classes that the segment's queries ask of a field. */
  classesOf(node: number): number {
    const field = this.fieldOf(node);
    const own = field < 0 ? 0 : this.segment.fields[field * FIELD_WORDS]!;
    return (
      own | (this.#patterns?.classesOf(node) ?? 0) | (this.segment.anyClasses & ANY_FIELD_VALUES)
    );
  }

  /** The time that `now` stands for in queries, epoch milliseconds. */
  set now(now: number) {
    this.#verifier.now = now;
    if (this.#nested !== undefined) this.#nested.now = now;
  }

  /** Appends (slot, ordinal) for each query that matches the document of `atoms`. */
  match(
    atoms: Atoms,
    root: number,
    index: string,
    slot: number,
    found: Found,
    nested?: NestedRows,
  ): void {
    const rows = this.#nested === undefined || nested?.isEmpty !== false ? undefined : nested;
    const offered = this.#offered;
    offered.clear();
    this.#offerIndexTerms(root, index);
    this.#offer(atoms);
    if (rows !== undefined) this.#offerNested(rows);
    this.#patterns?.offer(atoms);
    this.#parts?.begin(atoms, rows?.atoms);
    this.#cells?.offer(atoms, this.#tree.pathHashes, this.#fieldNumber);
    this.#shapes?.offer(atoms, this.#fieldNumber);
    this.#values?.offer();
    this.#verifier.begin(atoms);
    this.#guards.begin(atoms, rows?.atoms);
    if (++this.#document === 0x7fffffff) {
      this.#seen?.fill(0);
      this.#document = 1;
    }
    this.#slot = slot;
    this.#found = found;
    const { postings, postingStarts, always, absentGroups } = this.segment;
    this.#waiting.length = 0;
    this.#ahead.postings(offered);
    for (let i = 0; i < offered.size; i++) {
      const term = offered.terms[i]!;
      const end = postingStarts[term + 1]!;
      for (let at = postingStarts[term]!; at < end; at += 2) {
        const required = postings[at + 1]!;
        if (required !== term && !this.#meets(required)) continue;
        this.#waiting.push(postings[at]!);
      }
    }
    this.#decideWaiting();
    this.#intervals?.find(atoms, this.#fieldNumber, this);
    this.#ranges?.find(atoms, this.#fieldNumber, this);
    if (rows !== undefined) {
      this.#intervals?.findNested(rows.atoms, this.#fieldNumber, this);
      this.#ranges?.find(rows.atoms, this.#fieldNumber, this);
    }
    if (absentGroups.length > 0) this.#matchAbsent();
    for (let i = 0; i < always.length; i++) {
      this.#candidate((always[i]! << QUERY_SHIFT) | NEEDS_PROGRAM);
    }
  }

  /** Decides the candidates that postings brought up. */
  #decideWaiting(): void {
    const waiting = this.#waiting;
    this.#ahead.programs(waiting);
    for (let i = 0; i < waiting.length; i++) this.#candidate(waiting.values[i]!);
    waiting.length = 0;
  }

  /** Queries that match only where a term is not. */
  #matchAbsent(): void {
    const { absentGroups, absentPostings } = this.segment;
    let at = 0;
    for (let group = 0; group < absentGroups.length; group += 2) {
      const end = absentGroups[group + 1]!;
      if (this.#offered.has(absentGroups[group]!)) at = end;
      for (; at < end; at += 2) this.bringUp(absentPostings[at]!, absentPostings[at + 1]!);
    }
  }

  /** A query that something else than a term has found. */
  bringUp(entry: number, required: number): void {
    if (required === NOTHING_REQUIRED || this.#meets(required)) this.#candidate(entry);
  }

  /** Whether the document has the term, or lacks the one whose complement is given, or passes the guard. */
  #meets(required: number): boolean {
    if (required >= GUARD) return this.#guards.passes(required - GUARD);
    const offered = this.#offered;
    return required >= 0 ? offered.has(required) : !offered.has(~required);
  }

  #candidate(entry: number): void {
    const query = entry >>> QUERY_SHIFT;
    if (entry & MULTIPLE) {
      this.#seen ??= new Int32Array(this.segment.queries);
      if (this.#seen[query] === this.#document) return;
      this.#seen[query] = this.#document;
    }
    this.#stats.candidates++;
    if (entry & NEEDS_PROGRAM && !this.#holds(query)) return;
    if (entry & NEEDS_INDEX && !this.#isInIndex(query)) return;
    if (!this.segment.isLive(query)) return;
    this.#stats.matches++;
    const { pairs } = this.#found!;
    pairs.push(this.#slot);
    pairs.push(this.segment.ordinals[query]!);
    if (this.segment.hasNames) this.#tellNames(query);
  }

  #tellNames(query: number): void {
    const ordinal = this.segment.ordinals[query]!;
    const names = namesThatHold(this.segment, query, (at) => this.#holdsAt(ordinal, at));
    if (names.length > 0) this.#found!.named.push({ slot: this.#slot, ordinal, names });
  }

  /** Whether the last clause of a query, its index expression, holds. */
  #isInIndex(query: number): boolean {
    const { programs, programStarts } = this.segment;
    const at = programStarts[query]!;
    return this.#offered.has(programs[at + programs[at + 1]! - 1]!);
  }

  #holds(query: number): boolean {
    const { ordinals, programStarts } = this.segment;
    return this.#holdsAt(ordinals[query]!, programStarts[query]!);
  }

  #holdsAt(ordinal: number, at: number): boolean {
    const costs = this.#costs;
    if (!costs.begin(ordinal)) return false;
    try {
      return this.#verifier.verify(at);
    } catch (error) {
      costs.failed(ordinal, this.#slot, error);
      return false;
    } finally {
      costs.end(ordinal);
    }
  }

  /** Looks each atom up in the dictionary: as a term of its field, and as one of any field. */
  #offer(atoms: Atoms): void {
    const { hasWords, anyClasses, fieldClasses } = this.segment;
    const { count, fieldHashes, anyHashes } = atoms;
    if (hasWords) this.#verifier.clearWords(count);
    if (fieldClasses !== 0) {
      const found = this.#probe(fieldHashes, count);
      for (let i = 0; i < found; i++) {
        const atom = this.#probed[i]!;
        const field = this.fieldOf(atoms.nodes[atom]!);
        if (field < 0) continue;
        const term = this.#lookUp(atoms, atom, field + 1, fieldHashes[atom]!);
        if (term < 0) continue;
        this.#offered.add(term);
        if (hasWords) this.#verifier.setWordOfField(atom, term);
      }
    }
    // Nearly every query is bound to an index, but that is no atom.
    if ((anyClasses & ~(1 << INDEX)) !== 0) {
      const found = this.#probe(anyHashes, count);
      for (let i = 0; i < found; i++) {
        const atom = this.#probed[i]!;
        const term = this.#lookUp(atoms, atom, 0, anyHashes[atom]!);
        if (term < 0) continue;
        this.#offered.add(term);
        if (hasWords) this.#verifier.setWordOfAny(atom, term);
      }
    }
  }

  /** What the nested objects of the document have together. */
  #offerNested(rows: NestedRows): void {
    const { atoms } = rows;
    this.#nested!.begin(rows);
    this.#patterns?.offer(atoms);
    this.#cells?.offer(atoms, this.#tree.pathHashes, this.#fieldNumber);
    this.#shapes?.offer(atoms, this.#fieldNumber);
  }

  #lookUp(atoms: Atoms, atom: number, field: number, hash: number): number {
    const key = (field << 5) | atoms.classes[atom]!;
    return this.segment.lookup(key, hash, atoms.scratch, atoms.starts[atom]!, atoms.lengths[atom]!);
  }

  /**
   * Finds the atoms whose slot is taken; there are as many as is returned. No branch depends on what
   * is read, so that the processor waits for the memory of many slots at once, not for one after the other.
   */
  #probe(hashes: Int32Array, count: number): number {
    if (this.#probed.length < count) this.#probed = new Int32Array(count * 2);
    const probed = this.#probed;
    const { slots, slotMask } = this.segment;
    let found = 0;
    for (let atom = 0; atom < count; atom++) {
      const held = slots[(hashes[atom]! & slotMask) * SLOT_PAIR + 1]!;
      probed[found] = atom;
      // One if the slot holds a term: it is numbered from one.
      found += -held >>> 31;
    }
    return found;
  }

  /** Terms that the document's index offers, whatever the document holds. */
  #offerIndexTerms(root: number, index: string): void {
    this.#indices.offer(root, index);
    this.#mapped?.offer(root);
  }
}
