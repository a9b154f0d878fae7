const NONE = 0;
/** Behind a vowel that keeps an `e` from being a part of it. */
const VOWEL = 1;
/** Behind `a`, `o`, `u` that an `e` would make an umlaut. */
const UMLAUT = 2;

/** `ä`, `ö`, `ü` and `ae`, `oe`, `ue` become `a`, `o`, `u`, and `ß` becomes `ss`. */
export function normalGerman(word: string): string {
  let normal = '';
  let state = NONE;
  for (let at = 0; at < word.length; at += 1) {
    const letter = word[at]!;
    switch (letter) {
      case 'a':
      case 'o':
        normal += letter;
        state = UMLAUT;
        break;
      case 'u':
        normal += letter;
        state = state === NONE ? UMLAUT : VOWEL;
        break;
      case 'e':
        if (state !== UMLAUT) normal += letter;
        state = VOWEL;
        break;
      case 'ä':
      case 'ö':
      case 'ü':
        normal += letter === 'ä' ? 'a' : letter === 'ö' ? 'o' : 'u';
        state = VOWEL;
        break;
      case 'ß':
        normal += 'ss';
        state = NONE;
        break;
      default:
        normal += letter;
        state = letter === 'i' || letter === 'q' || letter === 'y' ? VOWEL : NONE;
    }
  }
  return normal;
}

const LETTERS: Readonly<Record<string, string>> = { ä: 'æ', Ä: 'Æ', ö: 'ø', Ö: 'Ø' };

/** One spelling of the letters that Danish, Norwegian and Swedish share, also where they are two. */
export function normalScandinavian(word: string): string {
  return word.replace(/[äÄöÖ]|[aA][aAoO]|[aA][eE]|[oO][eEoO]/g, (found) => {
    if (found.length === 1) return LETTERS[found]!;
    const [first, second] = found as unknown as [string, string];
    if (first === 'a' || first === 'A') {
      const isRing = second !== 'e' && second !== 'E';
      if (first === 'a') return isRing ? 'å' : 'æ';
      return isRing ? 'Å' : 'Æ';
    }
    return first === 'o' ? 'ø' : 'Ø';
  });
}

const PLAIN: Readonly<Record<string, string>> = {
  å: 'a',
  ä: 'a',
  æ: 'a',
  Å: 'A',
  Ä: 'A',
  Æ: 'A',
  ø: 'o',
  ö: 'o',
  Ø: 'O',
  Ö: 'O',
};

/** Those letters as plain vowels. */
export function foldedScandinavian(word: string): string {
  return word.replace(
    /[åäæÅÄÆøöØÖ]|[aA][aAeEoO]|[oO][eEoO]/g,
    (found) => PLAIN[found] ?? found[0]!,
  );
}

const FROM = 'абвгдежзжиjјклмнопрстћцчčćуфхшšž';
const TO = 'abvgdezzzijjklmnoprstcccccufhssz';
const DOUBLE: Readonly<Record<string, string>> = { ђ: 'dj', đ: 'dj', љ: 'lj', њ: 'nj', џ: 'dz' };

/** Serbian in Latin letters without marks. */
export function normalSerbian(word: string): string {
  return word.replace(/[^\0-\x7f]/g, (letter) => {
    const at = FROM.indexOf(letter);
    return at < 0 ? (DOUBLE[letter] ?? letter) : TO[at]!;
  });
}
