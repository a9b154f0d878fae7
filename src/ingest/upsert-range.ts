import type { ItemError } from './item.ts';
import { documentMissing } from './item-errors.ts';
import { memberRanges, type Range } from './json-range.ts';

const OPEN_BRACE = 0x7b;
const TRUE = 'true';

/**
 * Where, in the source line of an `update`, the document is that a store would create: the value
 * of `doc` with `doc_as_upsert`, else of `upsert`. Without them the answer is Elasticsearch's for a
 * document that it does not have.
 */
export function upsertRange(
  window: Buffer,
  start: number,
  end: number,
  id: string,
): Range | { error: ItemError } {
  const members = memberRanges(window, start, end);
  if (members === null) return malformed('it is not a JSON object');
  const asUpsert = members.get('doc_as_upsert');
  const isUpsert = asUpsert && window.toString('latin1', asUpsert.start, asUpsert.end) === TRUE;
  const range = isUpsert ? members.get('doc') : members.get('upsert');
  if (range === undefined) {
    return isUpsert ? malformed('doc must be specified if doc_as_upsert is') : missing(id);
  }
  if (window[range.start] !== OPEN_BRACE) return malformed('doc and upsert must be objects');
  return range;
}

function missing(id: string): { error: ItemError } {
  return { error: documentMissing(id) };
}

function malformed(why: string): { error: ItemError } {
  return {
    error: {
      status: 400,
      type: 'x_content_parse_exception',
      reason: `failed to parse the source of the update: ${why}`,
    },
  };
}
