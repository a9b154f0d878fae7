import type { Atoms } from '../scan/atoms.ts';
import {
  KIND_MASK,
  KIND_SHIFT,
  LENGTH_SHIFT,
  NEGATED,
  TEST_INTERVAL,
  TEST_PART,
} from '../segments/guards.ts';
import { numberKey } from '../segments/range-keys.ts';
import type { Segment } from '../segments/segment.ts';
import { FIELD_WORDS } from '../segments/segment-format.ts';
import type { PartProbe } from './part-probe.ts';
import type { TermSet } from './term-set.ts';

/** Of a field with more numbers they are sorted, for nothing bounds what guards cost. */
const MOST_NUMBERS = 32;
const NO_KEYS = new Float64Array(0);

/** Whether the document at hand passes guards, see segments/guards.ts. */
export class GuardProbe {
  readonly #segment: Segment;
  readonly #offered: TermSet;
  readonly #fieldOf: (node: number) => number;
  readonly #parts: PartProbe | undefined;
  /** First number of each field, where `#firstIn` has the document's number, and how many there are. */
  readonly #first: Int32Array;
  readonly #firstIn: Int32Array;
  readonly #counts: Int32Array;
  /** By number, those of nested objects behind the document's, the next of the same field; -1 behind the last. */
  #next = new Int32Array(64);
  #document = 0;
  #atoms: Atoms | undefined;
  #nested: Atoms | undefined;
  #isChained = false;
  /** Keys of a field's numbers, by field and class, where there are many. */
  readonly #sorted = new Map<number, Float64Array>();

  /** @param fieldOf the segment's number of a node's field, or -1 */
  constructor(
    segment: Segment,
    offered: TermSet,
    fieldOf: (node: number) => number,
    parts: PartProbe | undefined,
  ) {
    this.#segment = segment;
    this.#offered = offered;
    this.#fieldOf = fieldOf;
    this.#parts = parts;
    const fields = segment.guards.length === 0 ? 0 : segment.fields.length / FIELD_WORDS;
    this.#first = new Int32Array(fields);
    this.#firstIn = new Int32Array(fields);
    this.#counts = new Int32Array(fields);
  }

  /** @param nested what the nested objects of the document have together */
  begin(atoms: Atoms, nested?: Atoms): void {
    this.#atoms = atoms;
    this.#nested = nested;
    this.#isChained = false;
  }

  passes(guard: number): boolean {
    const { guards } = this.#segment;
    const head = guards[guard]!;
    const isNegated = (head & NEGATED) !== 0;
    const end = guard + 1 + (head >>> LENGTH_SHIFT);
    for (let at = guard + 1; at < end; ) {
      const test = guards[at]!;
      const operand = test >>> KIND_SHIFT;
      if ((test & KIND_MASK) === TEST_INTERVAL) {
        const field = guards[at + 1]!;
        if (!this.#isChained) this.#chain();
        if (
          this.#firstIn[field] === this.#document &&
          this.#hasNumber(field, operand, guards[at + 2]!)
        ) {
          return !isNegated;
        }
        at += 3;
        continue;
      }
      if ((test & KIND_MASK) === TEST_PART) this.#parts!.find();
      if (this.#offered.has(operand)) return !isNegated;
      at++;
    }
    return isNegated;
  }

  /** Whether a number of the field has a key within the bounds that are the constants from `constant` on. */
  #hasNumber(field: number, termClass: number, constant: number): boolean {
    const { constants } = this.#segment;
    if (this.#counts[field]! > MOST_NUMBERS) {
      const keys = this.#keysOf(field, termClass);
      const least = countBelow(keys, constants[constant]!);
      return least < keys.length && keys[least]! <= constants[constant + 1]!;
    }
    const isNested = this.#isNested(field);
    const before = isNested ? this.#atoms!.numbers : 0;
    const { numberClasses, numberValues } = isNested ? this.#nested! : this.#atoms!;
    for (let i = this.#first[field]!; i >= 0; i = this.#next[i]!) {
      const at = i - before;
      if (numberClasses[at] !== termClass) continue;
      const key = numberKey(termClass, numberValues[2 * at]!, numberValues[2 * at + 1]!);
      if (key >= constants[constant]! && key <= constants[constant + 1]!) return true;
    }
    return false;
  }

  #keysOf(field: number, termClass: number): Float64Array {
    const place = (field << 5) | termClass;
    const known = this.#sorted.get(place);
    if (known !== undefined) return known;
    const isNested = this.#isNested(field);
    const before = isNested ? this.#atoms!.numbers : 0;
    const { numberClasses, numberValues } = isNested ? this.#nested! : this.#atoms!;
    const keys: number[] = [];
    for (let i = this.#first[field]!; i >= 0; i = this.#next[i]!) {
      const at = i - before;
      if (numberClasses[at] !== termClass) continue;
      keys.push(numberKey(termClass, numberValues[2 * at]!, numberValues[2 * at + 1]!));
    }
    const sorted = keys.length === 0 ? NO_KEYS : Float64Array.from(keys).sort();
    this.#sorted.set(place, sorted);
    return sorted;
  }

  #chain(): void {
    this.#isChained = true;
    if (this.#sorted.size > 0) this.#sorted.clear();
    if (++this.#document === 0x7fffffff) {
      this.#firstIn.fill(0);
      this.#document = 1;
    }
    const { numbers } = this.#atoms!;
    const all = numbers + (this.#nested?.numbers ?? 0);
    if (this.#next.length < all) this.#next = new Int32Array(all * 2);
    this.#chainAll(this.#atoms!, 0);
    if (this.#nested !== undefined) this.#chainAll(this.#nested, numbers);
  }

  /** @param before how many numbers stand before them */
  #chainAll({ numbers, numberNodes }: Atoms, before: number): void {
    for (let i = 0; i < numbers; i++) {
      const field = this.#fieldOf(numberNodes[i]!);
      if (field < 0) continue;
      const isFirst = this.#firstIn[field] !== this.#document;
      this.#next[before + i] = isFirst ? -1 : this.#first[field]!;
      this.#counts[field] = isFirst ? 1 : this.#counts[field]! + 1;
      this.#first[field] = before + i;
      this.#firstIn[field] = this.#document;
    }
  }

  /** Numbers of a field are the document's or those of its objects, never both. */
  #isNested(field: number): boolean {
    return this.#first[field]! >= this.#atoms!.numbers;
  }
}

/** How many of the ascending keys are below the limit. */
function countBelow(keys: Float64Array, limit: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
