import type { IndexDescription, Json } from './describe-index.ts';
import { TargetMapping } from './target-mapping.ts';

/** What decides what a query means in an index, and which documents the index takes. */
export interface IndexShape {
  readonly mapping: TargetMapping;
  /** Settings below `index` that a percolator for it must share, its analysis among them. */
  readonly settings: Json;
  /** Equal for equal shapes. */
  readonly key: string;
}

const SHARED = ['similarity', 'max_ngram_diff', 'max_shingle_diff'];
/** Of `index.mapping`: the others are limits. */
const SHARED_OF_MAPPING = ['ignore_malformed', 'coerce'];

export function shapeOf({ mappings, settings }: IndexDescription): IndexShape {
  const analysis = objectAt(settings, 'analysis');
  const mapping = TargetMapping.of(mappings, analysis, settings);
  const ofMapping = pick(objectAt(settings, 'mapping'), SHARED_OF_MAPPING);
  const ofQuery = pick(objectAt(settings, 'query'), ['default_field']);
  const shared = {
    ...(Object.keys(analysis).length > 0 ? { analysis } : {}),
    ...pick(settings, SHARED),
    ...(Object.keys(ofMapping).length > 0 ? { mapping: ofMapping } : {}),
    ...(Object.keys(ofQuery).length > 0 ? { query: ofQuery } : {}),
  };
  return { mapping, settings: shared, key: `${mapping.signature} ${settingsKey(shared)}` };
}

/** Whether documents of `inner`'s index can be percolated by an index of the other shape. */
export function holds(outer: IndexShape, inner: IndexShape): boolean {
  return sameSettings(outer, inner) && outer.mapping.extends(inner.mapping);
}

/** Whether one index could have the fields of both. */
export function agree(a: IndexShape, b: IndexShape): boolean {
  return sameSettings(a, b) && a.mapping.agrees(b.mapping);
}

function sameSettings(a: IndexShape, b: IndexShape): boolean {
  return settingsKey(a.settings) === settingsKey(b.settings);
}

/** Analysis is compared by {@link TargetMapping}; values are text or as they were given. */
function settingsKey({ analysis: _analysis, ...others }: Json): string {
  const flat: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) visit(member, `${path}.${key}`);
    } else flat.push(`${path}=${String(value)}`);
  };
  visit(others, '');
  return flat.toSorted().join(' ');
}

export function objectAt(object: Json, key: string): Json {
  const value = object[key];
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function pick(object: Json, keys: readonly string[]): Json {
  return Object.fromEntries(
    keys.filter((key) => object[key] !== undefined).map((key) => [key, object[key]]),
  );
}
