const LATER = undefined;
const OTHER_DOCUMENTS = 'it reads other documents than the one at hand';
const SCORES = 'it only scores: give the query that decides what matches';

/** Clauses of Elasticsearch that are refused by name, and what to do instead. */
export const REFUSED: ReadonlyMap<string, string | undefined> = new Map([
  ['common', 'use match'],
  ['type', 'documents have no types any more'],
  ['wrapper', 'give the query itself instead of its base64 text'],
  ['script', 'scripts are not run; put the value that it calculates into the documents'],
  ['script_score', SCORES],
  ['rank_feature', SCORES],
  ['pinned', SCORES],
  ['has_child', OTHER_DOCUMENTS],
  ['has_parent', OTHER_DOCUMENTS],
  ['parent_id', OTHER_DOCUMENTS],
  ['percolate', 'register the query here, and send the document'],
  ['more_like_this', 'it compares with other documents: give the words that matter in a match'],
  ['knn', 'it compares with other documents'],
  ['shape', LATER],
  ['span_gap', 'it stands between the clauses of a span_near'],
]);
