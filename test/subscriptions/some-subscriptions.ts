import type { KeptSubscription } from '../../src/subscriptions/model.ts';

export interface Wanted {
  readonly id: string;
  readonly trigger?: Record<string, unknown>;
  readonly filter?: string;
  readonly projection?: string;
}

/** A live subscription to what a test says. */
export function subscriptionOf(
  { id, trigger = {}, filter = '', projection = '' }: Wanted,
  others: Partial<KeptSubscription> = {},
): KeptSubscription {
  return {
    id,
    created_at: 1,
    modified_at: 1,
    created_by: 'ann',
    created_by_admin: false,
    deleted: false,
    active: true,
    starts_at: 0,
    title: 'a subscription',
    subscription: { trigger, callback: `https://example.org/${id}`, hits: { filter, projection } },
    estrom: { revision: 1, principal: null, rowFilter: null },
    ...others,
  };
}

/** A box as GeoJSON. */
export function boxOf(west: number, south: number, east: number, north: number) {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return { type: 'Polygon', coordinates: [ring] };
}
