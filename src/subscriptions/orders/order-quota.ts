/** What one subscription may have; a bucket that fills by the minute. */
export interface OrderQuota {
  readonly ordersPerMinute: number;
  readonly bytesPerMinute: number;
  /** Bytes that may wait for one subscription. */
  readonly pendingBytes: number;
  /** Bytes that may wait for all together. */
  readonly totalBytes: number;
}

export const DEFAULT_QUOTA: OrderQuota = {
  ordersPerMinute: 6000,
  bytesPerMinute: 64 * 1024 * 1024,
  pendingBytes: 64 * 1024 * 1024,
  totalBytes: 8 * 1024 * 1024 * 1024,
};

interface Lane {
  pending: number;
  orders: number;
  bytes: number;
  refilled: number;
}

const MINUTE = 60_000;

/** Who may have another order now. What a subscription may have is there at once after a minute's rest. */
export class OrderQuotas {
  readonly #quota: OrderQuota;
  readonly #lanes = new Map<string, Lane>();
  #total = 0;

  constructor(quota: OrderQuota) {
    this.#quota = quota;
  }

  get pendingBytes(): number {
    return this.#total;
  }

  /** Why the subscription may not have it; null: it is taken into account. @param copies of the order */
  take(subscriptionId: string, bytes: number, copies: number, now: number): string | null {
    const lane = this.#laneOf(subscriptionId, now);
    const { pendingBytes, totalBytes } = this.#quota;
    const all = bytes * copies;
    if (lane.orders < 1 || lane.bytes < Math.min(bytes, this.#quota.bytesPerMinute)) return 'rate';
    if (lane.pending + all > pendingBytes || this.#total + all > totalBytes) return 'backlog';
    lane.orders -= 1;
    lane.bytes -= bytes;
    lane.pending += all;
    this.#total += all;
    return null;
  }

  /** It is over its quota no more, and not just by a little. */
  hasRecovered(subscriptionId: string, now: number): boolean {
    const lane = this.#laneOf(subscriptionId, now);
    const { ordersPerMinute, bytesPerMinute, pendingBytes, totalBytes } = this.#quota;
    return (
      lane.orders >= Math.max(1, ordersPerMinute / 2) &&
      lane.bytes >= bytesPerMinute / 2 &&
      lane.pending <= pendingBytes / 2 &&
      this.#total <= totalBytes * 0.9
    );
  }

  add(subscriptionId: string, bytes: number, now: number): void {
    this.#laneOf(subscriptionId, now).pending += bytes;
    this.#total += bytes;
  }

  remove(subscriptionId: string, bytes: number, now: number): void {
    const lane = this.#laneOf(subscriptionId, now);
    lane.pending -= bytes;
    this.#total -= bytes;
  }

  /** Forgets those that have all they may have; to be called now and then. */
  sweep(now: number): void {
    for (const [id, { pending, refilled }] of this.#lanes) {
      if (pending <= 0 && now - refilled >= MINUTE) this.#lanes.delete(id);
    }
  }

  #laneOf(id: string, now: number): Lane {
    const { ordersPerMinute: orders, bytesPerMinute: bytes } = this.#quota;
    let lane = this.#lanes.get(id);
    if (lane === undefined) {
      lane = { pending: 0, orders, bytes, refilled: now };
      this.#lanes.set(id, lane);
      return lane;
    }
    const share = Math.max(0, now - lane.refilled) / MINUTE;
    lane.orders = Math.min(orders, lane.orders + share * orders);
    lane.bytes = Math.min(bytes, lane.bytes + share * bytes);
    lane.refilled = now;
    return lane;
  }
}
