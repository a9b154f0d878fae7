import { TOP_LEVEL_DOMAINS } from '../../src/mapping/analyzers/tokenizers/addresses/domain-data.ts';
import { generateText } from './strings.ts';

/** For the golden tokens. */
export const ADDRESS_TEXTS: readonly string[] = [
  'Visit https://user:pw@Example.com:8080/a/b%20c?q=1&r=(x)#top, or www.foo.co.uk.',
  'mail Foo.Bar+x@example.org, "a b".c@[1.2.3.4] or mailto:me@foo.museum.',
  'bar.comx bar.com bar.co.x bar.com-1 bar.com_ bar.com. bar.community bar.co',
  'bar.com漢字 bar.comé bar.com👍 bar.comก bar.com\u00ad bar.com\u00b7x bar.com٫',
  '1.2.3.4 1.2.3.456 1.2.3.4:80/x 256.1.1.1 [::1]:80 [1:2::3.4.5.6]x http://[fe80::]/%zz',
  'ftp://foo/bar;type=a ftp://foo file:///etc/passwd file://host http://x httpx://y',
  'a@b a@b.c a@b.co@c.de @b.com a@-b.com x@xn--fiqs8s x@y.xn--fiqs8s y.xn--fiqs8sx',
  'https://例え.jp http://foo_bar.com http://ไทย.com/ไทย?ไ#ท',
  '1.2.3.45',
  'ends.com',
  `http://${'long.'.repeat(60)}com/ me@${'long.'.repeat(50)}com`,
  'ℹ⃣ Ⓜ︎ Ⓜ️⃣ Ⓜ️ 1⃣ 👍🏾x 한국어 カタカナ ひ 42',
];

type Random = (bound: number) => number;

const pick = <T>(random: Random, of: ArrayLike<T>): T => of[random(of.length)]!;
const some = (random: Random, most: number, piece: () => string, between = ''): string =>
  Array.from({ length: 1 + random(most) }, piece).join(between);

const DOMAINS = TOP_LEVEL_DOMAINS.split(' ');
/** Some begin others, by one character or two. */
const NESTED =
  'ai aig ca cam camp car cars co com r re red rent ne net new se ses sk ski xn--p1ai'.split(' ');
const LABELS = 'a B1 x-y foo Example 9 10 255 256 007 a-- -a xn--80ak a_b é 漢字 ไทย 😀'.split(' ');
const SCHEMES =
  'http:// HTTPS:// https:// ftp:// file:// FILE:/// mailto: MailTo: htt:// http:/ ws://'.split(
    ' ',
  );
const BEHIND = [
  ' ',
  '',
  '-',
  '_',
  '.',
  '..',
  ',',
  '/',
  ':',
  '?',
  '#',
  '@',
  'é',
  '漢',
  'ก',
  '😀',
  '\u00ad',
  '\u0301',
  '\u200d',
  '1',
  'x',
  'm',
  '\n',
  '"',
  '()',
];
const ATOMS = "aZ09!#$%&'*+-/=?^_`{|}~.,";
const INSIDE = 'aZ09-._~!$&\'()*+,;=:@/?%#[]"<>\\ é';

const domain = (random: Random): string => {
  const found = random(2) === 0 ? pick(random, NESTED) : pick(random, DOMAINS);
  return random(4) === 0 ? found.toUpperCase() : found;
};

function host(random: Random): string {
  const labels = (): string => some(random, 3, () => pick(random, LABELS), '.');
  switch (random(8)) {
    case 0:
      return some(
        random,
        5,
        () => pick(random, ['0', '1', '25', '255', '256', '00', '001', '99']),
        '.',
      );
    case 1:
      return `[${ipv6(random)}]`;
    case 2:
      return labels();
    case 3:
      return `${labels()}.${domain(random)}${pick(random, ['.', 'a', 's', '-', 'x.', '..'])}`;
    default:
      return `${labels()}.${domain(random)}`;
  }
}

function ipv6(random: Random): string {
  const parts = Array.from({ length: 1 + random(9) }, () =>
    pick(random, ['0', 'ab', 'F00d', '1234', '12345', 'g']),
  );
  if (random(3) > 0) parts[random(parts.length)] = '';
  if (random(3) === 0) parts.push('1.2.3.4');
  const text = parts.join(':');
  return random(3) === 0 ? `::${text}` : text;
}

function rest(random: Random): string {
  const segment = (): string =>
    some(random, 5, () => (random(9) === 0 ? '%2F' : pick(random, INSIDE)));
  return some(random, 4, () => {
    switch (random(6)) {
      case 0:
        return pick(random, [':80', ':', ':65535', ':123456', ':x']);
      case 1:
        return `?${segment()}`;
      case 2:
        return `#${segment()}`;
      case 3:
        return pick(random, [';type=a', ';TYPE=I', ';type=x']);
      default:
        return `/${segment()}`;
    }
  });
}

function mail(random: Random): string {
  const word = (): string => {
    if (random(4) > 0) return some(random, 5, () => pick(random, ATOMS));
    return `"${some(random, 6, () => pick(random, ['a', ' ', '\\"', '\\', '@', '[', '.', '\t']))}"`;
  };
  const local = some(random, 3, word, '.');
  if (random(5) > 0) return `${local}@${host(random)}`;
  return `${local}@[${some(random, 5, () => pick(random, ['a', '1.2.3.4', 'IPv6:::1', '\\]', ' ', '[']))}]`;
}

function address(random: Random): string {
  const login = random(4) === 0 ? `${some(random, 5, () => pick(random, INSIDE))}@` : '';
  switch (random(6)) {
    case 0:
      return mail(random);
    case 1:
      return `${pick(random, SCHEMES)}${mail(random)}`;
    case 2:
      return host(random);
    case 3:
      return `${host(random)}${rest(random)}`;
    case 4:
      return some(random, 12, () =>
        pick(random, [
          'a',
          '.',
          'com',
          '@',
          'co',
          '/',
          '1',
          ':',
          '[',
          ']',
          '-',
          '"',
          'http://',
          ' ',
        ]),
      );
    default:
      return `${pick(random, SCHEMES)}${login}${host(random)}${random(2) === 0 ? rest(random) : ''}`;
  }
}

/** Addresses of the web and of mail, what nearly is one, and texts of all kinds around them. */
export function generateAddresses(random: Random): string {
  const padding =
    random(12) === 0 ? pick(random, ['a', '/', '1.', 'x@', '-']).repeat(random(130)) : '';
  const pieces = some(random, 4, () => {
    if (random(6) === 0) return generateText(random);
    return address(random) + pick(random, BEHIND);
  });
  return random(2) === 0 ? padding + pieces : pieces + padding;
}
