import { askedRange, type RangeKind, type RangeTypeName } from '../../../mapping/range-kinds.ts';
import { unpackReading } from '../../../mapping/zoned-date-math.ts';
import { DOC_RANGE } from '../compile/term-class.ts';
import { formName } from '../fields/form-names.ts';
import type { FieldValues } from '../match/field-values.ts';
import type { WorkMeter } from '../match/work-meter.ts';
import type { Atoms } from '../scan/atoms.ts';
import type { Segment } from '../segments/segment.ts';
import { TERM_LENGTH, TERM_OFFSET, TERM_WORDS } from '../segments/term-table.ts';
import { KEYS_BYTES, spanBytes } from './range-bytes.ts';
import * as F from './range-flags.ts';

/** Looks at the ranges of documents for the OP_DOC_RANGE programs of a segment. */
export class RangeVerifier {
  readonly #segment: Segment;
  readonly #values: FieldValues;
  readonly #meter: WorkMeter;
  #now = 0;
  /** Ranges that depend on the time, for `#now`; null where there is nothing between the bounds. */
  readonly #moving = new Map<number, Uint8Array | null>();

  constructor(segment: Segment, values: FieldValues, meter: WorkMeter) {
    this.#segment = segment;
    this.#values = values;
    this.#meter = meter;
  }

  /**
   * Whether a range of the field lies as the program at `at` asks.
   * @param now epoch milliseconds
   */
  matches(at: number, atoms: Atoms, now: number): boolean {
    const { programs, termMeta, termBytes } = this.#segment;
    const flags = programs[at + 5]!;
    if (flags & F.MOVING) {
      const asked = this.#movingAt(at, now);
      return asked !== null && this.#meets(at, atoms, asked, 0, asked.length);
    }
    const term = (programs[at + 6]! - 1) * TERM_WORDS;
    const from = termMeta[term + TERM_OFFSET]!;
    return this.#meets(at, atoms, termBytes, from, termMeta[term + TERM_LENGTH]!);
  }

  #meets(at: number, atoms: Atoms, asked: Uint8Array, from: number, length: number): boolean {
    const { programs } = this.#segment;
    const field = programs[at + 3]! - 1;
    const relation = programs[at + 5]! & F.RELATION_MASK;
    const width = (length - KEYS_BYTES) >> 1;
    const low = from + KEYS_BYTES;
    const high = low + width;
    const values = this.#values;
    let run = values.next(-1, field, DOC_RANGE);
    for (; run >= 0; run = values.next(run, field, DOC_RANGE)) {
      const { starts, ends } = values.runs;
      this.#meter.spend(ends[run]! - starts[run]!);
      for (let atom = starts[run]!; atom < ends[run]!; atom++) {
        const own = atoms.scratch;
        const ownLow = atoms.starts[atom]! + KEYS_BYTES;
        const ownHigh = ownLow + width;
        // Of the ends of both ranges, two have to be in order.
        const isAny = relation === F.INTERSECTS;
        const first = compare(own, isAny ? ownHigh : ownLow, asked, low, width);
        const second = compare(own, isAny ? ownLow : ownHigh, asked, high, width);
        if (relation === F.CONTAINS ? first <= 0 && second >= 0 : first >= 0 && second <= 0) {
          return true;
        }
      }
    }
    return false;
  }

  #movingAt(at: number, now: number): Uint8Array | null {
    if (now !== this.#now) this.#moving.clear();
    this.#now = now;
    let bytes = this.#moving.get(at);
    if (bytes === undefined) {
      bytes = movingBytes(this.#segment, at, now);
      this.#moving.set(at, bytes);
    }
    return bytes;
  }
}

function movingBytes(segment: Segment, at: number, now: number): Uint8Array | null {
  const { programs } = segment;
  const flags = programs[at + 5]!;
  const bound = (term: number) => (term === 0 ? null : unpackReading(segment.termText(term - 1)));
  const [lower, upper] = [bound(programs[at + 6]!), bound(programs[at + 7]!)];
  const bounds = {
    ...(lower ?? upper)?.reading,
    lower: lower?.text ?? null,
    upper: upper?.text ?? null,
    includeLower: (flags & F.INCLUDE_LOWER) !== 0,
    includeUpper: (flags & F.INCLUDE_UPPER) !== 0,
  };
  const span = askedRange(
    kindNamed(formName(segment.fieldPath(programs[at + 3]! - 1))!),
    bounds,
    now,
  );
  return span === null ? null : spanBytes(span);
}

/** The kind that a form's name tells, as far as bounds are read by it. */
function kindNamed(name: string): RangeKind {
  const colon = name.indexOf(':');
  if (colon < 0) return { type: name as RangeTypeName };
  return { type: name.slice(0, colon) as RangeTypeName, format: name.slice(colon + 1) };
}

/** Order of so many bytes. */
function compare(a: Uint8Array, at: number, b: Uint8Array, bAt: number, width: number): number {
  for (let i = 0; i < width; i++) {
    const difference = a[at + i]! - b[bAt + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
