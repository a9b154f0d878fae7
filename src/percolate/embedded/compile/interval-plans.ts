import type { ManyTerms, Source } from '../../../query/intervals/sources.ts';
import { escapeWildcard } from '../../../query/query-string/query-string-text.ts';
import { TooComplex } from '../../../query/regexp/work.ts';
import { nearOn, regexpOn } from './near-plans.ts';
import { NONE, or, type Plan } from './plan.ts';
import type { TextPlace } from './token-clauses.ts';

/** Words of one field, or of a few, follow each other in a way that sources tell. */
export interface IntervalsPlan {
  readonly op: 'intervals';
  /** Where words stand: a term, a pattern or near terms of a named field, or alternatives of them. */
  readonly leaves: readonly Plan[];
  /** Each is made of those before it; the last one is what is asked for. */
  readonly nodes: readonly IntervalNode[];
}

/** A source, see query/intervals/sources.ts. */
export interface IntervalNode {
  readonly kind: Exclude<Source['kind'], 'inField'>;
  /** Places of other nodes; of a `term` or `terms`, of a leaf. */
  readonly parts: readonly number[];
  readonly numbers: readonly number[];
}

/** A source over fields that are at these places. */
export function intervalsPlan(
  source: Source,
  field: string,
  places: (field: string) => TextPlace,
): IntervalsPlan {
  return new Flattening(places).plan(source, field);
}

class Flattening {
  readonly #places: (field: string) => TextPlace;
  readonly #leaves: Plan[] = [];
  readonly #nodes: IntervalNode[] = [];
  readonly #known = new Map<string, number>();

  constructor(places: (field: string) => TextPlace) {
    this.#places = places;
  }

  plan(source: Source, field: string): IntervalsPlan {
    this.#add(source, field);
    return { op: 'intervals', leaves: this.#leaves, nodes: this.#nodes };
  }

  /** Sources are no deeper than the rules that they are made of. */
  #add(source: Source, field: string): number {
    const { kind, parts, numbers, text } = source;
    if (kind === 'inField') return this.#add(parts[0]!, text);
    const key = `${source.id} ${field}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const isLeaf = kind === 'term' || kind === 'terms';
    const inner = isLeaf
      ? [this.#leaves.push(leafPlan(source, this.#places(field))) - 1]
      : parts.map((part) => this.#add(part, field));
    const at = this.#nodes.push({ kind, parts: inner, numbers }) - 1;
    this.#known.set(key, at);
    return at;
  }
}

/** What a leaf stands for in one place. */
export function leafPlan({ text, terms }: Source, place: TextPlace): Plan {
  if (terms === undefined) return { op: 'term', ...place, text };
  return termsPlan(terms, place);
}

function termsPlan(terms: ManyTerms, { path, termClass }: TextPlace): Plan {
  switch (terms.kind) {
    case 'prefix':
      return prefixPlan(terms.text, { path, termClass });
    case 'wildcard':
      return { op: 'wildcard', path, termClass, pattern: terms.text };
    case 'fuzzy': {
      const { text, edits, prefixLength } = terms;
      if (edits === 0 || prefixLength < [...text].length)
        return nearOn(text, terms, path, termClass);
      // Nothing of it may be changed: here, and only here, Lucene lets characters follow it.
      const further = Array.from({ length: edits }, (_, i): Plan => {
        const pattern = `${escapeWildcard(text)}${'?'.repeat(i + 1)}`;
        return { op: 'wildcard', path, termClass, pattern };
      });
      return or([{ op: 'term', path, termClass, text }, ...further]);
    }
  }
}

/** Characters that a regular expression takes for more than they are. */
const SIGNS = /[^\p{L}\p{N}\u0080-\u{10ffff}]/gu;

/**
 * Terms that begin so. Lucene takes each byte of the beginning, and each that may follow, for a character here: what is
 * beyond ASCII is looked for as it would read in ISO 8859-1, and terms with other characters than those have none.
 */
function prefixPlan(text: string, { path, termClass }: TextPlace): Plan {
  const pattern = `${Buffer.from(text).toString('latin1').replaceAll(SIGNS, '\\$&')}[\0-ÿ]*`;
  const asked = { kind: 'regexp', field: path, pattern, flags: 0, caseInsensitive: false } as const;
  try {
    return regexpOn(asked, path, termClass);
  } catch (error) {
    // As long as no token is.
    if (error instanceof TooComplex) return NONE;
    throw error;
  }
}
