import { type FieldList, inAny } from '../field-list.ts';
import { checkField } from '../fields.ts';
import type { Ir } from '../ir.ts';
import { isObject } from '../json.ts';
import { EXPANSIONS } from '../match-type.ts';
import { COMMON, readParameters, used } from '../parameters.ts';
import { analyzer } from '../query-analyzer.ts';
import { wordlessIn } from '../several-fields.ts';
import type { Clause } from './dsl-clause.ts';
import { countAt, fieldEntry, scalarAt, syntax } from './dsl-reader.ts';
import { type ZeroTerms, zeroTerms } from './zero-terms.ts';

/** How many words that begin so are tried; none is as one. */
export const expansions = used((value: unknown, path: string) => Math.max(1, countAt(value, path)));

interface Phrase {
  readonly text: string;
  readonly slop: number;
  readonly expansions?: number;
  readonly analyzer?: string;
}

/**
 * A phrase in one of the fields. With `zero_terms_query: all`, a text in which a field's analyser finds
 * nothing matches everything.
 */
export function phraseIn(fields: FieldList, phrase: Phrase, zero: ZeroTerms | undefined): Ir {
  const query = inAny(fields, (field): Ir => ({ kind: 'phrase', field, ...phrase }));
  if (zero !== 'all') return query;
  return {
    kind: 'or',
    clauses: [query, ...wordlessIn(fields, phrase.text, phrase.analyzer)],
    atLeast: 1,
  };
}

const MATCH_PHRASE = {
  query: used(scalarAt),
  slop: used(countAt),
  zero_terms_query: zeroTerms,
  analyzer,
  ...COMMON,
};

const MATCH_PHRASE_PREFIX = { ...MATCH_PHRASE, max_expansions: expansions };

/** @param defaults of what the long form may give */
function onField(
  parameters: typeof MATCH_PHRASE | typeof MATCH_PHRASE_PREFIX,
  defaults: Omit<Phrase, 'text'>,
): Clause {
  return {
    parameters,
    read(body, path) {
      const [field, given] = fieldEntry(body, path);
      const at = `${path}.${field}`;
      checkField(field, { clause: at });
      if (!isObject(given)) {
        return phraseIn([field], { ...defaults, text: scalarAt(given, at) }, undefined);
      }
      const values: {
        query?: string;
        slop?: number;
        max_expansions?: number;
        zero_terms_query?: ZeroTerms;
        analyzer?: string;
      } = readParameters(given, at, parameters);
      const { query: text, slop = 0, max_expansions: limit, zero_terms_query: zero } = values;
      if (text === undefined) throw syntax(at, 'expected a [query] text');
      const own = limit === undefined ? defaults : { expansions: limit };
      const read = values.analyzer === undefined ? {} : { analyzer: values.analyzer };
      return phraseIn([field], { ...own, text, slop, ...read }, zero);
    },
  };
}

export const PHRASE_CLAUSES: Readonly<Record<string, Clause>> = {
  match_phrase: onField(MATCH_PHRASE, { slop: 0 }),
  match_phrase_prefix: onField(MATCH_PHRASE_PREFIX, { slop: 0, expansions: EXPANSIONS }),
};
