/** What a mapping says about where and how documents are kept; to matching it is all the same. */
const KEEPING = new Set(['_meta', '_source', '_routing', '_size', '_data_stream_timestamp']);

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The mapping without what only says how documents are kept. */
export function matchingPart(mappings: Json): Json {
  return Object.fromEntries(Object.entries(mappings).filter(([key]) => !KEEPING.has(key)));
}

/** What dynamic mapping does at an object: `true`, `false`, `strict` or `runtime`. */
export type Dynamic = 'true' | 'false' | 'strict' | 'runtime';

export function dynamicOf(definition: Json, inherited: Dynamic): Dynamic {
  const given = definition['dynamic'];
  return given === undefined ? inherited : (String(given) as Dynamic);
}

/** JSON with sorted keys, so that equal things are equal texts. */
export function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${sortedJson(value[key])}`);
  return `{${members.join(',')}}`;
}

/** The settings of a field or object itself, without its sub-fields and without defaults. */
export function ownForm(definition: Json): string {
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(definition)) {
    if (key === 'properties' || key === 'fields' || key === 'runtime' || key === 'meta') continue;
    if ((key === 'index' || key === 'enabled') && String(value) === 'true') continue;
    if (key === 'type' && value === 'object') continue;
    own[key] = key === 'dynamic' ? String(value) : value;
  }
  return sortedJson(own);
}
