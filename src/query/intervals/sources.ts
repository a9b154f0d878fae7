import type { FilterRelation } from './intervals-ir.ts';

/** Java's largest int: no stretch of words is as long, and no place as far. */
export const FAR = 0x7fffffff;
/** Elasticsearch's bound for what its rewriting makes of alternatives: as many as one bool may have clauses. */
const MAX_ALTERNATIVES = 1024;
/** Different sources that one clause may have. */
const MAX_SOURCES = 10_000;

/** What a clause asks for becomes too many sources. */
export class TooManySources extends Error {}

export type SourceKind =
  | 'nowhere'
  | 'term'
  | 'terms'
  | 'or'
  | 'ordered'
  | 'unordered'
  | 'block'
  | 'repeating'
  | 'extended'
  | 'beside'
  | 'maxGaps'
  | 'containing'
  | 'containedBy'
  | 'overlapping'
  | 'notContaining'
  | 'notContainedBy'
  | 'notOverlapping'
  | 'inField';

/** Several terms that a leaf stands for. */
export type ManyTerms =
  | { readonly kind: 'prefix' | 'wildcard'; readonly text: string }
  | {
      readonly kind: 'fuzzy';
      readonly text: string;
      readonly edits: number;
      readonly prefixLength: number;
      readonly transpositions: boolean;
    };

/** What yields stretches of words, as one of Lucene's sources does. Equal ones are the same object. */
export interface Source {
  readonly kind: SourceKind;
  /** Number among those of its clause. */
  readonly id: number;
  readonly parts: readonly Source[];
  /** How often, before and after, gaps: what the kind needs. */
  readonly numbers: readonly number[];
  /** Of a term; the name of a field. */
  readonly text: string;
  readonly terms?: ManyTerms;
  /** Least length of its stretches, as the rewriting takes it. */
  readonly minExtent: number;
}

type Numbers = readonly number[];

/**
 * Makes the sources of one clause as Lucene 8.11 does (org.apache.lucene.queries.intervals): which
 * stretches are found depends on how it rewrites alternatives, and on which sources are equal.
 */
export class Sources {
  readonly #known = new Map<string, Source>();

  /** Where there is no word to look for. */
  nowhere(): Source {
    return this.#make('nowhere', [], 0);
  }

  term(text: string): Source {
    return this.#make('term', [], 1, [], text);
  }

  /** Each such term of the field. Elasticsearch tells kinds apart even where they stand for the same terms. */
  terms(terms: ManyTerms): Source {
    return this.#make('terms', [], 1, [], JSON.stringify(Object.values(terms)), terms);
  }

  or(sources: readonly Source[]): Source {
    const parts = new Set<Source>();
    for (const source of sources) {
      if (source.kind !== 'or') parts.add(source);
      else for (const part of source.parts) parts.add(part);
    }
    const [only] = parts;
    if (parts.size === 1) return only!;
    const sorted = [...parts].sort((a, b) => a.id - b.id);
    return this.#make('or', sorted, Math.min(FAR, ...sorted.map(({ minExtent }) => minExtent)));
  }

  /** What is asked for twice in a row is found by itself, at two places. */
  ordered(sources: readonly Source[]): Source {
    if (sources.length === 1) return sources[0]!;
    const parts: Source[] = [];
    const all = flat(sources, 'ordered');
    for (let i = 0, next = 0; i < all.length; i = next) {
      while (next < all.length && all[next] === all[i]) next++;
      parts.push(this.#repeated(all[i]!, next - i));
    }
    return parts.length === 1 ? parts[0]! : this.#ordered(parts);
  }

  /** The same of what is asked for twice at all. */
  unordered(sources: readonly Source[]): Source {
    if (sources.length === 1) return sources[0]!;
    const counts = new Map<Source, number>();
    for (const source of flat(sources, 'unordered')) {
      counts.set(source, (counts.get(source) ?? 0) + 1);
    }
    const parts = [...counts].map(([source, count]) => this.#repeated(source, count));
    return parts.length === 1 ? parts[0]! : this.#unordered(parts);
  }

  #repeated(source: Source, count: number): Source {
    if (count === 1) return source;
    return this.#make('repeating', [source], source.minExtent, [count]);
  }

  /** One right behind the other. */
  block(sources: readonly Source[]): Source {
    if (sources.length === 1) return sources[0]!;
    return this.or(
      this.#combinations(sources, (parts) => {
        const all = flat(parts, 'block');
        return this.#make('block', all, sumOf(all));
      }),
    );
  }

  maxGaps(source: Source, gaps: number): Source {
    return this.or(
      this.#alternatives(source).map((one) => this.#make('maxGaps', [one], one.minExtent, [gaps])),
    );
  }

  /** Stretches so many words longer at both ends. */
  extended(source: Source, before: number, after: number): Source {
    const extent = (((before + source.minExtent) | 0) + after) | 0;
    return this.#make('extended', [source], extent < 0 ? FAR : extent, [before, after]);
  }

  inField(field: string, source: Source): Source {
    return this.#make('inField', [source], source.minExtent, [], field);
  }

  /** Stretches of `source` that stand so to those of `other`. */
  filtered(source: Source, relation: FilterRelation, other: Source): Source {
    switch (relation) {
      case 'before':
        return this.#containedBy(source, this.extended(this.#beside(other, true), FAR, 0));
      case 'after':
        return this.#containedBy(source, this.extended(this.#beside(other, false), 0, FAR));
      case 'contained_by':
        return this.#containedBy(source, other);
      case 'containing':
        return this.or(this.#each(source, (one) => this.#relation('containing', one, other)));
      case 'overlapping':
        return this.#relation('overlapping', source, other);
      case 'not_containing':
        return this.or(this.#each(source, (one) => this.#relation('notContaining', one, other)));
      case 'not_contained_by':
        return this.or(this.#each(other, (one) => this.#relation('notContainedBy', source, one)));
      case 'not_overlapping':
        return this.#relation('notOverlapping', source, other);
    }
  }

  #containedBy(source: Source, other: Source): Source {
    return this.or(this.#each(other, (one) => this.#relation('containedBy', source, one)));
  }

  #relation(kind: SourceKind, source: Source, other: Source): Source {
    return this.#make(kind, [source, other], source.minExtent);
  }

  /** The one place before, or behind, each stretch. */
  #beside(source: Source, before: boolean): Source {
    return this.#make('beside', [source], 1, [before ? 1 : 0]);
  }

  #ordered(parts: readonly Source[]): Source {
    return this.#make('ordered', parts, sumOf(parts));
  }

  #unordered(parts: readonly Source[]): Source {
    return this.#make('unordered', parts, sumOf(parts));
  }

  /** The source as alternatives, where what stands around it has to look at each for itself. */
  #alternatives(source: Source): readonly Source[] {
    const { kind, parts } = source;
    const [first, second] = parts;
    switch (kind) {
      case 'nowhere':
        return [];
      case 'or':
        return parts;
      case 'ordered':
        return this.#combinations(parts, (all) => this.#ordered(all));
      case 'unordered':
        return this.#combinations(parts, (all) => this.#unordered(all));
      case 'extended': {
        const [before, after] = source.numbers;
        const inner = this.#alternatives(first!);
        if (inner.length === 0) return [source];
        return [...new Set(inner.map((one) => this.extended(one, before!, after!)))];
      }
      case 'containing':
        return this.#each(first!, (one) => this.#relation(kind, one, second!));
      case 'containedBy':
        return this.#each(second!, (one) => this.#relation(kind, first!, one));
      case 'overlapping':
        return this.#combinations(parts, ([one, other]) => this.#relation(kind, one!, other!));
      case 'inField': {
        const inner = this.#alternatives(first!);
        if (inner.length === 1) return [source];
        return [...new Set(inner.map((one) => this.inField(source.text, one)))];
      }
      default:
        return [source];
    }
  }

  /** Those that may be one word long are one alternative. */
  #split(source: Source): readonly Source[] {
    const all = this.#alternatives(source);
    const single = all.filter(({ minExtent }) => minExtent === 1);
    const longer = all.filter(({ minExtent }) => minExtent !== 1);
    return single.length === 0 ? longer : [this.or(single), ...longer];
  }

  #each(source: Source, make: (one: Source) => Source): readonly Source[] {
    return this.#split(source).map(make);
  }

  /** Each combination of the alternatives of several sources. */
  #combinations(
    sources: readonly Source[],
    make: (parts: readonly Source[]) => Source,
  ): readonly Source[] {
    let all: readonly (readonly Source[])[] = [[]];
    for (const source of sources) {
      const split = this.#split(source);
      if (split.length !== 1 && all.length * split.length > MAX_ALTERNATIVES) {
        throw new TooManySources();
      }
      all = split.flatMap((one) => all.map((parts) => [...parts, one]));
    }
    return all.map(make);
  }

  #make(
    kind: SourceKind,
    parts: readonly Source[],
    minExtent: number,
    numbers: Numbers = [],
    text = '',
    terms?: ManyTerms,
  ): Source {
    const key = `${kind} ${parts.map(({ id }) => id).join()} ${numbers.join()} ${text}`;
    let source = this.#known.get(key);
    if (source === undefined) {
      const id = this.#known.size;
      if (id >= MAX_SOURCES) throw new TooManySources();
      source = { kind, id, parts, numbers, text, minExtent, ...(terms && { terms }) };
      this.#known.set(key, source);
    }
    return source;
  }
}

/** Those of one kind stand for their parts. */
function flat(sources: readonly Source[], kind: SourceKind): readonly Source[] {
  return sources.flatMap((source) => (source.kind === kind ? source.parts : [source]));
}

/** As Java adds ints. */
function sumOf(parts: readonly Source[]): number {
  return parts.reduce((sum, { minExtent }) => (sum + minExtent) | 0, 0);
}
