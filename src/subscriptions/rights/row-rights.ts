import type { AccessControl } from '../../access/access-control.ts';
import type { EstromError } from '../../errors.ts';
import { EVERYBODY, type Principal, type Role } from '../../principal.ts';
import { audienceOf } from '../../query/audience.ts';
import { canonicalise } from '../../query/canonical.ts';
import type { Ir } from '../../query/ir.ts';
import type { RowBounds } from '../matching/matcher-entry.ts';
import type { KeptPart, UserSubscription } from '../model.ts';
import { parseRowFilter } from './row-filter.ts';
import type { RowRule } from './row-rule.ts';

/** Whose rights a subscription has. */
export type Owner = Pick<UserSubscription, 'created_by'> &
  Pick<KeptPart, 'principal' | 'rowFilter'>;

export interface RightsDeps {
  readonly access: Pick<AccessControl, 'named'>;
  /** The operator's; null for none. */
  readonly rule: RowRule | null;
  /** A proxy has to say which documents each user may see. */
  readonly hasRowHeader: boolean;
  /** Reads a proxy's row filter; throws EstromError. */
  readonly read?: (rowFilter: string) => Ir;
}

export interface Rights {
  /** Null: they are not known. */
  readonly bounds: RowBounds | null;
  /** Why they are not; null where they are. */
  readonly reason: string | null;
  /** Equal for equal bounds; empty where they are not known. */
  readonly key: string;
  /** Whom they come from: as long as these are the same objects, so are the rights. */
  readonly sources: Sources;
}

export interface Sources {
  /** The user, where it has a token of its own. */
  readonly own: Principal | undefined;
  /** Who wrote the subscription. */
  readonly writer: Principal | undefined;
}

/** Who has none of these gets no documents by any way. */
const SEEING: readonly Role[] = ['tail', 'register', 'admin'];

/** Who stands for an owner's rights now. */
export function sourcesOf({ created_by, principal }: Owner, access: RightsDeps['access']): Sources {
  const own = access.named(created_by);
  return { own, writer: principal === null ? own : access.named(principal) };
}

/**
 * What an owner may see now: all of what its token, the proxy that spoke for it, the operator's rule and
 * the proxy's row filter allow.
 */
export function rightsOf(owner: Owner, deps: RightsDeps): Rights {
  const { created_by: user, principal, rowFilter } = owner;
  const { rule, hasRowHeader, read = parseRowFilter } = deps;
  const sources = sourcesOf(owner, deps.access);
  const { own, writer } = sources;
  const unknown = (reason: string): Rights => ({ bounds: null, reason, key: '', sources });
  if (writer === undefined) return unknown(`there is no token of "${principal ?? user}"`);
  for (const one of [writer, own]) {
    if (one === undefined || SEEING.some((role) => one.roles.has(role))) continue;
    return unknown(`"${one.name}" may not see documents any more`);
  }
  const isOwn = principal === null || principal === user;
  if (!isOwn && !writer.roles.has('admin')) {
    return unknown(`"${writer.name}" may not speak for others any more, such as "${user}"`);
  }
  const isDirect = isOwn && writer !== EVERYBODY;
  if (hasRowHeader && rowFilter === null && !isDirect) {
    return unknown(`no proxy has said which documents "${user}" may see: write it again`);
  }
  const audiences = [writer, ...(own === undefined ? [] : [own])].map(audienceOf);
  const scopes = new Set(audiences.map(({ index }) => index).filter((index) => index !== '*'));
  if (scopes.size > 1) {
    return unknown(`"${writer.name}" and "${user}" are bound to different indices`);
  }
  const clauses: Ir[] = audiences.map(({ filter }) => filter);
  if (rule !== null) clauses.push(rule.of(user));
  try {
    if (rowFilter !== null) clauses.push(read(rowFilter));
  } catch (error) {
    return unknown(`its row filter cannot be read: ${(error as EstromError).message}`);
  }
  const { query, text } = canonicalise({ kind: 'and', clauses });
  const [scope = '*'] = scopes;
  const bounds = { filter: query.kind === 'all' ? null : query, scope };
  return { bounds, reason: null, key: `${scope.length}:${scope}${text}`, sources };
}
