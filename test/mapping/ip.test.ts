import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as ip from '../../src/mapping/ip.ts';

type Line = [text: string, document: string | null, term: [string, string] | null];
const golden = JSON.parse(
  readFileSync(new URL('../golden/ips.json', import.meta.url), 'utf8'),
) as Line[];

const word = fc.oneof(fc.constantFrom(0, 0xffff, 0xffff_ffff), fc.nat(0xffff_ffff));
const address = fc.tuple(word, word, word, word);
const whole = (words: ip.Address): bigint =>
  words.reduce((sum, next) => (sum << 32n) | BigInt(next), 0n);
const read = (text: string): ip.Address => ip.parseAddress(text)!;

describe('addresses', () => {
  it('are those that Elasticsearch takes', () => {
    const expected = golden.map(([text, document]) => [text, document && read(document)]);
    expect(golden.map(([text]) => [text, ip.parseAddress(text)])).toEqual(expected);
  });

  it('are asked for by terms, alone and in blocks, as in Elasticsearch', () => {
    const expected = golden.map(([text, , term]) => [
      text,
      term && { from: read(term[0]), to: read(term[1]) },
    ]);
    expect(golden.map(([text]) => [text, ip.parseAddressTerm(text)])).toEqual(expected);
  });

  it('are in the order of their 16 bytes', () => {
    expect(read('10.1.2.3')).toEqual([0, 0, 0xffff, 0x0a010203]);
    fc.assert(
      fc.property(address, address, (left, right) => {
        const [a, b] = [whole(left), whole(right)];
        expect(Math.sign(ip.compareAddresses(left, right))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it('have neighbours, but for the first and the last', () => {
    fc.assert(
      fc.property(address, (words) => {
        const after = ip.addressAfter(words);
        expect(after && whole(after)).toBe(
          whole(words) === 2n ** 128n - 1n ? null : whole(words) + 1n,
        );
        if (after) expect(ip.addressBefore(after)).toEqual(words);
      }),
    );
    expect(ip.addressAfter(ip.HIGHEST_ADDRESS)).toBeNull();
    expect(ip.addressBefore(ip.LOWEST_ADDRESS)).toBeNull();
  });
});
