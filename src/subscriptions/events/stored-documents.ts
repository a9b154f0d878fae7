import { EstromError } from '../../errors.ts';
import { itemsOf, membersOf, type TextRange } from '../json-text.ts';

export interface FoundDocument {
  /** Of the document itself, where an alias was asked. */
  readonly index: string;
  /** JSON of an object, as it was stored. */
  readonly source: string;
}

/** An index that does not exist yet has no document. */
const MISSING = 'index_not_found_exception';

/**
 * Reads the answer to `_mget`.
 * @returns for each id the document, null when there is none, or what is wrong with it
 * @throws EstromError UNAVAILABLE for a document that cannot be told of now, and what is no such answer
 */
export function readDocuments(
  answer: Buffer,
  ids: readonly string[],
): (FoundDocument | Error | null)[] {
  // One character a byte: places are the same, and it is read faster than UTF-8.
  const text = answer.toString('latin1');
  const docs = membersOf(text).get('docs');
  const found = docs === undefined ? [] : itemsOf(text, docs.start);
  if (found.length !== ids.length) {
    throw new EstromError('UNAVAILABLE', 'Elasticsearch answered something else than documents');
  }
  return found.map(({ start }, k) => {
    const members = membersOf(text, start);
    const textOf = (range: TextRange) => answer.toString('utf8', range.start, range.end);
    const error = members.get('error');
    if (error !== undefined) return readError(textOf(error));
    if (!isTrue(members.get('found'), text)) return null;
    const [index, source] = [members.get('_index'), members.get('_source')];
    if (index === undefined || source === undefined) {
      return new EstromError('BAD_DOCUMENT', `document [${ids[k]}] is kept without its _source`);
    }
    return { index: JSON.parse(textOf(index)) as string, source: textOf(source).trimEnd() };
  });
}

function isTrue(range: TextRange | undefined, text: string): boolean {
  return range !== undefined && text.slice(range.start, range.end).trim() === 'true';
}

/** @throws EstromError UNAVAILABLE */
function readError(json: string): null {
  const { type, reason } = JSON.parse(json) as { type?: string; reason?: string };
  if (type === MISSING) return null;
  throw new EstromError(
    'UNAVAILABLE',
    `Elasticsearch cannot tell of documents: ${type}: ${reason}`,
  );
}
