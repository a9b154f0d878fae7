import { isObject, type Json } from './json.ts';

/**
 * Settings of an index in Elasticsearch's form, as what is below `index`: nested, values as texts.
 * They may be given flat or nested, with or without `index`.
 */
export function normalSettings(given: unknown): Json {
  const flat = new Map<string, unknown>();
  flatten(given, '', flat, 0);
  return nested(flat);
}

/** The settings of several places as one: the later ones decide. */
export function mergeSettings(...all: readonly Json[]): Json {
  const flat = new Map<string, unknown>();
  for (const settings of all) flatten(settings, 'index.', flat, 0);
  return nested(flat);
}

function flatten(value: unknown, prefix: string, flat: Map<string, unknown>, depth: number): void {
  if (isObject(value) && depth < 50) {
    for (const [key, member] of Object.entries(value)) {
      flatten(member, prefix === '' ? key : `${prefix.replace(/\.$/, '')}.${key}`, flat, depth + 1);
    }
    return;
  }
  if (value === null || value === undefined || prefix === '') return;
  const key = prefix.startsWith('index.') ? prefix.slice('index.'.length) : prefix;
  flat.set(key, Array.isArray(value) ? value.map(String) : String(value));
}

function nested(flat: ReadonlyMap<string, unknown>): Json {
  const root: Record<string, unknown> = {};
  for (const [key, value] of flat) {
    const steps = key.split('.');
    if (steps.includes('__proto__')) continue;
    const last = steps.pop()!;
    let at = root;
    for (const step of steps) {
      if (!isObject(at[step])) at[step] = {};
      at = at[step] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return root;
}

/** A number among them, such as `mapping.total_fields.limit`. */
export function numberSetting(settings: Json, path: string, initial: number): number {
  const number = Number(settingAt(settings, path) ?? initial);
  return Number.isFinite(number) ? number : initial;
}

export function settingAt(settings: Json, path: string): unknown {
  let at: unknown = settings;
  for (const step of path.split('.')) at = isObject(at) ? at[step] : undefined;
  return at;
}
