import { EstromError } from '../errors.ts';
import type { Place } from './limits.ts';

/** Fields that Elasticsearch keeps beside a document; a source cannot hold them. */
const METADATA = new Set([
  '_id',
  '_index',
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

/**
 * Makes sure that a clause on this field can be answered.
 * @throws EstromError QUERY_UNSUPPORTED for patterns of field names and for metadata fields
 */
export function checkField(field: string, place: Place): string {
  if (field.includes('*')) {
    throw new EstromError(
      'QUERY_UNSUPPORTED',
      `${where(place)}wildcards in field names are not supported yet: [${field}]; name the fields one by one`,
      { ...place },
    );
  }
  if (METADATA.has(field)) {
    throw new EstromError(
      'QUERY_UNSUPPORTED',
      `${where(place)}the metadata field [${field}] cannot be queried yet`,
      { ...place },
    );
  }
  return field;
}

function where({ clause, offset }: Place): string {
  const path = clause === undefined ? '' : `${clause}: `;
  return offset === undefined ? path : `${path}at offset ${offset}: `;
}
