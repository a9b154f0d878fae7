import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Kind, Remembered } from '../../src/ingest/remembered.ts';

const kind = fc.constantFrom<Kind>('pipeline', 'policy');
const name = fc.constantFrom('a', 'b', 'c', 'd', 'a-b', 'logs-1');
const step = fc.oneof(
  fc.record({ do: fc.constant('put' as const), kind, name, length: fc.nat(2000) }),
  fc.record({ do: fc.constant('get' as const), kind, name }),
  fc.record({ do: fc.constant('delete' as const), kind, name }),
);

describe('what is remembered', () => {
  it('stays within its bounds and is what was put last', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const limits = { bytes: 6000, entries: 6 };
        const remembered = new Remembered(limits);
        const put = new Map<string, string>();
        for (const each of steps) {
          const key = `${each.kind} ${each.name}`;
          if (each.do === 'put') {
            const text = 'x'.repeat(each.length);
            put.set(key, text);
            remembered.put(each.kind, each.name, text);
            expect(remembered.get(each.kind, each.name)?.text).toBe(text);
          } else if (each.do === 'delete') {
            remembered.delete(each.kind, each.name);
            put.delete(key);
            expect(remembered.get(each.kind, each.name)).toBeUndefined();
          } else {
            const found = remembered.get(each.kind, each.name);
            if (found !== undefined) expect(found.text).toBe(put.get(key));
          }
          expect(remembered.bytes).toBeLessThanOrEqual(limits.bytes);
          expect(remembered.size).toBeLessThanOrEqual(limits.entries);
        }
        for (const each of ['pipeline', 'policy'] as const) {
          for (const { name: known } of remembered.find(each, '*')) remembered.delete(each, known);
        }
        expect([remembered.bytes, remembered.size]).toEqual([0, 0]);
      }),
    );
  });

  it('is found by names, lists and patterns, in order', () => {
    const remembered = new Remembered();
    for (const each of ['logs-b', 'logs-a', 'metrics']) remembered.put('pipeline', each, '{}');
    remembered.put('policy', 'logs-c', '{}');
    const names = (expression: string) =>
      remembered.find('pipeline', expression).map((entry) => entry.name);
    expect(names('logs-*')).toEqual(['logs-a', 'logs-b']);
    expect(names('metrics,logs-a,none')).toEqual(['metrics', 'logs-a']);
    expect(names('*s')).toEqual(['metrics']);
    expect(names('_all')).toEqual(['logs-a', 'logs-b', 'metrics']);
    expect(names('logs-c')).toEqual([]);
  });
});
