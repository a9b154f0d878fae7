import { formatPosition, type Position } from './position.ts';

/**
 * Why hits can be missing: `slow` (the subscriber read too slowly), `sampled` (it chose to get every
 * n-th while it does), `closed` (it chose to be cut then), and what a position cannot be resumed for:
 * `evicted` (it is older than what is kept), `inactive` (nobody listened to the topic for a while),
 * `restart` (it is of another run). And on the way through a router: `rate` (the topic had more than
 * its share), `refused` (the router did not take them), `lost` (they did not arrive). And `paused`: the
 * engine fails on the query, and leaves it out from here on.
 */
export const SHED_REASONS = ['slow', 'sampled', 'closed'] as const;
export type ShedReason = (typeof SHED_REASONS)[number];
export const ROUTER_GAP_REASONS = ['rate', 'refused', 'lost'] as const;
export const GAP_REASONS = [
  ...SHED_REASONS,
  'evicted',
  'inactive',
  'restart',
  ...ROUTER_GAP_REASONS,
  'paused',
] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** Hits that a subscriber did not get, told to it at the place where they are missing. */
export interface Gap {
  /** Null where nobody knows. */
  readonly count: number | null;
  readonly reason: GapReason;
  /**
   * Admission numbers of the first and the last hit that is missing. With an unknown count nothing
   * is missing up to `from`, which may be of another epoch, nor behind `to`.
   */
  readonly from: number | Position;
  readonly to: number;
}

/** ASCII, on one line. */
export function gapJson({ count, reason, from, to }: Gap, epoch: string): string {
  const start = typeof from === 'number' ? `${epoch}-${from}` : formatPosition(from);
  return `{"_gap":{"count":${count},"reason":"${reason}","from":"${start}","to":"${epoch}-${to}"}}`;
}
