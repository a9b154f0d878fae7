/** What a caller may do; a query id is a name and gives nobody anything. */
export type Role = 'ingest' | 'tail' | 'register' | 'admin' | 'metrics';

export const ROLES: readonly Role[] = ['ingest', 'tail', 'register', 'admin', 'metrics'];

/**
 * Who calls, as access control knows it. As long as nothing about a caller changes it stays the
 * same object, also when its file is read again.
 */
export interface Principal {
  /** For logs and claims; never a secret. */
  readonly name: string;
  readonly roles: ReadonlySet<Role>;
  /** Index expression that bounds what it may send to and see; `*` is everything. */
  readonly index: string;
  /** Query that every document it sees has to match besides its own (text or JSON); null for none. */
  readonly rowFilter: string | null;
  /** Whether its tails may hold ingest (`on_slow=block`); who has the role `admin` may anyway. */
  readonly mayBlock?: boolean;
}

/** The caller where no access control is configured. */
export const EVERYBODY: Principal = {
  name: 'everybody',
  roles: new Set(ROLES),
  index: '*',
  rowFilter: null,
};

/** Whether the caller's tails may make ingest wait for them. */
export function mayBlock({ roles, mayBlock: allowed }: Principal): boolean {
  return allowed === true || roles.has('admin');
}
