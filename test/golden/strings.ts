import { analyzeStandard } from '../../src/mapping/standard-analyzer.ts';
import { BMP_CLASS, CLASSES, wordBreakClass } from '../../src/mapping/word-break-classes.ts';

/** A small generator of random numbers below `bound`, the same for a seed everywhere. */
export function randomNumbers(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

const PUNCTUATION = ' .,;:\'"_-+/\\()[]{}!?#*@&%$=<>~^|`\t\n';
const WORDS = [
  ...[
    'foo',
    'Bar',
    "can't",
    'e.g.',
    'a.b.c',
    '1.5',
    '1,000',
    '192.168.0.1',
    'x1',
    '1x',
    'C#',
    'a_b',
  ],
  ...[
    'GET',
    '/index.html',
    'user@example.com',
    'key=value',
    '2024-01-02T03:04:05Z',
    'ΣΊΣΥΦΟΣ',
    'İstanbul',
  ],
  ...[
    'straße',
    'ǅ',
    'Ⅷ',
    'ﬁ',
    'é',
    'e\u0301',
    'שלום',
    'צה"ל',
    "ג'",
    'สวัสดี',
    'ภาษาไทย',
    '한국어',
    '漢字',
    'かな',
  ],
  ...[
    'カタカナ',
    'ｶﾅ',
    'ー',
    '１２３',
    '٣٤',
    '٫',
    'नमस्ते',
    'မြန်မာ',
    'ខ្មែរ',
    '😀',
    '👍🏽',
    '👨‍👩‍👧',
    '🇩🇪',
    '🇩🇪🇫',
    '1️⃣',
  ],
  ...[
    '#⃣',
    '©',
    '™️',
    '❤️',
    '☝🏿',
    '\u200d',
    '\ufe0f',
    '\u00ad',
    '\u200b',
    '\ufeff',
    '🏴\u{e0067}\u{e0062}\u{e007f}',
  ],
];

/** Code points by word-break class, so that rare classes are met as often as common ones. */
const BY_CLASS: readonly (readonly number[])[] = groupByClass();

function groupByClass(): number[][] {
  const groups: number[][] = Array.from({ length: CLASSES }, () => []);
  for (let unit = 0; unit < 0x10000; unit += 1) {
    if (unit < 0xd800 || unit > 0xdfff) groups[BMP_CLASS[unit]!]!.push(unit);
  }
  for (
    let point = 0x10000;
    point < 0x110000;
    point += point > 0x30000 && point < 0xe0000 ? 97 : 1
  ) {
    groups[wordBreakClass(point)]!.push(point);
  }
  return groups;
}

type Random = (bound: number) => number;

const pick = <T>(random: Random, of: ArrayLike<T>): T => of[random(of.length)]!;

function repeat(random: Random, most: number, piece: () => string): string {
  return Array.from({ length: 1 + random(most) }, piece).join('');
}

const ofAnyClass = (random: Random): string =>
  String.fromCodePoint(pick(random, BY_CLASS[random(CLASSES)]!));
const ascii = (random: Random): string =>
  random(2) === 0 ? pick(random, 'abXYz019_') : pick(random, PUNCTUATION);
const anyCharacter = (random: Random): string => {
  const point = random(8) === 0 ? random(0x110000) : random(0x3000);
  return point >= 0xd800 && point <= 0xdfff ? ' ' : String.fromCodePoint(point);
};

/** Long words around the length at which tokens are cut. */
function long(random: Random): string {
  const filler = pick(random, [
    'a',
    '1',
    '_',
    'é',
    '漢',
    '한',
    '😀',
    '\u{1d400}',
    'a\u0301',
    'カ',
    'ก',
  ]);
  const length = Math.ceil((240 + random(30)) / filler.length);
  const tail = repeat(random, 12, () => (random(2) === 0 ? ofAnyClass(random) : ascii(random)));
  return `${filler.repeat(length)}${tail}${filler.repeat(random(300))}`;
}

/** One generated text; every kind of difficulty comes about as often as the next. */
export function generateText(random: Random): string {
  switch (random(20)) {
    case 0:
      return long(random);
    case 1:
    case 2:
    case 3:
    case 4:
      return repeat(random, 14, () => ascii(random));
    case 5:
    case 6:
    case 7:
      return repeat(random, 8, () => pick(random, WORDS) + pick(random, PUNCTUATION));
    case 8:
    case 9:
      return repeat(random, 6, () => pick(random, WORDS));
    case 10:
    case 11:
      return repeat(random, 20, () => anyCharacter(random));
    default:
      return repeat(random, 12, () => ofAnyClass(random));
  }
}

/** Tokens as they are stored: position, start, end, text. */
export type StoredToken = readonly [number, number, number, string];

export interface AnalyzedToken {
  readonly token: string;
  readonly start_offset: number;
  readonly end_offset: number;
  readonly position: number;
}

/** Asks `_analyze` of a running Elasticsearch for the tokens of each text. */
export async function analyzeLive(url: string, texts: readonly string[]): Promise<StoredToken[][]> {
  // Numbered separators keep the texts of one request apart: tokens count on from text to text.
  const response = await fetch(`${url}/_analyze`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ analyzer: 'standard', text: texts }),
  });
  const answer = (await response.json()) as { tokens?: AnalyzedToken[]; error?: unknown };
  if (!answer.tokens) throw new Error(`_analyze failed: ${JSON.stringify(answer.error)}`);
  return split(texts, answer.tokens);
}

/**
 * Between two texts of one request lie one character and, after a text with tokens, 100 positions.
 */
function split(texts: readonly string[], tokens: readonly AnalyzedToken[]): StoredToken[][] {
  let offset = 0;
  let at = 0;
  return texts.map((text) => {
    const own: StoredToken[] = [];
    const end = offset + text.length;
    const first = tokens[at]?.position ?? 0;
    for (; at < tokens.length && tokens[at]!.end_offset <= end; at += 1) {
      const token = tokens[at]!;
      own.push([
        token.position - first,
        token.start_offset - offset,
        token.end_offset - offset,
        token.token,
      ]);
    }
    offset = end + 1;
    return own;
  });
}

/** The tokens of estrom's own analyzer, in the stored form. */
export function analyzeOwn(text: string): StoredToken[] {
  return analyzeStandard(text).map((token) => [token.position, token.start, token.end, token.text]);
}
