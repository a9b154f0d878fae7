import { mayBeDate } from '../date-readings.ts';
import { EVERY_FIELD, type FieldList, inAny } from '../field-list.ts';
import { ALL_FIELDS, isFieldPattern, patternText } from '../field-patterns.ts';
import { checkField, existsOf } from '../fields.ts';
import type { CrossFieldsLeaf, Fuzzy, Ir, PhraseLeaf, RangeLeaf } from '../ir.ts';
import type { Budget, Place } from '../limits.ts';
import { EXPANSIONS, type MultiType } from '../match-type.ts';
import { isPlainToken, mayBeWordless } from '../query-analyzer.ts';
import { checkRegexp } from '../regexp/compile-regexp.ts';
import { ALL_OPERATORS } from '../regexp/syntax.ts';
import { absentOver, absentOverTexts, isOneField, leastWords } from '../several-fields.ts';
import type { Parsed } from './clause-list.ts';
import { checkSuffixed, inQuotedFields } from './quoted-fields.ts';

/** The field that a clause of a text names; null is every field, undefined none was named. */
export type Named = string | null | undefined;

export interface LeafOptions {
  /** How the tokens of a text combine. */
  readonly operator: 'or' | 'and';
  /** Where clauses that name no field look. */
  readonly fields: FieldList;
  /** Whether `>5` is a comparison in a clause that names no field. */
  readonly compare: boolean;
  /** Slop of phrases that give none. */
  readonly slop: number;
  readonly type: MultiType;
  /** Of dates that name none. */
  readonly timeZone: string | undefined;
  /** Whether prefixes are analysed. */
  readonly analyzePrefixes: boolean;
  /** Which read the text, and what stands in quotes, instead of those that fields have. */
  readonly analyzer: string | undefined;
  readonly quoteAnalyzer: string | undefined;
  /** See quoted-fields.ts. */
  readonly quoteSuffix: string | undefined;
  /** Whether words that an analyzer leaves out leave no gaps in phrases. */
  readonly gapless: boolean;
  /** Whether the text is one of the simple syntax. */
  readonly simple: boolean;
  /** How words with a ~ are looked for. */
  readonly fuzzy: Omit<Fuzzy, 'edits'>;
  readonly budget: Budget;
  /** The path of the clause that the text stands in, for errors. */
  readonly clause: string | undefined;
}

/** Makes the leaves of a query text, over all the fields that they are on. */
export class QueryStringLeaves {
  readonly #options: LeafOptions;

  constructor(options: LeafOptions) {
    this.#options = options;
  }

  /** A word, a run of words, or a comparison. */
  bare(named: Named, text: string, place: Place): Parsed {
    if (named === '_exists_') return this.#exists(text, place);
    if ((named !== undefined || this.#options.compare) && text.length > 1) {
      const sign = text[0];
      if (sign === '>' || sign === '<') return this.#comparison(named, text, sign, place);
    }
    const { type, slop, analyzer } = this.#options;
    const fields = this.#fieldsOf(named, place);
    const absent = this.#whenAbsent(fields, text, analyzer);
    if (type === 'phrase' || type === 'phrase_prefix') {
      const start = type === 'phrase' ? {} : { expansions: EXPANSIONS };
      const phrase = this.#phraseOf(text, slop, analyzer, start);
      return { query: inAny(fields, phrase), absent };
    }
    const words = this.#words(named, fields, text);
    // A date in a time zone is a clause, whatever an analyzer makes of it.
    return { ...words, absent: words.isZoned && analyzer !== undefined ? null : absent };
  }

  #words(
    named: Named,
    fields: FieldList,
    text: string,
  ): Pick<Parsed, 'query' | 'atLeast'> & { isZoned: boolean } {
    const { type, operator, timeZone } = this.#options;
    const start = type === 'bool_prefix' ? ({ prefix: true } as const) : {};
    // Where a clause names one field, a date is a range, for those know zones.
    const isNamed = named !== undefined || this.#options.compare;
    const isZoned = timeZone !== undefined && isNamed && isOneField(fields) && mayBeDate(text);
    const zone = isZoned ? { timeZone } : {};
    const read = readBy(this.#options.analyzer);
    const match = { kind: 'match', text, operator, ...start, ...zone, ...read } as const;
    const isCrossed = type === 'cross_fields' && !isOneField(fields);
    const asOne: CrossFieldsLeaf = { kind: 'crossFields', fields, text, operator, ...read };
    const query = isCrossed ? asOne : inAny(fields, (field): Ir => ({ ...match, field }));
    const leaf = isCrossed ? asOne : { ...match, field: null };
    return {
      query,
      isZoned,
      atLeast: (spec: string, path: string): Ir => leastWords(query, leaf, fields, spec, path),
    };
  }

  #comparison(named: Named, text: string, sign: '>' | '<', place: Place): Parsed {
    const inclusive = text[1] === '=' && text.length > 2;
    const bound = openOr(text.slice(inclusive ? 2 : 1));
    return this.range(
      named,
      {
        lower: sign === '>' ? bound : null,
        upper: sign === '<' ? bound : null,
        includeLower: sign === '<' || inclusive,
        includeUpper: sign === '>' || inclusive,
      },
      place,
    );
  }

  /** @param slop null for the default */
  phrase(named: Named, text: string, slop: number | null, place: Place): Parsed {
    if (named === '_exists_') return this.#exists(text, place);
    const { quoteAnalyzer, quoteSuffix } = this.#options;
    const fields = this.#fieldsOf(named, place);
    const phrase = this.#phraseOf(text, slop ?? this.#options.slop, quoteAnalyzer);
    const absent = this.#whenAbsent(fields, text, quoteAnalyzer);
    if (quoteSuffix === undefined) return { query: inAny(fields, phrase), absent };
    checkSuffixed(fields, absent, quoteAnalyzer, place);
    return { query: inQuotedFields(fields, quoteSuffix, phrase), absent };
  }

  #phraseOf(
    text: string,
    slop: number,
    analyzer: string | undefined,
    start: Pick<PhraseLeaf, 'expansions'> = {},
  ): (field: string | null) => Ir {
    const packed =
      this.#options.gapless && start.expansions === undefined ? ({ gapless: true } as const) : {};
    const phrase = {
      kind: 'phrase',
      text,
      slop,
      ...start,
      ...packed,
      ...readBy(analyzer),
    } as const;
    return (field) => ({ ...phrase, field });
  }

  /** A prefix with its text, or a pattern as it is written. */
  pattern(named: Named, pattern: string, prefix: string | null, place: Place): Parsed {
    const fields = this.#fieldsOf(named, place);
    const { analyzePrefixes, analyzer, simple } = this.#options;
    const isPlain = analyzer === undefined && (!analyzePrefixes || isPlainToken(prefix ?? ''));
    if (prefix !== null && !isPlain) {
      const query = inAny(fields, this.#beginningOf(prefix));
      // In the simple syntax one of no words matches nothing.
      if (simple || !analyzePrefixes) return { query, absent: null };
      return { query, absent: this.#whenTextsAbsent(fields, prefix) };
    }
    const read = readBy(analyzer);
    const make = (field: string | null): Ir => ({
      kind: 'wildcard',
      field,
      pattern,
      normalize: true,
      ...read,
    });
    return { query: inAny(fields, make), absent: null };
  }

  #beginningOf(text: string): (field: string | null) => Ir {
    const { analyzePrefixes, operator, analyzer, simple } = this.#options;
    const beginning = {
      kind: 'beginning',
      text,
      ...(analyzePrefixes && { tokens: operator }),
      ...(simple && { simple }),
      ...readBy(analyzer),
    } as const;
    return (field) => ({ ...beginning, field });
  }

  /** A word with a `~`; one that is not analysed. */
  fuzzy(named: Named, text: string, edits: number, place: Place): Parsed {
    const { prefixLength, transpositions } = this.#options.fuzzy;
    const read = readBy(this.#options.analyzer);
    const near = { text, edits, prefixLength, transpositions, normalize: true, ...read };
    const make = (field: string | null): Ir => ({ kind: 'fuzzy', field, ...near });
    return { query: inAny(this.#fieldsOf(named, place), make), absent: null };
  }

  /** @param place of the pattern's first character */
  regexp(named: Named, pattern: string, place: Place): Parsed {
    const expression = { pattern, flags: ALL_OPERATORS, caseInsensitive: false };
    checkRegexp(expression, this.#options.budget, place);
    const read = readBy(this.#options.analyzer);
    const make = (field: string | null): Ir => ({ kind: 'regexp', field, ...expression, ...read });
    return { query: inAny(this.#fieldsOf(named, place), make), absent: null };
  }

  /** A lone `*`: every document, or those that have the field. */
  star(named: Named, place: Place): Parsed {
    const { compare } = this.#options;
    const fields = this.#fieldsOf(named, place);
    const query = inAny(fields, (field): Ir => {
      if (field === null && (named !== undefined || compare)) return { kind: 'all' };
      if (field === null) return { kind: 'exists', field: ALL_FIELDS };
      // A pattern in a list has been resolved to fields by then, and no object is one.
      const isListed = named === undefined && !compare;
      if (isListed && isFieldPattern(field)) return { kind: 'exists', field };
      return existsOf(isFieldPattern(field) ? patternText(field) : field, place);
    });
    return { query, absent: null };
  }

  range(
    named: Named,
    bounds: Omit<RangeLeaf, 'kind' | 'field' | 'normalize'>,
    place: Place,
  ): Parsed {
    const fields = this.#fieldsOf(named, place);
    const texts = [bounds.lower, bounds.upper].filter((bound) => bound !== null);
    const timeZone = texts.some(mayBeDate) ? this.#options.timeZone : undefined;
    const make = (field: string | null): Ir => ({
      kind: 'range',
      field,
      ...bounds,
      normalize: true,
      ...(timeZone !== undefined && { timeZone }),
      ...readBy(this.#options.analyzer),
    });
    return { query: inAny(fields, make), absent: null };
  }

  #exists(field: string, place: Place): Parsed {
    this.#options.budget.leaf(place);
    return { query: existsOf(field, place), absent: null };
  }

  /** Every field of a clause counts. */
  #fieldsOf(named: Named, place: Place): FieldList {
    const fields = named === undefined ? this.#options.fields : [named];
    for (const field of fields) {
      this.#options.budget.leaf(place);
      if (field !== null && !isFieldPattern(field)) checkField(field, place);
    }
    return fields.length === 0 ? EVERY_FIELD : fields;
  }

  /** The same of what only texts analyse. */
  #whenTextsAbsent(fields: FieldList, text: string): Ir | null {
    const { analyzer } = this.#options;
    if (analyzer === undefined) return this.#whenAbsent(fields, text, analyzer);
    return mayBeWordless(text, analyzer) ? absentOverTexts(fields, text, analyzer) : null;
  }

  /** When a text counts as not written. */
  #whenAbsent(fields: FieldList, text: string, analyzer: string | undefined): Ir | null {
    return mayBeWordless(text, analyzer) ? absentOver(fields, text, analyzer) : null;
  }
}

/** A bound of a range; `*` is an open one. */
export function openOr(text: string): string | null {
  return text === '*' ? null : text;
}

function readBy(analyzer: string | undefined): { readonly analyzer?: string } {
  return analyzer === undefined ? {} : { analyzer };
}
