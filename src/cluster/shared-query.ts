import { EstromError } from '../errors.ts';
import { canonical } from '../query/canonical.ts';
import { parseQuery } from '../query/parse-query.ts';
import type { Entry } from '../query/registry/query-entry.ts';

/** A claim in the shared registry; null: until it is withdrawn. */
export interface SharedClaim {
  readonly owner: string;
  readonly until: number | null;
}

/** One document of the shared registry. Times are milliseconds since 1970. */
export interface SharedQuery {
  readonly index: string;
  readonly source: string;
  readonly sourceIsJson: boolean;
  readonly rowFilter: string | null;
  readonly scope: string | null;
  readonly createdAt: number;
  readonly claims: readonly SharedClaim[];
  /** Nodes whose tails watch it; each counts while its lease lives. */
  readonly watching: readonly string[];
  /** End of the grace after the last watcher left; 0 for none. */
  readonly idleUntil: number;
  /** When it ended, 0 while it lives: what has ended stays for a while, so that every node hears of it. */
  readonly ended: number;
}

/** A document and the version that a change of it has to name. */
export interface Versioned {
  readonly seqNo: number;
  readonly term: number;
  readonly query: SharedQuery;
}

/**
 * A change, made anew over whatever others have written meanwhile. It gives back what it got when there
 * is nothing to change, null when there is nothing and nothing is to be.
 * @throws EstromError when it cannot be made
 */
export type Edit = (current: SharedQuery | null) => SharedQuery | null;

/** The document of an entry, with no claim and no watcher. */
export function unclaimed(entry: Entry): SharedQuery {
  const { index, source, sourceIsJson, audience, createdAt } = entry;
  return {
    index,
    source,
    sourceIsJson,
    rowFilter: audience.rowFilter,
    scope: audience.index === '*' ? null : audience.index,
    createdAt,
    claims: [],
    watching: [],
    idleUntil: 0,
    ended: 0,
  };
}

/** The document as this node last saw it; null when it never did, undefined when that counts no more. */
export function lastSeen(entry: Entry): Versioned | null | undefined {
  const { shared, claims, idleUntil } = entry;
  if (shared === null) return null;
  if (shared.seqNo < 0) return undefined;
  const query: SharedQuery = {
    ...unclaimed(entry),
    claims: claims.map(({ owner, until }) => ({
      owner,
      until: until === Number.POSITIVE_INFINITY ? null : until,
    })),
    watching: shared.watching,
    idleUntil,
  };
  return { seqNo: shared.seqNo, term: shared.term, query };
}

/** @param until Infinity: until it is withdrawn. Of two claims of one owner the longer counts. */
export function claim(entry: Entry, owner: string, until: number): Edit {
  return (current) => {
    const query = living(entry, current);
    const earlier = query.claims.find((one) => one.owner === owner);
    if (earlier !== undefined && (earlier.until === null || earlier.until >= until)) return query;
    const others = query.claims.filter((one) => one !== earlier);
    const end = until === Number.POSITIVE_INFINITY ? null : until;
    return { ...query, claims: [...others, { owner, until: end }] };
  };
}

export function watch(entry: Entry, node: string): Edit {
  return (current) => {
    const query = living(entry, current);
    if (query.watching.includes(node)) return query;
    return { ...query, watching: [...query.watching, node] };
  };
}

/** Takes a node off that watches no more; the grace begins unless others do. */
export function unwatch(node: string, idleUntil: number, now: () => number): Edit {
  return (current) => {
    if (current === null || !current.watching.includes(node)) return current;
    const watching = current.watching.filter((one) => one !== node);
    const left = { ...current, watching, idleUntil: Math.max(current.idleUntil, idleUntil) };
    return endUnheld(left, now());
  };
}

/** Withdraws a claim: the query ends now unless somebody else claims or watches it. */
export function withdraw(owner: string, now: () => number): Edit {
  return (current) => {
    if (current === null || current.ended !== 0) return current;
    const claims = current.claims.filter((one) => one.owner !== owner);
    const time = now();
    const isKept = claims.some(({ until }) => until === null || until > time);
    const idleUntil = isKept ? current.idleUntil : 0;
    const isChanged = claims.length < current.claims.length || idleUntil !== current.idleUntil;
    return endUnheld(isChanged ? { ...current, claims, idleUntil } : current, time);
  };
}

/** Ends the query if nothing holds it any more. */
export function expire(now: () => number): Edit {
  return (current) => (current === null ? null : endUnheld(current, now()));
}

function endUnheld(query: SharedQuery, now: number): SharedQuery {
  if (query.ended !== 0 || query.watching.length > 0 || query.idleUntil > now) return query;
  if (query.claims.some(({ until }) => until === null || until > now)) return query;
  return { ...query, source: '', rowFilter: null, claims: [], ended: now };
}

/** @throws EstromError QUERY_CONFLICT */
function living(entry: Entry, current: SharedQuery | null): SharedQuery {
  if (current === null || current.ended !== 0) return unclaimed(entry);
  const isEqual =
    current.index === entry.index &&
    (current.source === entry.source || formOf(current) === canonical(parseQuery(entry.query)));
  if (isEqual) return current;
  throw new EstromError(
    'QUERY_CONFLICT',
    `another query has the same id [${entry.id}]; change this one a little, such as by a clause *:*`,
  );
}

function formOf({ source }: SharedQuery): string | null {
  try {
    return canonical(parseQuery(source));
  } catch {
    // A newer version's: it cannot be equal to what this one reads.
    return null;
  }
}
