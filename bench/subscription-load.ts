import type { SourceEvent } from '../src/subscriptions/matching/matcher.ts';
import type { KeptSubscription } from '../src/subscriptions/model.ts';
import { Random } from './zipf.ts';

/** Subscriptions that an event matches, whatever their number. */
export const MATCHES = 10;
const JOBS = 10;

/** Subscriptions for boxes all over the world, and events at its points, the same in every run. */
export class SubscriptionLoad {
  readonly #random = new Random(7);
  readonly #side: number;

  constructor(count: number) {
    // So many of each job cover every place.
    this.#side = Math.min(1, Math.sqrt((MATCHES * JOBS) / count));
  }

  #between(low: number, high: number): number {
    return low + this.#random.next() * (high - low);
  }

  subscription(n: number): KeptSubscription {
    const [wide, high] = [360 * this.#side, 160 * this.#side];
    const [west, south] = [this.#between(-180, 180 - wide), this.#between(-80, 80 - high)];
    const [east, north] = [west + wide, south + high];
    const ring = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ];
    const geometry = { type: 'Polygon', coordinates: [ring] };
    return {
      id: `subscription-${n}`,
      ...{ created_at: 1, modified_at: 1, created_by: 'bench', created_by_admin: false },
      ...{ deleted: false, active: true, starts_at: 0, title: 'bench' },
      subscription: {
        trigger: { geometry, event: ['CREATE', 'UPDATE'], job: [`job${n % JOBS}`] },
        callback: 'bench',
        hits: { filter: `f=cloud:lte:${50 + (n % 50)}`, projection: 'include=id,cloud' },
      },
      estrom: { revision: 1, principal: null, rowFilter: null },
    };
  }

  event(n: number): SourceEvent {
    const coordinates = [this.#between(-180, 180), this.#between(-80, 80)];
    const job = `job${Math.floor(this.#random.next() * JOBS)}`;
    const object = { id: `d${n}`, geometry: { type: 'Point', coordinates }, job, event: 'UPDATE' };
    const source = JSON.stringify({ ...object, cloud: n % 50, title: `image ${n}`, size: n * 7 });
    const document = { index: 'images', id: `d${n}`, source };
    return { position: `events/0/${n}`, text: JSON.stringify({ object }), document };
  }
}
