import { xxh3 } from '@node-rs/xxhash';
import type { FieldKind } from '../../../mapping/field-kind.ts';

/** Between a path and the name of one of its forms; no field's name has it in documents that are searched. */
const MARK = '\0';

/** The path under which documents offer the terms of a form of their own. */
export function formPlace(path: string, name: string): string {
  return `${path}${MARK}${name}`;
}

/** The path under which documents offer the values of a flattened object with their keys before them. */
export function keyedPlace(path: string, name: string): string {
  return formPlace(path, `${name}.keyed`);
}

/** The path under which documents offer those keys alone. @param keyed see {@link keyedPlace} */
export function keysPlace(keyed: string): string {
  return `${keyed}.keys`;
}

/** Name of the form that a place belongs to; undefined for a field's own path. */
export function formName(place: string): string | undefined {
  const at = place.indexOf(MARK);
  return at < 0 ? undefined : place.slice(at + 1);
}

/**
 * How a field of this kind differs, for queries, from all that dynamic mapping makes.
 * @returns undefined where it does not. `own`: its terms stand under a place of its own
 */
export function formOf(kind: FieldKind): { name: string; own: boolean } | undefined {
  switch (kind.type) {
    case 'text': {
      const analyzer = kind.searchAnalyzer ?? kind.analyzer ?? 'standard';
      const quoted = kind.searchQuoteAnalyzer ?? analyzer;
      if (analyzer === 'standard' && quoted === 'standard') return undefined;
      return { name: `text:${shortName(analyzer)},${shortName(quoted)}`, own: true };
    }
    case 'keyword':
      return kind.normalizer === undefined
        ? undefined
        : { name: `keyword:${shortName(kind.normalizer)}`, own: true };
    case 'constant_keyword':
      return { name: 'constant_keyword', own: true };
    case 'flattened':
      return { name: kind.splitQueries ? 'flattened:split' : 'flattened', own: true };
    case 'double':
    case 'ip':
    case 'geo_shape':
      return { name: kind.type, own: false };
    case 'integer':
    case 'short':
    case 'byte':
    case 'token_count':
      // Beyond 32 bits their bounds are none.
      return { name: 'integer', own: true };
    case 'scaled_float':
      return { name: `scaled_float:${kind.scalingFactor}`, own: true };
    case 'half_float':
    case 'unsigned_long':
      return { name: kind.type, own: true };
    case 'date':
      return kind.format === undefined ? undefined : { name: `date:${kind.format}`, own: true };
    case 'date_nanos':
      return { name: `date_nanos:${kind.format ?? ''}`, own: true };
    case 'integer_range':
    case 'long_range':
    case 'float_range':
    case 'double_range':
    case 'ip_range':
      return { name: kind.type, own: true };
    case 'date_range': {
      const format = kind.format === undefined ? '' : `:${kind.format}`;
      return { name: `${kind.type}${format}`, own: true };
    }
    default:
      return undefined;
  }
}

const shortNames = new Map<string, string>();

/** Places stand in every query that asks for them: lists of words are too long for that. */
function shortName(analyzer: string): string {
  const at = analyzer.indexOf('{');
  if (at < 0) return analyzer;
  let name = shortNames.get(analyzer);
  if (name === undefined) {
    name = `${analyzer.slice(0, at)}#${xxh3.xxh128(analyzer).toString(16)}`;
    shortNames.set(analyzer, name);
  }
  return name;
}

/** Whether its values are keywords under the field's own path. */
export function isKeyword(kind: FieldKind): boolean {
  return (
    kind.type === 'wildcard' ||
    kind.type === 'join' ||
    (kind.type === 'keyword' && kind.normalizer === undefined)
  );
}
