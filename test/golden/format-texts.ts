import type { Element, NumberElement } from '../../src/mapping/date-formats/elements.ts';
import * as f from '../../src/mapping/date-formats/fields.ts';
import { FORMAT_NAMES, namedFormat } from '../../src/mapping/date-formats/named-formats.ts';
import { parseNotation } from '../../src/mapping/date-formats/notation.ts';
import { parsePattern } from '../../src/mapping/date-formats/pattern.ts';

type Random = (bound: number) => number;

const pick = <T>(random: Random, of: ArrayLike<T>): T => of[random(of.length)]!;

/** Java patterns as mappings have them, and some that show what the letters do. */
export const PATTERNS: readonly string[] = [
  ...[
    'yyyy-MM-dd',
    'uuuu-MM-dd',
    'yyyy/MM/dd HH:mm:ss',
    'dd.MM.yyyy',
    'dd/MM/yy',
    'd/M/y',
    'M/d/yyyy h:mm a',
  ],
  ...[
    'yyyyMMdd',
    'yyyyMMddHHmmss',
    'uuuuMMddHHmmssSSS',
    'yyyyDDD',
    'yyyy-D',
    'yyMMdd',
    'HH:mm',
    'HHmm',
    'H',
  ],
  ...[
    'dd/MMM/yyyy:HH:mm:ss Z',
    'EEE MMM dd HH:mm:ss yyyy',
    'EEE, d MMM yyyy HH:mm:ss Z',
    'EEEE d MMMM uuuu',
  ],
  ...[
    "yyyy-MM-dd'T'HH:mm:ss.SSSZ",
    "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]",
  ],
  ...[
    "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSX",
    'yyyy-MM-dd HH:mm:ss,SSS',
    'yyyy-MM-dd HH:mm VV',
    'yyyy-MM-dd HH xx',
  ],
  ...[
    'uuuu-MM-dd HH:mm:ss ZZZZZ',
    'uuuu-MM-dd HH:mm O',
    'uuuu-MM-dd HH:mm OOOO',
    'uuuu-MM-dd kk:mm',
    'uuuu-MM-dd KK a',
  ],
  ...[
    'uuuu-MM-dd hh a',
    'uuuu-MM-dd a',
    'uuuu G',
    'y-MM-dd G',
    'yyyy-MM-dd GGGG',
    'YYYY-ww-e',
    "YYYY-'W'ww",
    'YYYY',
    'YY-w-e',
  ],
  ...[
    'uuuu-MM W e',
    'uuuu-MM-dd e',
    'uuuu-MM-dd EEE',
    'uuuu-MM-dd F',
    'QQQ uuuu',
    'uuuu-Q',
    'MM/dd',
    'MMM',
    'uuuu',
    'yyyy-MM',
  ],
  ...[
    'A',
    'uuuu-MM-dd A',
    'uuuu-MM-dd N',
    'uuuu-MM-dd HH:mm:ss n',
    'g',
    'uuuu-MM-dd g',
    'mm:ss',
    "HH 'o''clock'",
    "''uuuu''",
  ],
  ...[
    'uuuu[-MM[-dd]]',
    'uuuu-MM-dd[ HH[:mm[:ss]]]',
    '[yyyy][-MM]',
    'ddMMMyyyy',
    'LLLL uuuu',
    'ccc dd.MM.uuuu',
    'uu',
    'uuu',
    'yyyyyyyy',
  ],
  ...[
    'uuuu-MM-dd HH:mm X',
    'uuuu-MM-dd HH:mm XX',
    'uuuu-MM-dd HH:mm XXXX',
    'uuuu-MM-dd HH:mm x',
    'uuuu-MM-dd HH:mm xxxxx',
  ],
  ...[
    'yyyy-MM-dd||epoch_second',
    'dd.MM.yyyy||yyyy||epoch_millis',
    '8yyyy-MM-dd',
    'strictDateOptionalTime||hourMinute',
  ],
  ...[
    'strict_date_optional_time||epoch_millis',
    'strict_date_optional_time_nanos||epoch_second',
    'epoch_second||epoch_millis',
  ],
  ...[
    'yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis',
    'MMddHHmmssuuuu',
    'HHmmssSSS',
    'uuuuMMddHH[mm[ss]]',
    'HH:mm:ss.SSS',
  ],
];

/** All named formats and {@link PATTERNS}. */
export const FORMATS: readonly string[] = [...FORMAT_NAMES, ...PATTERNS];

const ZONES = (
  'Z z +01:00 -0130 +01 +18:00 +18:01 +24:00 -00:00 +1 UTC GMT UT utc UTC+1 UTC+02:00 GMT0 GMT+1 Europe/Paris ' +
  'America/New_York EST CET Zulu Asia/Kolkata Etc/GMT+5 US/Pacific +01:00:30 +010030 +0100Z Z+0100 Nowhere'
).split(' ');

const EDGES: Readonly<Record<number, readonly string[]>> = {
  [f.YEAR]: ['2024', '1970', '1969', '0000', '0001', '9999', '2023', '292278993'],
  [f.MONTH_OF_YEAR]: ['02', '2', '12', '01', '13', '00', '04'],
  [f.DAY_OF_MONTH]: ['29', '30', '31', '01', '3', '32', '00'],
  [f.DAY_OF_YEAR]: ['001', '1', '60', '366', '365', '367', '000'],
  [f.HOUR_OF_DAY]: ['00', '23', '24', '4', '12'],
  [f.WEEK_OF_WEEK_BASED_YEAR]: ['01', '52', '53', '54', '1', '0'],
  [f.DAY_OF_WEEK]: ['1', '7', '0', '8'],
  [f.EPOCH_SECONDS]: ['0', '1700000000', '1', '-1', '31556889864403199'],
  [f.EPOCH_MILLIS]: ['0', '1700000000000', '-1000', '-1', '9223372036854775807'],
};
const SAME: Readonly<Record<number, number>> = {
  [f.YEAR_OF_ERA]: f.YEAR,
  [f.WEEK_BASED_YEAR]: f.YEAR,
  [f.LOCAL_WEEK_BASED_YEAR]: f.YEAR,
  [f.LOCAL_WEEK_OF_YEAR]: f.WEEK_OF_WEEK_BASED_YEAR,
  [f.LOCAL_DAY_OF_WEEK]: f.DAY_OF_WEEK,
};

/** The elements of each of a format's parsers. */
function elementsOf(format: string): Element[] {
  return format
    .replace(/^8/, '')
    .split('||')
    .flatMap(
      (part) =>
        namedFormat(part)?.map(({ notation }) => parseNotation(notation)) ?? [parsePattern(part)],
    );
}

function digits(random: Random, { field, min, max, fraction, reduced }: NumberElement): string {
  const count = random(6) === 0 ? random(max + 2) : Math.max(min, Math.min(max, 1 + random(3)));
  const some = Array.from({ length: count }, () => String(random(10))).join('');
  const edges = EDGES[SAME[field] ?? field];
  if (fraction) return (fraction.point ? pick(random, ['.', '.', '.', '', ',']) : '') + some;
  if (edges && !reduced && random(8) > 0) {
    const edge = pick(random, edges);
    return min > 1 && random(8) > 0 ? edge.padStart(min, '0') : edge;
  }
  if (random(3) === 0) return some;
  return String(random(random(3) === 0 ? 70 : 13)).padStart(min, '0');
}

function textOf(random: Random, element: Element): string {
  switch (element.kind) {
    case 'group':
      if (element.optional && random(3) === 0) return '';
      return element.elements.map((part) => textOf(random, part)).join('');
    case 'number':
      return (random(30) === 0 ? pick(random, '+-') : '') + digits(random, element);
    case 'literal':
      return element.text;
    case 'text':
      return pick(random, element.names)[0];
    case 'offset':
      return random(4) === 0 ? element.zero : pick(random, ZONES);
    case 'zone':
      return pick(random, ZONES);
    case 'localized offset':
      return `GMT${pick(random, ['', '+1', '+01:00', '-02:30', '+01:00:30', '+'])}`;
    default:
      return '';
  }
}

/** A text that the format nearly always could read, or nearly could. */
export function dateText(random: Random, format: string): string {
  const text = textOf(random, pick(random, elementsOf(format)));
  if (random(5) > 0) return text;
  const at = random(text.length + 1);
  switch (random(4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + pick(random, '0T:-+ .Z9/,') + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(at + 1);
    default:
      return random(2) === 0 ? text.toLowerCase() : text.toUpperCase();
  }
}
