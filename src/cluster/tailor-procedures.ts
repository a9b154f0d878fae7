import { LRUCache } from 'lru-cache';
import type { LinkCall } from '../crossbar/endpoint.ts';
import type { CrossbarLink } from '../crossbar/link.ts';
import { EstromError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { registerCall } from '../query/registry/register-call.ts';
import type { QueryRegistry } from '../query/registry/registry.ts';
import type { SharedRegistry } from './shared-registry.ts';

/** What nodes without a registry call; the router lets no subscriber near it. */
export const TAILOR = {
  /** `{node, caller, index, query, lang}` or `{node, caller, id}` → `{id}` */
  watch: 'estrom.tailor.watch',
  /** `{node, ids}` */
  release: 'estrom.tailor.release',
  /** `{node, roles, address}` → `{held}`: false when what it watches has to be asked for again */
  renew: 'estrom.tailor.renew',
  /** `{node}` */
  leave: 'estrom.tailor.leave',
  /** `{caller, request}` → what `POST /api/v0.1/queries` answers */
  register: 'estrom.tailor.register',
} as const;

/** What a query's audience is made from, as the calling node knows its caller. */
export interface CallerBounds {
  readonly name: string;
  readonly index: string;
  readonly rowFilter: string | null;
}

export interface TailorDeps {
  readonly link: Pick<CrossbarLink, 'register'>;
  readonly registry: QueryRegistry;
  readonly shared: SharedRegistry;
}

type Kwargs = LinkCall['kwargs'];

/**
 * Serves the nodes that only have tails. Every Tailor does; the router takes turns, for all that
 * there is to know is in the shared registry: who watches what, and the lease of who watches.
 */
export async function serveTailor({ link, registry, shared }: TailorDeps): Promise<void> {
  const principals = new LRUCache<string, Principal>({ max: 1000 });
  const callerOf = ({ caller }: Kwargs): Principal => {
    const { name, index, rowFilter } = (caller ?? {}) as Partial<CallerBounds>;
    if (typeof name !== 'string' || typeof index !== 'string' || rowFilter === undefined) {
      throw new EstromError('BAD_REQUEST', '[caller] has to be {name, index, rowFilter}');
    }
    // The same object for the same bounds: what is made from them is kept with it.
    const key = JSON.stringify([name, index, rowFilter]);
    let principal = principals.get(key);
    if (principal === undefined) {
      principal = { name, index, rowFilter, roles: new Set(['tail', 'register']) };
      principals.set(key, principal);
    }
    return principal;
  };
  const handlers: Readonly<Record<string, (kwargs: Kwargs) => Promise<unknown>>> = {
    [TAILOR.watch]: async (kwargs) => {
      const { id, index, query, lang } = kwargs;
      const asked =
        id === undefined ? { index: text(index, 'index'), query, lang } : text(id, 'id');
      const node = text(kwargs['node'], 'node');
      const entry = await registry.watchFor(node, asked, callerOf(kwargs));
      return { id: entry.id };
    },
    [TAILOR.release]: async ({ node, ids }) => {
      for (const id of Array.isArray(ids) ? ids : []) {
        registry.releaseFor(text(node, 'node'), text(id, 'id'));
      }
      return true;
    },
    [TAILOR.renew]: async ({ node, roles, address }) => {
      const given = Array.isArray(roles) ? roles.map(String) : [];
      const held = await shared.renewFor(text(node, 'node'), given, text(address, 'address'));
      return { held };
    },
    [TAILOR.leave]: async ({ node }) => {
      await shared.leaveFor(text(node, 'node'));
      return true;
    },
    [TAILOR.register]: async (kwargs) =>
      await registerCall(registry, text(kwargs['request'], 'request'), callerOf(kwargs)),
  };
  await Promise.all(
    Object.entries(handlers).map(([procedure, handle]) =>
      link.register(procedure, ({ kwargs }) => handle(kwargs), { invoke: 'roundrobin' }),
    ),
  );
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw new EstromError('BAD_REQUEST', `[${name}] has to be a text`);
}
