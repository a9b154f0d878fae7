import { randomUUID } from 'node:crypto';
import type { KeptSubscription } from '../../src/subscriptions/model.ts';

/** Epoch seconds at which subscriptions of tests are made. */
export const NOW = 1_700_000_000;

/** A subscription as the store is given it. */
export function kept(change: Partial<KeptSubscription> = {}): KeptSubscription {
  return {
    id: randomUUID(),
    created_at: NOW,
    modified_at: NOW,
    created_by_admin: false,
    deleted: false,
    created_by: 'ada',
    active: true,
    starts_at: NOW - 10,
    expires_at: NOW + 10,
    title: 'Ships "at" sea 🚢',
    subscription: {
      trigger: {
        event: ['UPDATE'],
        geometry: { type: 'Point', coordinates: [1.5, -2] },
        'with.dot': { $dollar: null, deep: [[1], {}] },
      },
      callback: 'https://example.org/hook',
      hits: { filter: 'f=city:eq:Toulouse', projection: 'exclude=params' },
    },
    userMetadatas: { order: 7, at: '2023-11-14', none: null },
    estrom: { revision: 1, principal: 'ada', rowFilter: '{"term":{"team":"a"}}' },
    ...change,
  };
}
