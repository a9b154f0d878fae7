import { isTextual, PART } from '../compile/term-class.ts';
import { extendPart, mix, PART_POWERS } from '../memory/hash.ts';
import { lowerByte } from '../memory/lower-byte.ts';
import type { Atoms } from '../scan/atoms.ts';
import { endOfCharacter } from '../segments/near-parts.ts';
import { partSalt, partTag } from '../segments/part-terms.ts';
import { AT_END, AT_START, CASELESS, INSIDE, NEARLY } from '../segments/pattern-parts.ts';
import type { Segment } from '../segments/segment.ts';
import { FIELD_WORDS } from '../segments/segment-format.ts';
import { TERM_HASH, TERM_KEY, TERM_WORDS } from '../segments/term-table.ts';
import type { PatternProbe } from './pattern-probe.ts';
import type { TermSet } from './term-set.ts';

/** Longer tokens are not nearly what parts can be. */
const NEARLY_MOST = 32;
/** At least so many bits of the filter for each part. */
const FILTER_BITS = 8;
const NONE = new Int32Array(0);

/** Finds the parts of wildcard patterns that the tokens and keywords of a document have. */
export class PartProbe {
  readonly #segment: Segment;
  readonly #offered: TermSet;
  /** Lengths of parts, ascending, by place. */
  readonly #lengths: readonly Int32Array[];
  /** A bit for the hash of each part: most of what is looked up is none, and this fits a nearer cache. */
  readonly #filter: Int32Array;
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

  constructor(segment: Segment, offered: TermSet) {
    this.#segment = segment;
    this.#offered = offered;
    this.#lengths = Array.from(segment.partLengths, (bits) =>
      Int32Array.from(
        Array.from({ length: 31 }, (_, length) => length).filter((n) => bits & (1 << n)),
      ),
    );
    this.#filter = filterOf(segment);
    this.#nearly = segment.partLengths[NEARLY]!;
    const has = (places: readonly Int32Array[]) => places.some((lengths) => lengths.length > 0);
    const hasOwn = has(this.#lengths.slice(0, CASELESS)) || this.#nearly !== 0;
    this.#firstPlace = hasOwn ? 0 : CASELESS;
    this.#lastPlace = has(this.#lengths.slice(CASELESS, NEARLY)) ? CASELESS : 0;
  }

  get isEmpty(): boolean {
    return this.#nearly === 0 && this.#lengths.every((lengths) => lengths.length === 0);
  }

  /** @param fieldOf the segment's number of a node's field, or -1 */
  offer(
    atoms: Atoms,
    pathHashes: readonly number[],
    fieldOf: (node: number) => number,
    patterns: PatternProbe | undefined,
  ): void {
    const { fields, hasAnyParts } = this.#segment;
    const { count, classes, nodes } = atoms;
    for (let atom = 0; atom < count; atom++) {
      const termClass = classes[atom]!;
      if (!isTextual(termClass)) continue;
      const node = nodes[atom]!;
      const field = fieldOf(node);
      const own = field >= 0 && (fields[field * FIELD_WORDS]! & (1 << PART)) !== 0;
      const covering = patterns?.covering(node) ?? NONE;
      if (!own && !hasAnyParts && covering.length === 0) continue;
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
      this.#lookUp(key, mix(whole, salt), tag, source, start, length);
    }
    if (length >= NEARLY_MOST) return;
    for (let at = 0; at < length; ) {
      const next = endOfCharacter(source, start + at, start + length) - start;
      const size = length - (next - at);
      if (lengths & (1 << size)) {
        const gone = Math.imul((hashes[at]! - hashes[next]!) | 0, PART_POWERS[length - next]!);
        const hash = mix((whole + gone) | 0, salt);
        if (this.#filter[(hash >>> 5) & (this.#filter.length - 1)]! & (1 << hash)) {
          this.#rest.set(source.subarray(start, start + at));
          this.#rest.set(source.subarray(start + next, start + length), at);
          this.#lookUp(key, hash, tag, this.#rest, 0, size);
        }
      }
      at = next;
    }
  }

  #lookUp(
    key: number,
    hash: number,
    tag: number,
    source: Uint8Array,
    from: number,
    length: number,
  ): void {
    const filter = this.#filter;
    if ((filter[(hash >>> 5) & (filter.length - 1)]! & (1 << hash)) === 0) return;
    const found = this.#segment.lookupPart(key, hash, tag, source, from, length);
    if (found >= 0) this.#offered.add(found);
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
          const hash = mix((hashes[at + size]! - Math.imul(hashes[at]!, power)) | 0, salt);
          if ((filter[(hash >>> 5) & filterMask]! & (1 << hash)) === 0) continue;
          const found = this.#segment.lookupPart(key, hash, tag, source, start + at, size);
          if (found >= 0) this.#offered.add(found);
        }
      }
    }
  }
}

function filterOf({ termMeta }: Segment): Int32Array {
  let parts = 0;
  for (let at = 0; at < termMeta.length; at += TERM_WORDS) {
    if ((termMeta[at + TERM_KEY]! & 31) === PART) parts++;
  }
  let words = 1;
  while (words * 32 < parts * FILTER_BITS) words *= 2;
  const filter = new Int32Array(words);
  for (let at = 0; at < termMeta.length; at += TERM_WORDS) {
    if ((termMeta[at + TERM_KEY]! & 31) !== PART) continue;
    const hash = termMeta[at + TERM_HASH]!;
    filter[(hash >>> 5) & (words - 1)]! |= 1 << hash;
  }
  return filter;
}
