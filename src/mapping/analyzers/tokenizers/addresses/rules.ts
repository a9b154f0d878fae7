import {
  type Expression,
  either,
  fits,
  lead,
  many,
  maybe,
  type Node,
  node,
  one,
  sequence,
  some,
} from '../../../rule-expressions.ts';
import { COLUMNS, NO_WORD, WORD } from './characters.ts';
import { TOP_LEVEL_DOMAINS } from './domain-data.ts';

/**
 * What a text that fits is. Of rules that fit equally long texts, the lowest counts. A host alone is an address only if
 * nothing goes on behind it: if something does, the place is read once more without the rules from HOST_GOES_ON to HOST.
 * Each of these stands three times, as a domain may begin another one (`co`, `com`), and then the longer one counts.
 */
export const URL = 1;
/** Its last character belongs to what follows. */
export const HOST_BEFORE_OTHER = 2;
export const HOST_GOES_ON = 3;
export const HOST = 4;
export const LAST_OF_HOSTS = 8;
/** One that begins with `mailto:` is there only to have that cut off behind the sixth character. */
export const EMAIL = 9;

type Characters = Expression<Uint8Array>;

const sets = new Map<string, Uint8Array>();

/** One of these; `a-z` is a range. Capitals are read as small letters. */
function of(characters: string, ...others: number[]): Characters {
  const key = `${characters} ${others}`;
  let set = sets.get(key);
  if (set === undefined) {
    set = new Uint8Array(COLUMNS);
    for (const [, from, to] of characters.matchAll(/(.)(?:-(.))?/gs)) {
      const last = (to ?? from)!.charCodeAt(0);
      for (let at = from!.charCodeAt(0); at <= last; at += 1) set[at] = 1;
    }
    for (const column of others) set[column] = 1;
    sets.set(key, set);
  }
  return one(set);
}

const text = (characters: string): Characters =>
  sequence(...Array.from(characters, (character) => of(character)));
const times = (part: Characters, count: number): Characters =>
  sequence(...Array.from({ length: count }, () => part));
const upTo = (part: Characters, count: number): Characters =>
  count === 0 ? sequence() : maybe(sequence(part, upTo(part, count - 1)));

const label = sequence(of('a-z0-9'), maybe(sequence(many(of('-a-z0-9')), of('a-z0-9'))));
const labels = sequence(label, many(sequence(of('.'), label)));

/** Any of the words, with what they begin with in common. */
function anyOf(words: readonly string[]): Characters {
  return (from) => {
    const end = node<Uint8Array>();
    const known = new Map<string, Node<Uint8Array>>([['', from]]);
    const reach = (beginning: string): Node<Uint8Array> => {
      let found = known.get(beginning);
      if (found === undefined) {
        found = of(beginning.at(-1)!)(reach(beginning.slice(0, -1)));
        known.set(beginning, found);
      }
      return found;
    };
    for (const word of words) lead(reach(word), end);
    return end;
  };
}

const domains = TOP_LEVEL_DOMAINS.split(' ');

/** Domains by how often one more character makes them another one. */
function domainsByRank(): string[][] {
  const known = new Set(domains);
  const ranks: string[][] = [[], [], []];
  const rankOf = (domain: string): number => {
    const longer = Array.from('abcdefghijklmnopqrstuvwxyz', (letter) => domain + letter);
    return Math.max(0, ...longer.map((own) => (known.has(own) ? 1 + rankOf(own) : 0)));
  };
  for (const domain of domains) ranks[rankOf(domain)]!.push(domain);
  return ranks;
}

const hostIn = (own: readonly string[]): Characters =>
  sequence(labels, of('.'), anyOf(own), maybe(of('.')));

const octet = either(
  sequence(upTo(of('0'), 2), of('0-9')),
  sequence(maybe(of('0')), of('1-9'), of('0-9')),
  sequence(of('1'), of('0-9'), of('0-9')),
  sequence(of('2'), either(sequence(of('0-4'), of('0-9')), sequence(of('5'), of('0-5')))),
);
const ipv4 = sequence(octet, times(sequence(of('.'), octet), 3));

function ipv6(): Characters {
  const part = sequence(of('0-9a-f'), upTo(of('0-9a-f'), 3));
  const before = sequence(part, of(':'));
  const least = either(ipv4, sequence(before, part));
  /** At most so many parts before the gap. */
  const gap = (most: number): Characters =>
    sequence(most === 0 ? sequence() : maybe(sequence(upTo(before, most - 1), part)), text('::'));
  return either(
    sequence(times(before, 6), least),
    ...[0, 1, 2, 3, 4].map((most) => sequence(gap(most), times(before, 5 - most), least)),
    sequence(gap(5), least),
    sequence(gap(6), part),
    gap(7),
  );
}

const UNRESERVED = '-._~a-z0-9';
const DELIMITERS = "!$&'()*+,;=";
const escaped = sequence(of('%'), of('0-9a-f'), of('0-9a-f'));
/** Any number of the characters, of those that need no escape, and of escapes. */
const parts = (more: string): Characters => many(either(of(UNRESERVED + more), escaped));

const port = sequence(of(':'), of('0-9'), upTo(of('0-9'), 4));
const path = some(sequence(of('/'), parts(';:@&=')));
const query = sequence(of('?'), parts(`${DELIMITERS}:@/?`));
const fragment = sequence(of('#'), parts(`${DELIMITERS}:@/?`));
/**
 * What may stand behind the hosts that lead to the node, in one copy for all of them: states of the automaton are sets of
 * nodes, and copies would multiply them.
 */
function behindHost(host: Node<Uint8Array>): Node<Uint8Array> {
  const end = node<Uint8Array>();
  end.rule = URL;
  const beforePath = node<Uint8Array>();
  const beforeQuery = node<Uint8Array>();
  const beforeFragment = node<Uint8Array>();
  lead(host, beforePath);
  const steps = [
    [port(host), beforePath],
    [path(beforePath), beforeQuery],
    [query(beforeQuery), beforeFragment],
  ] as const;
  for (const [from, to] of steps) {
    lead(from, to);
    lead(from, end);
  }
  lead(beforePath, beforeQuery);
  lead(beforeQuery, beforeFragment);
  lead(fragment(beforeFragment), end);
  return end;
}

function withScheme(): Characters {
  const segments = parts(DELIMITERS);
  const login = sequence(segments, maybe(sequence(of(':'), segments)), of('@'));
  const host = either(sequence(of('['), ipv6(), of(']')), ipv4, labels);
  const begin = sequence(maybe(login), host);
  const filePath = some(sequence(of('/'), parts('?:@&=')));
  const type = sequence(text(';type='), of('aid'));
  return either(
    sequence(text('http'), maybe(of('s')), text('://'), begin, fits(URL), behindHost),
    sequence(text('ftp://'), begin, maybe(port), filePath, maybe(type), maybe(fragment), fits(URL)),
    sequence(text('file://'), maybe(host), filePath, maybe(fragment), fits(URL)),
  );
}

function withoutScheme(): Characters {
  const wordLike = of('a-z0-9_', WORD);
  const other = of('\0-,./:-@[-^`{-\x7f', NO_WORD);
  const [plain, ...longer] = domainsByRank().map(hostIn);
  const hosts = [either(plain!, ipv4, sequence(of('['), ipv6(), of(']'))), ...longer];
  return (from) => {
    const any = node<Uint8Array>();
    hosts.forEach((host, rank) => {
      const end = host(from);
      fits(HOST + 2 * rank)(end);
      sequence(either(of('-'), wordLike), fits(HOST_GOES_ON + 2 * rank))(end);
      lead(end, any);
    });
    sequence(other, fits(HOST_BEFORE_OTHER))(any);
    return behindHost(any);
  };
}

function email(): Characters {
  const quoted = either(of('\x01-\x08\x0b\x0c\x0e-!#-[]-~'), sequence(of('\\'), of('\0-\x7f')));
  const word = either(some(of("a-z0-9!#-'*-/=?^-`{-~")), sequence(of('"'), many(quoted), of('"')));
  const literal = either(of('\x01-\x08\x0b\x0c\x0e-Z^-\x7f'), sequence(of('\\'), of('\0-\x7f')));
  return sequence(
    word,
    many(sequence(of('.'), word)),
    of('@'),
    either(hostIn(domains), sequence(of('['), many(literal), of(']'))),
  );
}

/** The rules of addresses, beside those of words. */
export function addressRules(): Expression<Uint8Array> {
  return either(
    withScheme(),
    withoutScheme(),
    sequence(maybe(text('mailto:')), email(), fits(EMAIL)),
  );
}
