import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenStream } from '../../../src/mapping/analyzers/token-stream.ts';
import {
  AddressAutomaton,
  addressStates,
} from '../../../src/mapping/analyzers/tokenizers/addresses/address-automaton.ts';
import { Scan } from '../../../src/mapping/analyzers/tokenizers/addresses/scan.ts';
import { wordAutomaton } from '../../../src/mapping/analyzers/tokenizers/addresses/word-automaton.ts';
import { standard } from '../../../src/mapping/analyzers/tokenizers/standard.ts';
import { uaxUrlEmail } from '../../../src/mapping/analyzers/tokenizers/uax-url-email.ts';
import { generateAddresses } from '../../golden/address-texts.ts';
import { randomNumbers } from '../../golden/strings.ts';

function tokens(text: string, longest = 255, tokenizer = uaxUrlEmail): [string, string][] {
  const stream = new TokenStream(text.length);
  tokenizer.build({ max_token_length: longest }).tokenize(text, stream);
  return stream.tokens.map(({ text, type }) => [text, type]);
}

const addresses = (text: string): string[] =>
  tokens(text).flatMap(([token, type]) => (/URL|EMAIL/.test(type) ? [token] : []));

describe('the tokenizer uax_url_email', () => {
  it('keeps addresses of the web and of mail whole', () => {
    expect(
      addresses('See HTTPS://x@foo:80/a%20b?c#d or foo.com/x or <me.too+1@foo.co.uk>!'),
    ).toEqual(['HTTPS://x@foo:80/a%20b?c#d', 'foo.com/x', 'me.too+1@foo.co.uk']);
  });

  it('needs a known top-level domain where there is no scheme', () => {
    expect(addresses('foo.bar foo.invalid http://foo.invalid a@foo.zzz a@foo.org.')).toEqual([
      'foo.bar',
      'http://foo.invalid',
      'a@foo.org.',
    ]);
  });

  it('takes a host alone for a word where a word goes on behind it', () => {
    expect(tokens('bar.comx bar.com-1 bar.com_y')).toEqual([
      ['bar.comx', '<ALPHANUM>'],
      ['bar.com', '<ALPHANUM>'],
      ['1', '<NUM>'],
      ['bar.com_y', '<ALPHANUM>'],
    ]);
  });

  it('cuts mailto off what it stands before', () => {
    expect(tokens('MailTo:a@b.org')).toEqual([
      ['MailTo', '<ALPHANUM>'],
      ['a@b.org', '<EMAIL>'],
    ]);
  });

  it('finds no address that is longer than a token may be', () => {
    expect(tokens('http://a.com', 10)).toEqual([
      ['http://a.c', '<URL>'],
      ['om', '<ALPHANUM>'],
    ]);
  });

  it.each([
    'a.',
    'a@',
    'a@a.',
    '!',
    '"',
    '"\\',
    '[',
    '_',
    '\u200d',
    'a.com_!',
    'a.co/x@',
    'x@[',
    'http://a:',
  ])('reads a text of %j alone a few times at the most, however long tokens may be', (part) => {
    const text = part.repeat(8_000);
    for (const longest of [255, 1_048_576]) {
      const automata = [
        wordAutomaton,
        new AddressAutomaton(addressStates(), false),
        new AddressAutomaton(addressStates(), true),
      ];
      for (const automaton of automata) {
        const scan = new Scan(automaton, text, longest);
        for (let at = 0; at < text.length; at += 1) {
          scan.longest(at, Math.min(at + longest, text.length));
        }
        expect(scan.work).toBeLessThan(12 * text.length);
      }
    }
  });

  it.each([
    ['a.a.a.a', 255],
    ['a@a@a', 1_048_576],
  ])(
    'reads a mebibyte of %s to its end, with tokens of %d',
    (part, longest) => {
      const text = part.repeat(Math.ceil(2 ** 20 / part.length));
      expect(
        tokens(text, longest)
          .map(([token]) => token)
          .join('')
          .replaceAll('.', '').length,
      ).toBe(text.replaceAll(/[.@]/g, '').length);
    },
    60_000,
  );

  it('finds the same whether or not it remembers what it read', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(3, 20, 255), (seed, longest) => {
        const text = generateAddresses(randomNumbers(seed));
        for (const isStrict of [false, true]) {
          const automaton = new AddressAutomaton(addressStates(), isStrict);
          const scan = new Scan(automaton, text, longest);
          const [own, fresh] = [scan, undefined].map((kept) =>
            Array.from(text, (_, at) => {
              const one = kept ?? new Scan(automaton, text, longest);
              const end = one.longest(at, Math.min(at + longest, text.length));
              return [end, one.rule, one.isOpen].join();
            }),
          );
          expect(own).toEqual(fresh);
        }
      }),
      { numRuns: 25 },
    );
  });
});

it('the tokenizer standard gives up hostile texts when tokens may be very long', () => {
  const text = '_'.repeat(2 ** 18);
  expect(() => tokens(text, 2 ** 20, standard)).toThrow('takes too long');
}, 60_000);
