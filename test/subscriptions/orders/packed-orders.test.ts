import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NewOrder } from '../../../src/subscriptions/orders/outbox-database.ts';
import { packOrders, unpackOrders } from '../../../src/subscriptions/orders/packed-orders.ts';

const text = fc.string({ unit: 'binary', maxLength: 20 });
const order = fc.record({
  ...{ sink: text, orderId: text, subscriptionId: text, callback: text, message: text },
  createdAt: fc.nat({ max: 2 ** 31 }).map((n) => n * 1000),
});

describe('packOrders', () => {
  it('loses nothing on the way to another thread', () => {
    fc.assert(
      fc.property(fc.array(order), fc.nat(), (orders, first) => {
        const numbered: NewOrder[] = orders.map((one, i) => ({ seq: first + i, ...one }));
        expect([...unpackOrders(structuredClone(packOrders(numbered)))]).toEqual(numbered);
      }),
    );
  });
});
