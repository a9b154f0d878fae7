/** Writing systems by their first code points, with a letter of the table below for each. */
const SCRIPTS = 'DBGJOTLKM';
const FIRST = 0x900;
const SIZE = 0x80;

/**
 * What two or three characters become, as offsets in a script, and the scripts of which it is so: Devanagari,
 * Bengali, Gurmukhi, Gujarati (J), Oriya, Tamil, Telugu (L), Kannada, Malayalam. `Z` is the zero-width joiner.
 */
const COMPOSED = `
05 3e 45=11DJ 05 3e 46=12D 05 3e 47=13DJ 05 3e 48=14DJ 05 3e=06DBGJO 05 45=72D 05 45=0dJ 05 46=04D
05 47=0fJ 05 48=10GJ 05 49=11DJ 05 4a=12D 05 4b=13DJ 05 4c=14DGJ 06 45=11DJ 06 46=12D 06 47=13DJ
06 48=14DJ 07 57=08M 09 41=0aD 09 57=0aTM 0e 46=10M 0f 45=0dD 0f 46=0eD 0f 47=10D 0f 57=10O
12 3e=13M 12 4c=14LK 12 55=13L 12 57=14TM 13 57=14O 15 3c=58D 16 3c=59DG 17 3c=5aDG 1c 3c=5bDG
21 3c=5cDBO 22 3c=5dDBO 23 4d Z=7aM 24 4d Z=4eB 28 3c=29D 28 4d Z=7bM 2b 3c=5eDG 2f 3c=5fDB
2c 41 41=0bL 30 3c=31D 30 4d Z=7cM 32 4d Z=7dM 33 3c=34D 33 4d Z=7eM 35 41=2eL 3e 45=49DJ
3e 46=4aD 3e 47=4bDJ 3e 48=4cDJ 3f 55=40K 41 41=42G 46 3e=4aTM 46 42 55=4bK 46 42=4aK 46 46=48M
46 55=47LK 46 56=48LK 46 57=4cTM 47 3e=4bBOTM 47 57=4cBO 4a 55=4bK 72 3f=07G 72 40=08G 72 47=0fG
73 41=09G 73 42=0aG 73 4b=13G`;

const ZERO_WIDTH_JOINER = '\u200d';

interface Composition {
  readonly of: string;
  readonly by: string;
}

/** By the first character, in the order in which they are tried. */
const compositions = new Map<string, Composition[]>();

for (const [, parts, result, scripts] of COMPOSED.matchAll(
  /([0-9a-fZ]{1,2}(?: [0-9a-fZ]{1,2})+)=(\w\w)([A-Z]+)/g,
)) {
  for (const script of scripts!) {
    const base = FIRST + SCRIPTS.indexOf(script) * SIZE;
    const character = (offset: string): string =>
      offset === 'Z' ? ZERO_WIDTH_JOINER : String.fromCharCode(base + Number.parseInt(offset, 16));
    const of = parts!.split(' ').map(character).join('');
    const known = compositions.get(of[0]!) ?? [];
    compositions.set(of[0]!, [...known, { of, by: character(result!) }]);
  }
}

/** One spelling of what scripts of India can write in several. */
export function normalIndic(word: string): string {
  let normal = '';
  for (let at = 0; at < word.length; ) {
    const letter = word[at]!;
    const found = compositions.get(letter)?.find(({ of }) => word.startsWith(of, at));
    normal += found?.by ?? letter;
    at += found?.of.length ?? 1;
  }
  return normal;
}

/** Letters of Hindi with others that they are spelt for; none: they go. */
const HINDI: ReadonlyMap<string, string> = new Map(
  (
    '901>902 93c> 929>928 931>930 934>933 958>915 959>916 95a>917 95b>91c 95c>921 95d>922 95e>92b 95f>92f 200d> ' +
    '200c> 94d> 945>947 946>947 949>94b 94a>94b 90d>90f 90e>90f 911>913 912>913 972>905 906>905 908>907 90a>909 ' +
    '960>90b 961>90c 910>90f 914>913 940>93f 942>941 944>943 963>962 948>947 94c>94b'
  )
    .split(' ')
    .map(
      (pair) => pair.split('>').map((code) => (code === '' ? '' : unit(code))) as [string, string],
    ),
);

function unit(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16));
}

/** Hindi without what many leave out: nukta, virama, long vowels, chandrabindu. */
export function normalHindi(word: string): string {
  return word
    .replaceAll('\u0928\u094d', '\u0902')
    .replace(/[\u0901-\u0972\u200c\u200d]/g, (letter) => HINDI.get(letter) ?? letter);
}
