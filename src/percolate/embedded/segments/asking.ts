import { coversPath, isFieldPattern } from '../../../query/field-patterns.ts';
import { BOUND, DOC_ID, HAS_VALUE, INDEX, PART } from '../compile/term-class.ts';
import { isBelow } from '../fields/flattened-roots.ts';
import { unscopedField } from '../fields/nested-names.ts';
import { OP_HOLLOW } from './program.ts';
import { mapOperands, type OperandMap } from './program-operands.ts';
import type { Segment } from './segment.ts';
import { TERM_KEY, TERM_WORDS } from './term-table.ts';

/** Terms without a field that ask no field. */
const NOT_FIELDS = (1 << INDEX) | (1 << BOUND) | (1 << PART) | (1 << HAS_VALUE) | (1 << DOC_ID);

/** What queries may ask: some fields by their paths, or any field. */
export interface Asked {
  readonly paths: ReadonlySet<string>;
  readonly anyField: boolean;
  /** Any path below one of these. */
  readonly roots: ReadonlySet<string>;
}

/** Ordinals of the live queries of a segment that ask one of these, or whose programs do not tell. */
export function queriesAsking(segment: Segment, asked: Asked): number[] {
  const found: number[] = [];
  const finder = new AskingFinder(segment, asked);
  for (let query = 0; query < segment.queries; query++) {
    if (segment.isLive(query) && finder.asks(query)) found.push(segment.ordinals[query]!);
  }
  return found;
}

class AskingFinder implements OperandMap {
  readonly #segment: Segment;
  readonly #anyField: boolean;
  readonly #fields = new Set<number>();
  #words = new Int32Array(256);
  #isFound = false;

  constructor(segment: Segment, { paths, anyField, roots }: Asked) {
    this.#segment = segment;
    this.#anyField = anyField;
    segment
      .fieldPaths()
      .map(unscopedField)
      .forEach((path, field) => {
        const isAsked = isFieldPattern(path)
          ? anyField || [...paths].some((each) => coversPath(path, each))
          : paths.has(ownPath(path)) || isBelow(ownPath(path), roots);
        if (isAsked) this.#fields.add(field);
      });
  }

  asks(query: number): boolean {
    const { programs, programStarts } = this.#segment;
    const from = programStarts[query]!;
    const to = programStarts[query + 1]!;
    const end = from + programs[from + 1]!;
    if (end < to && programs[end] === OP_HOLLOW) return true;
    if (this.#fields.size === 0 && !this.#anyField) return false;
    if (to - from > this.#words.length) this.#words = new Int32Array((to - from) * 2);
    this.#words.set(programs.subarray(from, to));
    this.#isFound = false;
    mapOperands(this.#words, 0, this);
    return this.#isFound;
  }

  term(term: number): number {
    const key = this.#segment.termMeta[term * TERM_WORDS + TERM_KEY]!;
    if (key >>> 5 !== 0) this.field(key >>> 5);
    else if (this.#anyField && !(NOT_FIELDS & (1 << (key & 31)))) this.#isFound = true;
    return term;
  }

  field(fieldPlusOne: number): number {
    if (fieldPlusOne !== 0 && this.#fields.has(fieldPlusOne - 1)) this.#isFound = true;
    return fieldPlusOne;
  }

  constants(first: number): number {
    return first;
  }
}

/** A form's place begins with the path of its field. */
function ownPath(path: string): string {
  const at = path.indexOf('\0');
  return at < 0 ? path : path.slice(0, at);
}
