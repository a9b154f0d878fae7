import type { AnalyzerChoice } from './analyzers.ts';

/** Analyzers that the golden tokens are made with: the built-in ones, and what settings make of them. */
export const CHOICES: readonly AnalyzerChoice[] = [
  'standard',
  'simple',
  'whitespace',
  'keyword',
  'stop',
  'english',
  { type: 'standard', max_token_length: 5 },
  { type: 'standard', max_token_length: 2 },
  { type: 'standard', stopwords: '_english_' },
  { type: 'standard', stopwords: ['foo', '_english_', 'BAR', 'x1'], max_token_length: 300 },
  { type: 'stop', stopwords: ['foo', 'bar'] },
  { type: 'stop', stopwords: '_none_' },
];

/** Texts with a name: each shows one thing that is easily missed. */
export const NAMED_TEXTS: Readonly<Record<string, string>> = {
  'an empty text': '',
  'white space alone': ' \t\n ',
  'no-break spaces are no white space': 'a\u00a0b\u2007c\u202fd\u3000e\u2003f\u0085g\u001ch',
  'stop words at both ends and in the middle': 'the quick of the foxes and the',
  'stop words alone': 'the of and',
  'possessives of three apostrophes': "Kings' king's King’S king＇s 's s's",
  stems:
    'caresses ponies ties caress cats feed agreed plastered motoring sing hopping falling happy sky',
  'long stems':
    'relational rationally organization vietnamization analogi possibly adjustable irreplaceable replacement controlling rolled',
  'short words': 'as is yes us by dy ee ss ing eed',
  'a word of 255': 'a'.repeat(255),
  'a word of 256': 'a'.repeat(256),
  'a word of 600': `${'ab'.repeat(300)}ing`,
  'a character of two units in place 255': `${'a'.repeat(254)}\u{10400}b`,
  'a character of two units in place 256': `${'a'.repeat(255)}\u{10400}b`,
  'letters above U+FFFF': '\u{10400}x\u{1d400}1\u{20000} \u{1f600}a\u{e0041}',
  'letters of Unicode 13 and of 14':
    'a\u{30000}b a\u{11000}b a\u08beb a\u{1df00}b a\ua7c0b \ua7c7\ua7d0',
  'capitals that Java 17 does not lower': '\u2c2fA \ua7c0A \u{10570}A \u{10d50}A \u1c89A',
  'capital letters': 'ÀÉ İI ΣΑΣ ẞ ǅ Ⅷ \u{10400} Ω K Å \u1c90',
  'digits and underscores': 'a1b2 x_y 1_000 ½ ² ٣٤',
};
