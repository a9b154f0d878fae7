import { anchorOf } from '../compile/term-class.ts';
import { HASH_SEED, mix, termSalt } from '../memory/hash.ts';
import type { Segment } from '../segments/segment.ts';
import { FIELD_WORDS } from '../segments/segment-format.ts';
import { TERM_KEY, TERM_OFFSET, TERM_WORDS } from '../segments/term-table.ts';
import type { TermSet } from './term-set.ts';

const NO_BYTES = new Uint8Array(0);

/** Offers the terms that say that a field has a value of one of several classes. */
export class ValueProbe {
  readonly #offered: TermSet;
  /** (term, number of markers, the markers…) of each such term. */
  readonly #markers: Int32Array;

  constructor(segment: Segment, offered: TermSet) {
    this.#offered = offered;
    this.#markers = Int32Array.from(
      Array.from(segment.valueTerms, (term) => {
        const markers = markersOf(segment, term);
        return [term, markers.length, ...markers];
      }).flat(),
    );
  }

  offer(): void {
    const markers = this.#markers;
    for (let at = 0; at < markers.length; ) {
      const end = at + 2 + markers[at + 1]!;
      for (let i = at + 2; i < end; i++) {
        if (!this.#offered.has(markers[i]!)) continue;
        this.#offered.add(markers[at]!);
        break;
      }
      at = end;
    }
  }
}

/** The terms, one for each class, of which a document offers those that it has a value of. */
function markersOf(segment: Segment, term: number): number[] {
  const field = segment.termField(term);
  const offset = segment.termMeta[term * TERM_WORDS + TERM_OFFSET]!;
  const classes = new Int32Array(segment.termBytes.slice(offset, offset + 4).buffer)[0]!;
  const pathHash = segment.fields[field * FIELD_WORDS + 1]!;
  const markers: number[] = [];
  for (let termClass = 0; termClass < 31; termClass++) {
    if (!(classes & (1 << termClass))) continue;
    const marker = anchorOf(termClass);
    const key = (segment.termMeta[term * TERM_WORDS + TERM_KEY]! & ~31) | marker;
    markers.push(segment.lookup(key, mix(HASH_SEED, termSalt(pathHash, marker)), NO_BYTES, 0, 0));
  }
  return markers;
}
