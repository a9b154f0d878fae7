import { EstromError } from '../../errors.ts';
import { canonical } from '../canonical.ts';
import { EVERY_FIELD, type FieldList } from '../field-list.ts';
import type { Fuzzy, Ir } from '../ir.ts';
import { Budget, checkTextLength } from '../limits.ts';
import { isBuiltIn, mayBeWordless } from '../query-analyzer.ts';
import { absentOver } from '../several-fields.ts';
import { ALL_FLAGS } from './simple-query-flags.ts';
import { SimpleQueryParser, type WordlessTreatment } from './simple-query-parser.ts';

export interface SimpleQueryOptions {
  /** How clauses, and the tokens of one, combine without a sign. */
  readonly operator?: 'or' | 'and';
  readonly fields?: FieldList;
  /** Bits of simple-query-flags.ts. */
  readonly flags?: number;
  readonly analyzePrefixes?: boolean;
  /** Which reads the text, instead of those that fields have. */
  readonly analyzer?: string;
  /** See quoted-fields.ts. */
  readonly quoteSuffix?: string;
  /** How words with a ~ are looked for. */
  readonly fuzzy?: Omit<Fuzzy, 'edits'>;
  /** How many of the optional clauses have to match. */
  readonly minimum?: string;
  /** The budget of the query that this text is a part of. */
  readonly budget?: Budget;
  /** The path of the clause that this text stands in, for errors. */
  readonly clause?: string;
}

/** Each such text doubles the query. */
const MAX_WORDLESS = 3;
const NEVER: Ir = { kind: 'none' };

/**
 * Parses Elasticsearch's `simple_query_string` syntax, in which every text means something.
 * @throws EstromError QUERY_UNSUPPORTED, QUERY_LIMIT
 */
export function parseSimpleQueryString(text: string, options: SimpleQueryOptions = {}): Ir {
  checkTextLength(text);
  if (text.trim() === '*') return { kind: 'all' };
  const { fields = EVERY_FIELD, clause = 'simple_query_string', minimum, analyzer } = options;
  const wordless = new Set<string>();
  const read = (budget: Budget, treatment: WordlessTreatment): Ir => {
    const parser = new SimpleQueryParser(text, {
      operator: options.operator ?? 'or',
      fields,
      flags: options.flags ?? ALL_FLAGS,
      analyzePrefixes: options.analyzePrefixes ?? false,
      analyzer,
      quoteSuffix: options.quoteSuffix,
      fuzzy: options.fuzzy ?? { prefixLength: 0, transpositions: true },
      budget,
      clause,
      treatment,
    });
    const top = parser.parse();
    if (top === null) return { kind: 'none' };
    if (minimum === undefined) return top.query;
    return top.atLeast?.(minimum, `${clause}.minimum_should_match`) ?? top.query;
  };
  const query = read(options.budget ?? new Budget(), (found) => {
    const isKnown = fields[0] !== null || analyzer !== undefined;
    if (isKnown && mayBeWordless(found, analyzer)) wordless.add(found);
    return 'keep';
  });
  if (wordless.size === 0 || (minimum === undefined && hasOnlyAlternatives(query))) return query;
  const gone = (text: string): Ir => absentOver(fields, text, analyzer) ?? NEVER;
  // What an analyzer of the query finds no token in is so in each field.
  const isKnown = analyzer !== undefined && isBuiltIn(analyzer);
  const groups = isKnown ? [[...wordless]] : [...wordless].map((text) => [text]);
  return withoutWordless(query, groups, gone, clause, (treatment) => read(new Budget(), treatment));
}

/** Among alternatives, one that is not written and one that does not match come to the same. */
function hasOnlyAlternatives(query: Ir): boolean {
  if (query.kind === 'or') return query.clauses.every(hasOnlyAlternatives);
  return query.kind !== 'and' && query.kind !== 'not';
}

/**
 * Where a field's analyser finds no token in a text, that clause counts as not written. The query is
 * read for each combination of that, unless it comes to the same as a clause that does not match.
 */
function withoutWordless(
  query: Ir,
  groups: readonly (readonly string[])[],
  goneOf: (text: string) => Ir,
  clause: string,
  read: (treatment: WordlessTreatment) => Ir,
): Ir {
  if (groups.length > MAX_WORDLESS) throw tooMany(groups.flat(), clause);
  const groupOf = new Map(groups.flatMap((texts, at) => texts.map((text) => [text, at] as const)));
  const cases: Ir[] = [];
  let matters = false;
  for (let bits = 0; bits < 1 << groups.length; bits++) {
    const absent = (group: number): boolean => ((bits >> group) & 1) === 1;
    const treat =
      (as: 'drop' | 'none'): WordlessTreatment =>
      (text) =>
        absent(groupOf.get(text) ?? groups.length) ? as : 'keep';
    const dropped = read(treat('drop'));
    matters ||= canonical(dropped) !== canonical(read(treat('none')));
    const when = groups.map(([text], group): Ir => {
      const gone = goneOf(text!);
      return absent(group) ? gone : { kind: 'not', clause: gone };
    });
    cases.push({ kind: 'and', clauses: [...when, dropped] });
  }
  if (!matters) return query;
  return { kind: 'or', clauses: cases, atLeast: 1 };
}

function tooMany(texts: readonly string[], clause: string): EstromError {
  return new EstromError(
    'QUERY_UNSUPPORTED',
    `${clause}: more than ${MAX_WORDLESS} texts without letters and digits are not supported: [${texts.join('], [')}]`,
    { clause },
  );
}
