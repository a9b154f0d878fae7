/** Fields of a stored query, beside those of the documents that it is asked about. */
export const QUERY_FIELD = '__estrom_query';
/** Short: which of {@link PARTS} parts of the index the query lies in, by the hash of its id. */
export const PART_FIELD = '__estrom_part';
/** Keyword: what tells by a name of an index whether the query may cover it. */
export const PREFIX_FIELD = '__estrom_prefix';
/** Boolean: the query answers differently in the company of other documents. */
export const ALONE_FIELD = '__estrom_alone';

export const PARTS = 64;

/** `index.max_result_window` of a percolator index: most queries that one search may answer. */
export const RESULT_WINDOW = 100_000;

/**
 * Values of {@link PREFIX_FIELD} that queries covering this index may have: what its name begins with,
 * from nothing up to the whole name, and `=name`.
 */
export function prefixesOf(index: string): string[] {
  const prefixes = [''];
  for (const character of index) prefixes.push(prefixes.at(-1)! + character);
  prefixes.push(`=${index}`);
  return prefixes;
}
