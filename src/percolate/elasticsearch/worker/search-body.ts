import { SLOT_END, SLOT_START, SLOT_WORDS } from '../../../document.ts';
import { QUERY_FIELD } from '../percolators/stored-fields.ts';
import type { Search, SearchTask } from './worker-messages.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const COMMA = 0x2c;

/** What a document can grow by in a body: the comma before it. */
const BETWEEN = 1;

/**
 * The lines of an `_msearch`. Documents are spliced in as the bytes that came: they were parsed
 * before, so line ends in them stand between tokens, and become spaces, for a line is a search.
 */
export function searchBody({ bytes, slots, searches }: SearchTask): Buffer {
  const heads = searches.map(headOf);
  const tails = searches.map(tailOf);
  let length = 0;
  searches.forEach(({ documents }, i) => {
    length += Buffer.byteLength(heads[i]!) + Buffer.byteLength(tails[i]!);
    for (const slot of documents) {
      const at = slot * SLOT_WORDS;
      length += slots[at + SLOT_END]! - slots[at + SLOT_START]! + BETWEEN;
    }
  });
  const source = new Uint8Array(bytes);
  const body = Buffer.allocUnsafe(length);
  let end = 0;
  searches.forEach(({ documents }, i) => {
    end += body.write(heads[i]!, end);
    documents.forEach((slot, n) => {
      if (n > 0) body[end++] = COMMA;
      const at = slot * SLOT_WORDS;
      const from = end;
      const document = source.subarray(slots[at + SLOT_START]!, slots[at + SLOT_END]!);
      body.set(document, from);
      end += document.length;
      joinLines(body, from, end);
    });
    end += body.write(tails[i]!, end);
  });
  return body.subarray(0, end);
}

function headOf({ target, documents, filter }: Search): string {
  // Whatever cannot be asked in full is a failure: what a shard misses would be missed silently.
  const header = JSON.stringify({ index: target, allow_partial_search_results: false });
  const percolate = `{"percolate":{"field":"${QUERY_FIELD}","documents":[`;
  return `${header}\n{"query":{"bool":{"filter":[${filter}${documents.length > 0 ? `,${percolate}` : ''}`;
}

/**
 * Only filters, and hits in the order in which they are found: nothing is scored. That they are not
 * counted lets a search end at its size.
 */
function tailOf({ documents, mustNot, size }: Search): string {
  const excluded = mustNot === '' ? '' : `,"must_not":[${mustNot}]`;
  const rest = `"size":${size},"_source":false,"track_total_hits":false,"sort":["_doc"]`;
  return `${documents.length > 0 ? ']}}' : ''}]${excluded}}},${rest}}\n`;
}

function joinLines(body: Buffer, from: number, to: number): void {
  for (const end of [LINE_FEED, CARRIAGE_RETURN]) {
    let at = body.indexOf(end, from);
    while (at >= 0 && at < to) {
      body[at] = SPACE;
      at = body.indexOf(end, at + 1);
    }
  }
}
