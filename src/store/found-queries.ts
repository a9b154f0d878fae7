import type { QueryColumns } from './database.ts';
import type { FoundQuery, KeptClaim } from './store.ts';

/** Makes columns queries again; texts that many share, such as index expressions, become one. */
export function foundQueries(columns: QueryColumns): FoundQuery[] {
  const ordinals: number[] = JSON.parse(columns.ordinals);
  const serials: number[] = JSON.parse(columns.serials);
  const createdAt: number[] = JSON.parse(columns.createdAt);
  const idleUntil: number[] = JSON.parse(columns.idleUntil);
  const keptUntil: number[] = JSON.parse(columns.keptUntil);
  const sourceIsJson: number[] = JSON.parse(columns.sourceIsJson);
  const ids: string[] = JSON.parse(columns.ids);
  const indices: string[] = JSON.parse(columns.indices);
  const sources: string[] = JSON.parse(columns.sources);
  const owners: (string | null)[] = JSON.parse(columns.owners);
  const others = readOthers(columns.others);
  let index = '';
  let owner = '';
  return ids.map((id, row) => {
    const ordinal = ordinals[row]!;
    const other = others.get(ordinal);
    if (indices[row] !== index) index = indices[row]!;
    const given = owners[row] ?? null;
    if (given !== null && given !== owner) owner = given;
    const claims: KeptClaim[] = given === null ? [] : [{ owner, until: keptUntil[row]! }];
    if (other !== undefined) claims.push(...other.moreClaims);
    return {
      id,
      index,
      claims,
      ordinal,
      serial: serials[row]!,
      source: sources[row]!,
      sourceIsJson: sourceIsJson[row] === 1,
      rowFilter: other?.rowFilter ?? null,
      scope: other?.scope ?? null,
      createdAt: createdAt[row]!,
      idleUntil: idleUntil[row]!,
    };
  });
}

interface Others {
  readonly scope: string | null;
  readonly rowFilter: string | null;
  readonly moreClaims: readonly KeptClaim[];
}

function readOthers(json: string): Map<number, Others> {
  const rows = JSON.parse(json) as [number, string | null, string | null, string | null][];
  return new Map(
    rows.map(([ordinal, scope, rowFilter, claims]) => {
      const moreClaims = claims === null ? [] : readClaims(claims);
      return [ordinal, { scope, rowFilter, moreClaims }];
    }),
  );
}

function readClaims(json: string): KeptClaim[] {
  const claims = JSON.parse(json) as [owner: string, until: number | null][];
  return claims.map(([owner, until]) => ({ owner, until: until ?? Number.POSITIVE_INFINITY }));
}
