import type { QueryColumns } from './database.ts';
import type { FoundQuery, KeptClaim } from './store.ts';

/** Makes columns queries again; texts that many share, such as index expressions, become one. */
export function foundQueries(columns: QueryColumns): FoundQuery[] {
  let index = '';
  let owner = '';
  return columns.ids.map((id, row) => {
    if (columns.indices[row] !== index) index = columns.indices[row]!;
    const given = columns.owners[row] ?? null;
    if (given !== null && given !== owner) owner = given;
    const claims: KeptClaim[] = given === null ? [] : [{ owner, until: columns.keptUntil[row]! }];
    const more = columns.moreClaims[row];
    if (typeof more === 'string') claims.push(...readClaims(more));
    return {
      id,
      index,
      claims,
      ordinal: columns.ordinals[row]!,
      serial: columns.serials[row]!,
      source: columns.sources[row]!,
      sourceIsJson: columns.sourceIsJson[row] === 1,
      rowFilter: columns.rowFilters[row] ?? null,
      scope: columns.scopes[row] ?? null,
      createdAt: columns.createdAt[row]!,
      idleUntil: columns.idleUntil[row]!,
    };
  });
}

function readClaims(json: string): KeptClaim[] {
  const claims = JSON.parse(json) as [owner: string, until: number | null][];
  return claims.map(([owner, until]) => ({ owner, until: until ?? Number.POSITIVE_INFINITY }));
}
