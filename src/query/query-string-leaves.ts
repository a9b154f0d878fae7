import { EstromError } from '../errors.ts';
import type { Parsed } from './clause-list.ts';
import { mayBeDate } from './date-readings.ts';
import { EVERY_FIELD, type FieldList, inAny } from './field-list.ts';
import { ALL_FIELDS, isFieldPattern, patternText } from './field-patterns.ts';
import { checkField, existsOf } from './fields.ts';
import type { CrossFieldsLeaf, Fuzzy, Ir, RangeLeaf } from './ir.ts';
import type { Budget, Place } from './limits.ts';
import { EXPANSIONS, type MultiType } from './match-type.ts';
import { checkRegexp } from './regexp/compile-regexp.ts';
import { ALL_OPERATORS } from './regexp/syntax.ts';
import { absentOver, isOneField, leastWords } from './several-fields.ts';

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
    const { type, slop } = this.#options;
    if (type === 'phrase') return this.#phrase(named, text, slop, place);
    const fields = this.#fieldsOf(named, place);
    const absent = this.#whenAbsent(fields, text);
    if (type === 'phrase_prefix') {
      const phrase = { kind: 'phrase', text, slop, expansions: EXPANSIONS } as const;
      return { query: inAny(fields, (field): Ir => ({ ...phrase, field })), absent };
    }
    return { ...this.#words(named, fields, text), absent };
  }

  #words(named: Named, fields: FieldList, text: string): Pick<Parsed, 'query' | 'atLeast'> {
    const { type, operator, timeZone } = this.#options;
    const start = type === 'bool_prefix' ? ({ prefix: true } as const) : {};
    // Where a clause names one field, a date is a range, for those know zones.
    const isNamed = named !== undefined || this.#options.compare;
    const isZoned = isNamed && isOneField(fields) && mayBeDate(text);
    const zone = isZoned && timeZone !== undefined ? { timeZone } : {};
    const match = { kind: 'match', text, operator, ...start, ...zone } as const;
    const isCrossed = type === 'cross_fields' && !isOneField(fields);
    const asOne: CrossFieldsLeaf = { kind: 'crossFields', fields, text, operator };
    const query = isCrossed ? asOne : inAny(fields, (field): Ir => ({ ...match, field }));
    const leaf = isCrossed ? asOne : { ...match, field: null };
    return {
      query,
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
    return this.#phrase(named, text, slop ?? this.#options.slop, place);
  }

  #phrase(named: Named, text: string, slop: number, place: Place): Parsed {
    const fields = this.#fieldsOf(named, place);
    const query = inAny(fields, (field): Ir => ({ kind: 'phrase', field, text, slop }));
    return { query, absent: this.#whenAbsent(fields, text) };
  }

  /** A prefix with its text, or a pattern as it is written. */
  pattern(named: Named, pattern: string, prefix: string | null, place: Place): Parsed {
    if (prefix !== null && this.#options.analyzePrefixes && !SURE_TOKEN.test(prefix)) {
      throw new EstromError(
        'QUERY_UNSUPPORTED',
        `[analyze_wildcard] is not supported for a prefix that is not one plain word: [${prefix}] at offset ${place.offset}`,
        { ...place },
      );
    }
    const fields = this.#fieldsOf(named, place);
    const make = (field: string | null): Ir => ({
      kind: 'wildcard',
      field,
      pattern,
      normalize: true,
    });
    return { query: inAny(fields, make), absent: null };
  }

  /** A word with a `~`; one that is not analysed. */
  fuzzy(named: Named, text: string, edits: number, place: Place): Parsed {
    const { prefixLength, transpositions } = this.#options.fuzzy;
    const near = { text, edits, prefixLength, transpositions, normalize: true };
    const make = (field: string | null): Ir => ({ kind: 'fuzzy', field, ...near });
    return { query: inAny(this.#fieldsOf(named, place), make), absent: null };
  }

  /** @param place of the pattern's first character */
  regexp(named: Named, pattern: string, place: Place): Parsed {
    const expression = { pattern, flags: ALL_OPERATORS, caseInsensitive: false };
    checkRegexp(expression, this.#options.budget, place);
    const make = (field: string | null): Ir => ({ kind: 'regexp', field, ...expression });
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

  /** When a text counts as not written. */
  #whenAbsent(fields: FieldList, text: string): Ir | null {
    return WORD.test(text) ? null : absentOver(fields, text);
  }
}

/** A bound of a range; `*` is an open one. */
export function openOr(text: string): string | null {
  return text === '*' ? null : text;
}

/** Letters and digits of any script: no analyser leaves nothing of them. Of the rest the engine knows. */
export const WORD = /[\p{L}\p{N}]/u;

/** One token to every analyser, which is the text itself but for capitals. */
export const SURE_TOKEN = /^[A-Za-z0-9]*$/;
