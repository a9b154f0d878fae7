import type { GeoLeaf } from './geo/geo-shape.ts';
import type { IntervalsLeaf } from './intervals/intervals-ir.ts';
import type { SpansLeaf } from './spans/span.ts';

/**
 * The one intermediate representation that every query syntax parses to. It is free of mappings:
 * texts are not analysed and values not converted, because one query meets many indices, and the
 * same field may be text in one and a number in another. The engine gives each leaf its meaning for
 * each type that a field can have.
 */
export type Ir =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'and'; readonly clauses: readonly Ir[] }
  | {
      readonly kind: 'or';
      readonly clauses: readonly Ir[];
      /** How many clauses must match; 1 unless a minimum_should_match asks for more. */
      readonly atLeast: number;
    }
  | { readonly kind: 'not'; readonly clause: Ir }
  | NamedClause
  | NestedClause
  | MatchLeaf
  | PhraseLeaf
  | TermLeaf
  | RangeLeaf
  | WildcardLeaf
  | RegexpLeaf
  | FuzzyLeaf
  | ExistsLeaf
  | WordlessLeaf
  | BeginningLeaf
  | GeoLeaf
  | IntervalsLeaf
  | CrossFieldsLeaf
  | MappedLeaf
  | SpansLeaf;

/**
 * What asks a field, or any field, for its values. The field may be a pattern, see field-patterns.ts: then
 * some field that it covers, each as its type.
 */
export type Leaf = Exclude<Extract<Ir, { readonly field: string | null }>, IntervalsLeaf>;

/**
 * Leaves of which a query can say which analyzer reads them, whatever that of the field is: a built-in one,
 * or one that the settings of the index define.
 */
interface Analyzed {
  readonly analyzer?: string;
}

/** A clause whose name is told with each hit for which it holds: Elasticsearch's `_name`. */
export interface NamedClause {
  readonly kind: 'named';
  readonly name: string;
  readonly clause: Ir;
  /** It is told, but matters nothing for the match: an optional clause. */
  readonly decides?: false;
}

/**
 * One of the nested objects with this path fulfils the clause by itself; inside of another such clause, one of those
 * in its object. An index that has no nested objects there matches nothing of the whole query.
 */
export interface NestedClause {
  readonly kind: 'nested';
  readonly path: string;
  readonly clause: Ir;
  /** An index that does not map the path has no such objects. */
  readonly ignoreUnmapped?: true;
}

/**
 * Analysed text: Elasticsearch's `match`, and a bare text in a query string. On fields that are not
 * text, the whole text is one value. `field: null` means every field, leniently: fields whose type
 * cannot hold the text do not match.
 */
export interface MatchLeaf extends Analyzed {
  readonly kind: 'match';
  readonly field: string | null;
  readonly text: string;
  /** Whether one of the text's tokens must be there, or all of them in the same field. */
  readonly operator: 'or' | 'and';
  /**
   * With the operator `or`: how many of the tokens must be there in the same field, as a
   * minimum_should_match such as `75%` of their number, where there are several. A token that the text
   * has twice counts twice.
   */
  readonly minimum?: string;
  /**
   * The last token, where the text ends with it, may be the beginning of one; on keywords the text is the
   * beginning of a value.
   */
  readonly prefix?: true;
  /** On dates, the text is a range from its first instant to its last in this zone. */
  readonly timeZone?: string;
  /** Each token, or the value of a keyword, may be one that is near; other types never match. Not the prefix. */
  readonly fuzzy?: Fuzzy;
}

/** Analysed tokens next to each other; on fields that are not text, the whole text is one value. */
export interface PhraseLeaf extends Analyzed {
  readonly kind: 'phrase';
  readonly field: string | null;
  readonly text: string;
  readonly slop: number;
  /** See {@link MatchLeaf.timeZone}. */
  readonly timeZone?: string;
  /**
   * The last token may be the beginning of one: of the first so many such tokens that the field has, in
   * the order of their bytes. Only texts have such phrases, other fields never match.
   */
  readonly expansions?: number;
  /** Words that the analyzer left out leave no gaps between the others. */
  readonly gapless?: true;
}

/** One exact value, not analysed. Numbers and booleans stand as their JSON text. */
export interface TermLeaf {
  readonly kind: 'term';
  readonly field: string;
  readonly value: string;
}

/** How a range of a field lies to the one that a clause asks for. */
export type RangeRelation = 'intersects' | 'within' | 'contains';

/** Bounds as text; an absent bound is open. An analyzer lower-cases them for every type, or leaves them. */
export interface RangeLeaf extends Analyzed {
  readonly kind: 'range';
  readonly field: string | null;
  readonly lower: string | null;
  readonly upper: string | null;
  readonly includeLower: boolean;
  readonly includeUpper: boolean;
  /** Query strings lower-case the bounds on text fields; the Query DSL takes them as they are. */
  readonly normalize: boolean;
  /** In which the bounds are written, where the field is a date; else in the field's own format. */
  readonly format?: string;
  /** Of bounds that name none, and of the days that date math rounds to. */
  readonly timeZone?: string;
  /** Of fields that hold ranges; left out: they intersect. On values it says nothing. */
  readonly relation?: Exclude<RangeRelation, 'intersects'>;
}

/**
 * A pattern of whole terms, in Lucene's wildcard syntax: `*` any characters, `?` one, `\\` takes the next
 * as it is. A token of a text, or the value of a keyword, has to match all of it.
 */
export interface WildcardLeaf extends Analyzed {
  readonly kind: 'wildcard';
  readonly field: string | null;
  readonly pattern: string;
  /** Query strings lower-case the pattern on text fields; the Query DSL takes it as it is. */
  readonly normalize: boolean;
  /** ASCII letters match both cases, but for those behind a backslash. */
  readonly caseInsensitive?: true;
}

/**
 * A regular expression of whole terms, see regexp/syntax.ts; not analysed, but an analyzer lower-cases it or
 * leaves it. It has been checked.
 */
export interface RegexpLeaf extends Analyzed {
  readonly kind: 'regexp';
  readonly field: string | null;
  readonly pattern: string;
  /** Bits of the operators that the pattern may use. */
  readonly flags: number;
  /** ASCII letters match both cases, but for those in ranges such as `[a-z]`. */
  readonly caseInsensitive: boolean;
}

/** How near a term has to be: by edits of single characters, and swaps of neighbours. */
export interface Fuzzy {
  /** Most edits, 0 to 2; or by length: none for terms shorter than the first, one below the second, else two. */
  readonly edits: number | readonly [number, number];
  /** Characters at the beginning that have to be the same. A term that is no longer has to be the same. */
  readonly prefixLength: number;
  /** Whether two neighbours that changed places are one edit, or two. */
  readonly transpositions: boolean;
}

/**
 * A term near to this one: a token of a text, or the value of a keyword. Not analysed, but an analyzer
 * lower-cases it for both, or leaves it.
 */
export interface FuzzyLeaf extends Fuzzy, Analyzed {
  readonly kind: 'fuzzy';
  readonly field: string | null;
  readonly text: string;
  readonly edits: number;
  /** Query strings lower-case the text on text fields; the Query DSL takes it as it is. */
  readonly normalize: boolean;
}

/** The field, or one below it, has a value. */
export interface ExistsLeaf {
  readonly kind: 'exists';
  readonly field: string;
}

/**
 * The index maps the field as text, whether or not the document has it, and finds no token in
 * `text`: there such a clause of a query string counts as not written. With an analyzer the field's type
 * does not matter.
 */
export interface WordlessLeaf extends Analyzed {
  readonly kind: 'wordless';
  readonly field: string;
  readonly text: string;
}

/**
 * A term that begins so, where a query string says how such texts are read: `wor*` with an analyzer, or
 * with `analyze_wildcard`. A plain one is a {@link WildcardLeaf}.
 */
export interface BeginningLeaf extends Analyzed {
  readonly kind: 'beginning';
  readonly field: string | null;
  /** What stands before the star. */
  readonly text: string;
  /** How its tokens combine, of which the last is only begun; undefined: it is lower-cased at most. */
  readonly tokens?: 'or' | 'and';
  /** In the simple syntax the analyzer reads what is asked of keywords as well. */
  readonly simple?: true;
}

/**
 * Analysed text over several fields as if they were one: each token may be in another one of those that
 * have the same analyzer. Fields that are not text hold the whole text as one value. With an analyzer of the query's
 * own, each token may be in any of them.
 */
export interface CrossFieldsLeaf extends Analyzed {
  readonly kind: 'crossFields';
  /** Several, or a pattern, or every one (null). */
  readonly fields: readonly (string | null)[];
  readonly text: string;
  readonly operator: 'or' | 'and';
  /** See {@link MatchLeaf.minimum}. */
  readonly minimum?: string;
}

/** Whether or not the document has them, the index maps at least so many of the fields, or of what they have. */
export interface MappedLeaf {
  readonly kind: 'mapped';
  /** Names and patterns of them. */
  readonly fields: readonly string[];
  /**
   * What counts: all of them, texts, those that are no text, numbers, dates, points, or the different analyzers with which
   * queries on the texts are read. Objects are no fields: nested ones and others are asked for by their paths.
   */
  readonly among:
    | 'all'
    | 'texts'
    | 'others'
    | 'numbers'
    | 'dates'
    | 'points'
    | 'analyzers'
    | 'nested'
    | 'objects';
  readonly atLeast: number;
}
