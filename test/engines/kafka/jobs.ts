import type { EstromProcess } from './estrom-process.ts';

/** Subscriptions to images of jobs, up to some clouds; which orders an event leads to is known beforehand. */
const JOBS = 3;
const CLOUDS = [20, 60, 100];
const EARTH = [
  [-170, -80],
  [170, -80],
  [170, 80],
  [-170, 80],
  [-170, -80],
];

export interface JobSubscription {
  readonly id: string;
  readonly job: number;
  readonly cloud: number;
}

/** @returns them as they are kept */
export async function postSubscriptions(estrom: EstromProcess): Promise<JobSubscription[]> {
  const subscriptions: JobSubscription[] = [];
  for (let job = 0; job < JOBS; job++) {
    for (const cloud of CLOUDS) {
      const { status, body } = await estrom.post('/subscriptions', {
        ...{ created_by: 'ann', title: `job ${job}`, active: true },
        ...{ starts_at: 0, expires_at: 4_000_000_000 },
        subscription: {
          trigger: {
            geometry: { type: 'Polygon', coordinates: [EARTH] },
            ...{ job: [`job${job}`], event: ['UPDATE'] },
          },
          callback: 'somebody',
          hits: { filter: `f=cloud:lte:${cloud}`, projection: 'include=cloud' },
        },
      });
      if (status !== 201) throw new Error(`a subscription was answered with ${status}`);
      subscriptions.push({ id: body.id, job, cloud });
    }
  }
  return subscriptions;
}

export function documentOf(number: number): { id: string; cloud: number; title: string } {
  return { id: `d${number}`, cloud: (number * 7) % 101, title: `image ${number}` };
}

/** @param brings its document, at `object.image` */
export function eventOf(number: number, brings: boolean): string {
  const coordinates = [(number % 300) - 150, (number % 140) - 70];
  return JSON.stringify({
    object: {
      ...{ id: `d${number}`, job: `job${number % JOBS}`, event: 'UPDATE' },
      geometry: { type: 'Point', coordinates },
      ...(brings ? { image: documentOf(number) } : {}),
    },
  });
}

/** Of the orders that an event leads to: `<document> <subscription>`. */
export function ordersOf(number: number, subscriptions: readonly JobSubscription[]): string[] {
  const { id, cloud } = documentOf(number);
  return subscriptions
    .filter((one) => one.job === number % JOBS && cloud <= one.cloud)
    .map((one) => `${id} ${one.id}`);
}
