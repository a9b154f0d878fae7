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
  | MatchLeaf
  | PhraseLeaf
  | TermLeaf
  | RangeLeaf
  | WildcardLeaf
  | ExistsLeaf
  | WordlessLeaf;

/** What asks a field, or any field, for its values. */
export type Leaf = Extract<Ir, { readonly field: string | null }>;

/**
 * Analysed text: Elasticsearch's `match`, and a bare text in a query string. On fields that are not
 * text, the whole text is one value. `field: null` means every field, leniently: fields whose type
 * cannot hold the text do not match.
 */
export interface MatchLeaf {
  readonly kind: 'match';
  readonly field: string | null;
  readonly text: string;
  /** Whether one of the text's tokens must be there, or all of them in the same field. */
  readonly operator: 'or' | 'and';
  /**
   * With the operator `or`, on a named field: how many of the tokens must be there, as a
   * minimum_should_match such as `75%` of their number, where there are several. A token that the text
   * has twice counts twice.
   */
  readonly minimum?: string;
  /**
   * The last token, where the text ends with it, may be the beginning of one; on keywords the text is the
   * beginning of a value. On every field only with the operator `or`.
   */
  readonly prefix?: true;
}

/** Analysed tokens next to each other; on fields that are not text, the whole text is one value. */
export interface PhraseLeaf {
  readonly kind: 'phrase';
  readonly field: string | null;
  readonly text: string;
  readonly slop: number;
}

/** One exact value, not analysed. Numbers and booleans stand as their JSON text. */
export interface TermLeaf {
  readonly kind: 'term';
  readonly field: string;
  readonly value: string;
}

/** Bounds as text; an absent bound is open. */
export interface RangeLeaf {
  readonly kind: 'range';
  readonly field: string | null;
  readonly lower: string | null;
  readonly upper: string | null;
  readonly includeLower: boolean;
  readonly includeUpper: boolean;
  /** Query strings lower-case the bounds on text fields; the Query DSL takes them as they are. */
  readonly normalize: boolean;
}

/**
 * A pattern of whole terms, in Lucene's wildcard syntax: `*` any characters, `?` one, `\\` takes the next
 * as it is. A token of a text, or the value of a keyword, has to match all of it.
 */
export interface WildcardLeaf {
  readonly kind: 'wildcard';
  readonly field: string | null;
  readonly pattern: string;
  /** Query strings lower-case the pattern on text fields; the Query DSL takes it as it is. */
  readonly normalize: boolean;
}

/** The field, or one below it, has a value. */
export interface ExistsLeaf {
  readonly kind: 'exists';
  readonly field: string;
}

/**
 * The index maps the field as text, whether or not the document has it, and finds no token in
 * `text`: there such a clause of a query string counts as not written.
 */
export interface WordlessLeaf {
  readonly kind: 'wordless';
  readonly field: string;
  readonly text: string;
}
