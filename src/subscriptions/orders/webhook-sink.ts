import { createHmac } from 'node:crypto';
import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import type { DeliveryOutcome, OrderSink } from './order-sink.ts';
import type { OutboxOrder } from './outbox-database.ts';
import { isPrivateAddress } from './webhook-address.ts';

export interface WebhookOptions {
  /** Signs the orders; without one they are not signed. */
  readonly secret: string | null;
  /** Whether this machine and private networks may be called. */
  readonly allowPrivate: boolean;
  /** Milliseconds for one order. */
  readonly timeout?: number;
  /** Recipients that are called side by side. */
  readonly parallel?: number;
}

class PrivateAddress extends Error {}

/** These say that the same order will never be taken. */
const NEVER = new Set([400, 405, 410, 413, 414, 415, 422, 431, 501]);

/**
 * Posts each order to its callback as JSON. `X-Estrom-Signature: t=<seconds>,v1=<hex>` is the HMAC-SHA256 of
 * `<seconds>.<body>`. Redirects are not followed: they would lead past the check of addresses.
 */
export class WebhookSink implements OrderSink {
  readonly name = 'webhook';
  readonly parallel: number;
  readonly #options: WebhookOptions;
  readonly #agent: Agent;

  constructor(options: WebhookOptions) {
    const timeout = options.timeout ?? 10_000;
    this.#options = { ...options, timeout };
    this.parallel = options.parallel ?? 32;
    this.#agent = new Agent({
      connect: { timeout, ...(options.allowPrivate ? {} : { lookup: publicLookup }) },
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
  }

  takes(callback: string): boolean {
    return /^https?:\/\//i.test(callback);
  }

  /** In their order; after the first that is to be tried again the others wait too. */
  async deliver(orders: readonly OutboxOrder[]): Promise<readonly DeliveryOutcome[]> {
    const outcomes: DeliveryOutcome[] = [];
    let failed: DeliveryOutcome | undefined;
    for (const order of orders) {
      const outcome = failed ?? (await this.#post(order));
      if (outcome !== 'delivered' && 'retry' in outcome) failed = outcome;
      outcomes.push(outcome);
    }
    return outcomes;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #post({ callback, message, orderId }: OutboxOrder): Promise<DeliveryOutcome> {
    if (!URL.canParse(callback))
      return { dead: `the callback is no URL: ${callback.slice(0, 200)}` };
    const { hostname } = new URL(callback);
    const host = hostname.replace(/^\[|\]$/g, '');
    // Addresses are not looked up, so they are checked here.
    if (!this.#options.allowPrivate && isIP(host) !== 0 && isPrivateAddress(host))
      return { dead: notPublic(host) };
    try {
      const { statusCode, headers, body } = await request(callback, {
        method: 'POST',
        dispatcher: this.#agent,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'estrom',
          'x-estrom-order-id': orderId,
          ...this.#signature(message),
        },
        body: message,
        signal: AbortSignal.timeout(this.#options.timeout!),
      });
      await body.dump({ limit: 64 * 1024 });
      return outcomeOf(statusCode, headers['retry-after']);
    } catch (error) {
      if (error instanceof PrivateAddress) return { dead: error.message };
      return { retry: (error as Error).message };
    }
  }

  #signature(message: string): Record<string, string> {
    const { secret } = this.#options;
    if (secret === null) return {};
    const seconds = Math.floor(Date.now() / 1000);
    const hmac = createHmac('sha256', secret).update(`${seconds}.${message}`).digest('hex');
    return { 'x-estrom-signature': `t=${seconds},v1=${hmac}` };
  }
}

function outcomeOf(status: number, retryAfter: string | string[] | undefined): DeliveryOutcome {
  if (status >= 200 && status < 300) return 'delivered';
  if (status >= 300 && status < 400)
    return { dead: `redirected with ${status}; redirects are not followed` };
  if (NEVER.has(status)) return { dead: `refused with ${status}` };
  const seconds = Number(retryAfter);
  const after = Number.isFinite(seconds) ? { after: Math.min(3600, seconds) * 1000 } : {};
  return { retry: `answered with ${status}`, ...after };
}

/** Checked when the connection is made: a name may have another address by then. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error !== null) {
      callback(error, '', 0);
      return;
    }
    const own = found.find(({ address }) => isPrivateAddress(address));
    const first = found[0];
    if (own !== undefined || first === undefined) {
      callback(new PrivateAddress(notPublic(`${hostname} (${own?.address})`)), '', 0);
    } else if (options.all) callback(null, found);
    else callback(null, first.address, first.family);
  });
};

function notPublic(host: string): string {
  return `the callback leads to ${host}, which is not public; the operator has to allow private addresses`;
}
