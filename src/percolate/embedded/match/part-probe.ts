import { isTextual, PART } from '../compile/term-class.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import { extendPart, mix, PART_POWERS } from '../memory/hash.ts';
import { lowerByte } from '../memory/lower-byte.ts';
import type { Atoms } from '../scan/atoms.ts';
import { endOfCharacter } from '../segments/near-parts.ts';
import { partSalt, partTag } from '../segments/part-terms.ts';
import { AT_END, AT_START, CASELESS, INSIDE, NEARLY } from '../segments/pattern-parts.ts';
import type { Segment } from '../segments/segment.ts';
import { FIELD_WORDS } from '../segments/segment-format.ts';
import { FILTER_SHIFT, filterBits, filterPlace, partFilter } from './part-filter.ts';
import { PartHits } from './part-hits.ts';
import type { PatternProbe } from './pattern-probe.ts';
import type { TermSet } from './term-set.ts';

/** Longer tokens are not nearly what parts can be. */
const NEARLY_MOST = 32;
const NONE = new Int32Array(0);

/** Finds the parts of patterns that the tokens and keywords of a document have. */
export class PartProbe {
  readonly #segment: Segment;
  readonly #offered: TermSet;
  readonly #tree: FieldTree;
  readonly #fieldOf: (node: number) => number;
  readonly #patterns: PatternProbe | undefined;
  /** Lengths of parts, ascending, by place. */
  readonly #lengths: readonly Int32Array[];
  /** What is not in it is no part: most of what is looked up is none, and this fits a nearer cache. */
  readonly #filter: Int32Array;
  /** The atoms that have a part; complete once {@link find} was called. */
  readonly hits = new PartHits();
  #atoms: Atoms | undefined;
  #nested: Atoms | undefined;
  #isDone = false;
  #atom = 0;
  /** Hash of each beginning of the token at hand. */
  #hashes = new Int32Array(512);
  #source: Uint8Array = new Uint8Array(0);
  #start = 0;
  #length = 0;
  #termClass = 0;
  /** Added to each place: 0, or CASELESS. */
  #place = 0;
  #lowered = new Uint8Array(512);
  /** Bit per length of what is left of texts without a character, and of the texts. */
  readonly #nearly: number;
  readonly #rest = new Uint8Array(NEARLY_MOST);
  /** Which of the two there are parts for. */
  readonly #firstPlace: number;
  readonly #lastPlace: number;

  /** @param fieldOf the segment's number of a node's field, or -1 */
  constructor(
    segment: Segment,
    offered: TermSet,
    tree: FieldTree,
    fieldOf: (node: number) => number,
    patterns: PatternProbe | undefined,
  ) {
    this.#segment = segment;
    this.#offered = offered;
    this.#tree = tree;
    this.#fieldOf = fieldOf;
    this.#patterns = patterns;
    this.#lengths = Array.from(segment.partLengths, (bits) =>
      Int32Array.from(
        Array.from({ length: 31 }, (_, length) => length).filter((n) => bits & (1 << n)),
      ),
    );
    this.#filter = partFilter(segment);
    this.#nearly = segment.partLengths[NEARLY]!;
    const has = (places: readonly Int32Array[]) => places.some((lengths) => lengths.length > 0);
    const hasOwn = has(this.#lengths.slice(0, CASELESS)) || this.#nearly !== 0;
    this.#firstPlace = hasOwn ? 0 : CASELESS;
    this.#lastPlace = has(this.#lengths.slice(CASELESS, NEARLY)) ? CASELESS : 0;
  }

  get isEmpty(): boolean {
    return this.#nearly === 0 && this.#lengths.every((lengths) => lengths.length === 0);
  }

  /**
   * A document begins. Where queries stand under parts, they are looked for at once.
   * @param nested what its nested objects have together
   */
  begin(atoms: Atoms, nested?: Atoms): void {
    this.#atoms = atoms;
    this.#nested = nested;
    this.#isDone = false;
    if (this.#segment.hasPartAnchors) this.find();
  }

  /** Offers the parts that the document has, unless that is done. */
  find(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.hits.clear();
    this.#findIn(this.#atoms!, this.#segment.hasAnyParts);
    // Patterns without a field see nothing of objects; those of objects are tried on each of them, whatever the hits.
    if (this.#nested !== undefined) this.#findIn(this.#nested, false);
  }

  #findIn(atoms: Atoms, hasAnyParts: boolean): void {
    const { fields } = this.#segment;
    const { pathHashes } = this.#tree;
    const { count, classes, nodes } = atoms;
    for (let atom = 0; atom < count; atom++) {
      const termClass = classes[atom]!;
      if (!isTextual(termClass)) continue;
      const node = nodes[atom]!;
      const field = this.#fieldOf(node);
      const own = field >= 0 && (fields[field * FIELD_WORDS]! & (1 << PART)) !== 0;
      const covering = this.#patterns?.covering(node) ?? NONE;
      if (!own && !hasAnyParts && covering.length === 0) continue;
      this.#atom = atom;
      this.#length = atoms.lengths[atom]!;
      this.#termClass = termClass;
      for (let first = this.#firstPlace; first <= this.#lastPlace; first += CASELESS) {
        this.#take(atoms.scratch, atoms.starts[atom]!, first);
        if (own) this.#probe(field + 1, pathHashes[node]!);
        if (hasAnyParts) this.#probe(0, 0);
        for (let i = 0; i < covering.length; i++) {
          const at = covering[i]! * FIELD_WORDS;
          if (fields[at]! & (1 << PART)) this.#probe(covering[i]! + 1, fields[at + 1]!);
        }
      }
    }
  }

  /** Takes a token as it is, or in lower case where places begin with {@link CASELESS}, and hashes it. */
  #take(scratch: Uint8Array, start: number, firstPlace: number): void {
    const length = this.#length;
    this.#place = firstPlace;
    if (length >= this.#hashes.length) this.#hashes = new Int32Array(length * 2);
    if (firstPlace === 0) {
      this.#source = scratch;
      this.#start = start;
    } else {
      if (length > this.#lowered.length) this.#lowered = new Uint8Array(length * 2);
      for (let i = 0; i < length; i++) this.#lowered[i] = lowerByte(scratch[start + i]!);
      this.#source = this.#lowered;
      this.#start = 0;
    }
    const source = this.#source;
    const from = this.#start;
    const hashes = this.#hashes;
    let hash = 0;
    for (let i = 0; i < length; i++) {
      hash = extendPart(hash, source[from + i]!);
      hashes[i + 1] = hash;
    }
  }

  /** Looks the token at hand up, and what is left of it without each of its characters. */
  #probeNearly(fieldPlusOne: number, pathHash: number): void {
    const key = (fieldPlusOne << 5) | PART;
    const length = this.#length;
    const lengths = this.#nearly;
    const tag = partTag(NEARLY, this.#termClass);
    const salt = partSalt(pathHash, tag);
    const source = this.#source;
    const start = this.#start;
    const hashes = this.#hashes;
    const whole = hashes[length]!;
    if (length < 32 && lengths & (1 << length)) {
      this.#lookUp(key, whole, salt, tag, source, start, length);
    }
    if (length >= NEARLY_MOST) return;
    for (let at = 0; at < length; ) {
      const next = endOfCharacter(source, start + at, start + length) - start;
      const size = length - (next - at);
      if (lengths & (1 << size)) {
        const gone = Math.imul((hashes[at]! - hashes[next]!) | 0, PART_POWERS[length - next]!);
        const hash = (whole + gone) | 0;
        if (this.#isLikely(hash, salt)) {
          for (let i = 0; i < at; i++) this.#rest[i] = source[start + i]!;
          for (let i = next; i < length; i++) this.#rest[at + i - next] = source[start + i]!;
          this.#lookUp(key, hash, salt, tag, this.#rest, 0, size);
        }
      }
      at = next;
    }
  }

  #isLikely(hash: number, salt: number): boolean {
    const filter = this.#filter;
    const place = filterPlace(hash, salt);
    const bits = filterBits(place);
    return (filter[(place >>> FILTER_SHIFT) & (filter.length - 1)]! & bits) === bits;
  }

  #lookUp(
    key: number,
    hash: number,
    salt: number,
    tag: number,
    source: Uint8Array,
    from: number,
    length: number,
  ): void {
    if (!this.#isLikely(hash, salt)) return;
    const found = this.#segment.lookupPart(key, mix(hash, salt), tag, source, from, length);
    if (found >= 0 && this.hits.add(found, this.#atom)) this.#offered.add(found);
  }

  /** Looks the token at hand up. */
  #probe(fieldPlusOne: number, pathHash: number): void {
    if (this.#nearly !== 0 && this.#place === 0) this.#probeNearly(fieldPlusOne, pathHash);
    const key = (fieldPlusOne << 5) | PART;
    const start = this.#start;
    const source = this.#source;
    const length = this.#length;
    const termClass = this.#termClass;
    const hashes = this.#hashes;
    const filter = this.#filter;
    const filterMask = filter.length - 1;
    for (let place = AT_START; place <= INSIDE; place++) {
      const lengths = this.#lengths[this.#place + place]!;
      const tag = partTag(this.#place + place, termClass);
      const salt = partSalt(pathHash, tag);
      for (let k = 0; k < lengths.length; k++) {
        const size = lengths[k]!;
        if (size > length) break;
        const power = PART_POWERS[size]!;
        const first = place === AT_END ? length - size : 0;
        const last = place === AT_START ? 0 : length - size;
        for (let at = first; at <= last; at++) {
          const hash = (hashes[at + size]! - Math.imul(hashes[at]!, power)) | 0;
          const spread = filterPlace(hash, salt);
          const bits = filterBits(spread);
          if ((filter[(spread >>> FILTER_SHIFT) & filterMask]! & bits) !== bits) continue;
          const found = this.#segment.lookupPart(
            key,
            mix(hash, salt),
            tag,
            source,
            start + at,
            size,
          );
          if (found >= 0 && this.hits.add(found, this.#atom)) this.#offered.add(found);
        }
      }
    }
  }
}
