import type { Answer } from './round.ts';

export type Verdict =
  | 'same'
  /** Elasticsearch fails on a value that a field's type cannot hold; a standing query just does not match. */
  | 'fails'
  /** estrom says that it does not know the clause yet. */
  | 'unsupported'
  /** Both answer, with different documents. */
  | 'different'
  /** Only one of them refuses the query's text. */
  | 'refusal';

/** An error that lies in the query's text, not in the types of the fields. */
const SYNTAX = /^(Failed to parse query|Cannot parse|Encountered)/;

/** An expression that cannot be read. */
const REGEXP = /^regular expression \[/;

export function verdictOf(elasticsearch: Answer, estrom: Answer): Verdict {
  if ('refused' in estrom) {
    if (estrom.refused === 'QUERY_UNSUPPORTED') return 'unsupported';
    // Elasticsearch hides them where no field is named: one of the differences on purpose.
    if (estrom.refused === 'QUERY_SYNTAX' && REGEXP.test(estrom.reason)) return 'unsupported';
    return 'refused' in elasticsearch ? 'same' : 'refusal';
  }
  if ('refused' in elasticsearch) return SYNTAX.test(elasticsearch.reason) ? 'refusal' : 'fails';
  return sameIds(elasticsearch.ids, estrom.ids) ? 'same' : 'different';
}

function sameIds(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  return a.size === b.size && [...a].every((id) => b.has(id));
}
