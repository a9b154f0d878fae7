import type { SourceAsked } from './outcomes.ts';
import type { QueryText } from './query-text.ts';

const FILTERS = ['_source_includes', '_source_excludes', '_source_include', '_source_exclude'];

export interface AskedQuery {
  readonly query: QueryText;
  readonly asked: SourceAsked;
}

/**
 * Makes a request ask for the documents that updates result in, unless the sender asks for them (or
 * for a part of them) itself: then its own wish stands.
 * @param hasUpdates otherwise nothing is asked for
 */
export function askForSource(query: QueryText, hasUpdates: boolean): AskedQuery {
  const wish = query.get('_source');
  if (FILTERS.some((name) => query.has(name))) {
    return { query, asked: { injected: false, isWhole: false } };
  }
  if (wish === undefined || wish === 'false') {
    if (!hasUpdates) return { query, asked: { injected: false, isWhole: false } };
    const asking = query.without('_source').with('_source=true');
    return { query: asking, asked: { injected: true, isWhole: true } };
  }
  return { query, asked: { injected: false, isWhole: wish === 'true' || wish === '' } };
}
