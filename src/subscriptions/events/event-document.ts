import { EstromError } from '../../errors.ts';
import { jsonTextsAt } from '../json-text.ts';
import type { EventDocument, MatcherDeps, SourceEvent } from '../matching/matcher.ts';

export interface EventDocumentOptions {
  /** Path of the document in an event, such as `object.document`. */
  readonly path: string;
  /** Path of its id; a document without one has an empty id. */
  readonly idPath: string;
  /** Index whose mapping the document is read with. */
  readonly index: string;
}

/** For events that bring their documents: each is taken as the text that it is. */
export function eventDocument(options: EventDocumentOptions): NonNullable<MatcherDeps['fetch']> {
  const path = options.path.split('.');
  const idPath = options.idPath.split('.');
  return async ({ text }: SourceEvent): Promise<EventDocument | null> => {
    const found = jsonTextsAt(text, path);
    const [source] = found;
    if (source === undefined) return null;
    if (found.length > 1) {
      throw badDocument(`the event has ${found.length} documents at [${options.path}]`);
    }
    if (!source.startsWith('{'))
      throw badDocument(`no object is at [${options.path}] of the event`);
    return { index: options.index, id: idAt(text, idPath) ?? '', source };
  };
}

/**
 * The id that an event tells of its document, a number's as it is written.
 * @param event valid JSON
 * @returns undefined where there is none
 * @throws EstromError BAD_DOCUMENT for several
 */
export function idAt(event: string, path: readonly string[]): string | undefined {
  const found = jsonTextsAt(event, path);
  if (found.length > 1) throw badDocument(`the event has several ids at [${path.join('.')}]`);
  const [id] = found;
  if (id === undefined) return undefined;
  if (id.startsWith('"')) return JSON.parse(id) as string;
  return /^[-\d]/.test(id) ? id : undefined;
}

function badDocument(reason: string): EstromError {
  return new EstromError('BAD_DOCUMENT', reason);
}
