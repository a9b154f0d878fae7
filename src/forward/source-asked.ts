import type { SourceAsked } from './outcomes.ts';
import type { QueryText } from './query-text.ts';

const FILTERS = ['_source_includes', '_source_excludes', '_source_include', '_source_exclude'];

export interface AskedQuery {
  readonly query: QueryText;
  readonly asked: SourceAsked;
}

/** `none`: nothing is updated; `own`: an update says itself, where the address would be stronger. */
export type Updates = 'none' | 'plain' | 'own';

const NOT_ASKED: SourceAsked = { injected: false, isWhole: false };

/**
 * Makes a request ask for the documents that updates result in, unless the sender asks for them (or
 * for a part of them) itself: then its own wish stands. What is not answered has to be fetched.
 */
export function askForSource(query: QueryText, updates: Updates): AskedQuery {
  const wish = query.get('_source');
  // Documents in a pretty answer are not written as they are stored.
  const isPretty = (query.get('pretty') ?? 'false') !== 'false';
  if (isPretty || FILTERS.some((name) => query.has(name))) return { query, asked: NOT_ASKED };
  if (wish === undefined || wish === 'false') {
    if (updates !== 'plain') return { query, asked: NOT_ASKED };
    const asking = query.without('_source').with('_source=true');
    return { query: asking, asked: { injected: true, isWhole: true } };
  }
  return { query, asked: { injected: false, isWhole: wish === 'true' || wish === '' } };
}
