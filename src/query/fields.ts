import { EstromError } from '../errors.ts';
import {
  ALL_FIELDS,
  coversName,
  fieldPattern,
  isFieldPattern,
  patternBelow,
} from './field-patterns.ts';
import type { Ir } from './ir.ts';
import type { Place } from './limits.ts';

/** Fields that Elasticsearch keeps beside a document, and that can be asked for here as well. */
const KNOWN_METADATA = ['_id', '_index'];

/** Others of them; a source cannot hold them. */
const METADATA = new Set([
  '_type',
  '_routing',
  '_source',
  '_field_names',
  '_ignored',
  '_doc_count',
  '_version',
  '_seq_no',
  '_primary_term',
  '_nested_path',
  '_size',
  '_tier',
]);

/** Fields that every document has, as far as `exists` goes. */
const ALWAYS = ['_id', '_index', '_type', '_seq_no', '_version'];
/** Fields that make Elasticsearch fail when a pattern covers them. */
const NOT_ASKED = ['_feature', '_doc_count', '_source', '_field_names'];

/**
 * Makes sure that a clause on this field can be answered. A `*` in it is part of its name.
 * @throws EstromError QUERY_UNSUPPORTED for metadata fields, and names that no field can have
 */
export function checkField(field: string, place: Place): string {
  if (isFieldPattern(field)) {
    throw refused(place, `a field's name cannot begin with a dot: [${field}]`);
  }
  if (METADATA.has(field)) {
    throw refused(place, `the metadata field [${field}] cannot be queried yet`);
  }
  return field;
}

/** A field as a query string names it: null for every field, a pattern where it has a `*`. */
export function namedField(name: string): string | null {
  return name.includes('*') ? fieldPattern(name) : name;
}

/** Whether a field is kept beside the document, and can be asked for. */
export function isMetadata(field: string): boolean {
  return KNOWN_METADATA.includes(field);
}

/** The metadata fields that a pattern in a list of fields covers; `*` alone covers none. */
export function metadataCovered(pattern: string): readonly string[] {
  return KNOWN_METADATA.filter((name) => coversName(pattern, name));
}

/**
 * Whether the document has a value in the field, or in one that the name covers if it is a pattern. A
 * pattern that covers no mapped field is taken for one of objects.
 * @param name as written
 * @throws EstromError QUERY_UNSUPPORTED
 */
export function existsOf(name: string, place: Place): Ir {
  if (!name.includes('*')) {
    if (KNOWN_METADATA.includes(name)) return { kind: 'all' };
    return { kind: 'exists', field: checkField(name, place) };
  }
  const pattern = fieldPattern(name) ?? ALL_FIELDS;
  if (NOT_ASKED.some((field) => coversName(pattern, field))) {
    const advice =
      'Elasticsearch refuses it, for it covers fields such as [_source]; begin the name';
    throw refused(place, `exists on [${name}] is not supported: ${advice}`);
  }
  if (ALWAYS.some((field) => coversName(pattern, field))) return { kind: 'all' };
  const mapped: Ir = { kind: 'mapped', fields: [pattern], among: 'all', atLeast: 1 };
  const below: Ir = { kind: 'exists', field: patternBelow(pattern) };
  const inObjects: Ir = { kind: 'and', clauses: [{ kind: 'not', clause: mapped }, below] };
  return { kind: 'or', clauses: [{ kind: 'exists', field: pattern }, inObjects], atLeast: 1 };
}

function refused(place: Place, what: string): EstromError {
  return new EstromError('QUERY_UNSUPPORTED', where(place) + what, { ...place });
}

function where({ clause, offset }: Place): string {
  const path = clause === undefined ? '' : `${clause}: `;
  return offset === undefined ? path : `${path}at offset ${offset}: `;
}
