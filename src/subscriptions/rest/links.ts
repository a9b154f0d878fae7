import { type KeptSubscription, onWire, type UserSubscription } from '../model.ts';
import type { SubscriptionList } from '../subscription-store.ts';

export interface Link {
  readonly relation: string;
  readonly href: string;
  readonly type: string;
  readonly method: string;
}

export interface SubscriptionWithLinks extends UserSubscription {
  readonly _links: Readonly<Record<string, Link>>;
}

/** @param collection address of the list that it is in */
export function hrefOf(collection: string, id: string): string {
  return `${collection}/${encodeURIComponent(id)}`;
}

/** A subscription as it is answered. */
export function withLinks(kept: KeptSubscription, collection: string): SubscriptionWithLinks {
  const own = hrefOf(collection, kept.id);
  return {
    ...onWire(kept),
    _links: {
      self: link('self', own, 'GET'),
      list: link('list', collection, 'GET'),
      update: link('update', own, 'PUT'),
      delete: link('delete', own, 'DELETE'),
    },
  };
}

export interface AskedPage {
  readonly page: number;
  readonly size: number;
  /** All parameters that were sent: links to other pages repeat them. */
  readonly query: Readonly<Record<string, unknown>>;
}

/** A page of a list as it is answered; `first`, `prev`, `next` and `last` are there where they lead elsewhere. */
export function listBody(list: SubscriptionList, collection: string, asked: AskedPage) {
  const { page, size } = asked;
  const { total, subscriptions } = list;
  const upToHere = (page - 1) * size + subscriptions.length;
  const to = (relation: string, target: number) => ({
    [relation]: link(relation, pageHref(collection, asked, target), 'GET'),
  });
  return {
    count: subscriptions.length,
    total,
    subscriptions: subscriptions.map((each) => withLinks(each, collection)),
    _links: {
      ...to('self', page),
      ...(page === 1 ? {} : { ...to('first', 1), ...to('prev', page - 1) }),
      ...(upToHere < total ? to('next', page + 1) : {}),
      ...(upToHere === total ? {} : to('last', Math.max(1, Math.ceil(total / size)))),
    },
  };
}

function pageHref(collection: string, { size, query }: AskedPage, page: number): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  parameters.set('size', String(size));
  parameters.set('page', String(page));
  return `${collection}?${parameters}`;
}

function link(relation: string, href: string, method: string): Link {
  return { relation, href, type: 'application/json', method };
}
