import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json } from '../explicit/json.ts';

/**
 * One JSON object completed by another, as Elasticsearch does with those of older templates: what is in
 * both is merged where it is an object, and stays as it is otherwise. Lists are joined, the defaults
 * first; lists of named objects (`[{"a": {…}}, {"b": {…}}]`) by their names, the defaults last.
 */
export function mergeDefaults(content: Json, defaults: Json): Json {
  const merged: Record<string, unknown> = { ...content };
  for (const [key, initial] of Object.entries(defaults)) {
    merged[key] = Object.hasOwn(content, key) ? mergeValues(content[key], initial) : initial;
  }
  return merged;
}

function mergeValues(value: unknown, initial: unknown): unknown {
  if (isObject(value) && isObject(initial)) return mergeDefaults(value, initial);
  if (!Array.isArray(value) || !Array.isArray(initial)) return value;
  if (areNamed(value) && areNamed(initial)) return mergeNamed(value, initial);
  return [
    ...initial,
    ...value.filter((item) => !initial.some((each) => isDeepStrictEqual(each, item))),
  ];
}

function areNamed(list: readonly unknown[]): list is Json[] {
  return list.every((item) => isObject(item) && Object.keys(item).length === 1);
}

function mergeNamed(list: readonly Json[], initial: readonly Json[]): Json[] {
  const byName = new Map(list.map((item) => [Object.keys(item)[0]!, item]));
  for (const item of initial) {
    const name = Object.keys(item)[0]!;
    const known = byName.get(name);
    byName.set(name, known === undefined ? item : mergeDefaults(known, item));
  }
  return [...byName.values()];
}
