import type { FieldInfo } from './field-info.ts';
import { isObject, type Json } from './mapping-form.ts';

/**
 * The names and patterns that `index.query.default_field` gives, without boosts; null for every field.
 * @param settings those below `index`
 */
export function defaultFieldsOf(settings: Json): readonly string[] | null {
  const query = isObject(settings['query']) ? settings['query'] : {};
  const given = query['default_field'] ?? settings['query.default_field'];
  if (given === undefined || given === null) return null;
  const texts = [given].flat().flatMap((text) => String(text).split(','));
  const names = texts.map((name) => name.trim().replace(/\^[\d.]+$/, ''));
  return names.length === 1 && /^\*+$/.test(names[0]!) ? null : names;
}

/**
 * Those of the fields that one of the names is or covers.
 * @param named finds the field of a name, which may be an alias
 */
export function chosenFields(
  names: readonly string[],
  all: readonly FieldInfo[],
  named: (path: string) => FieldInfo | undefined,
): FieldInfo[] {
  const chosen = new Map<string, FieldInfo>();
  for (const name of names) {
    const field = name.includes('*') ? undefined : named(name);
    const fields = name.includes('*') ? all.filter(covers(name)) : field ? [field] : [];
    for (const one of fields) chosen.set(one.target, one);
  }
  return [...chosen.values()].filter(({ family }) => family !== 'opaque');
}

function covers(pattern: string): (field: FieldInfo) => boolean {
  const pieces = pattern.split('*').map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const expression = new RegExp(`^${pieces.join('.*')}$`, 's');
  return ({ path }) => expression.test(path);
}
