const HARAKAT = /[\u0640\u064b-\u0652]/g;

/** Alef without hamza, yeh with dots, heh for teh marbuta; no harakat and tatweel. */
export function normalArabic(word: string): string {
  return word
    .replace(HARAKAT, '')
    .replace(/[\u0622\u0623\u0625]/g, '\u0627')
    .replaceAll('\u0649', '\u064a')
    .replaceAll('\u0629', '\u0647');
}

/** Arabic letters for the Persian yeh, kaf and heh. */
export function normalPersian(word: string): string {
  return word
    .replaceAll('\u0654', '')
    .replace(/[\u06cc\u06d2]/g, '\u064a')
    .replaceAll('\u06a9', '\u0643')
    .replace(/[\u06c0\u06c1]/g, '\u0647');
}

/** Unicode's formatting characters: joiners, marks of direction. */
const FORMAT = /\p{Cf}/u;

/** One spelling of yeh, kaf, heh, reh and the vowel ae in Sorani. */
export function normalSorani(word: string): string {
  let normal = '';
  for (let at = 0; at < word.length; at += 1) {
    const letter = word[at]!;
    switch (letter) {
      case '\u064a':
      case '\u0649':
        normal += '\u06cc';
        break;
      case '\u0643':
        normal += '\u06a9';
        break;
      case '\u200c':
        if (normal.endsWith('\u0647')) normal = `${normal.slice(0, -1)}\u06d5`;
        break;
      case '\u0647':
        normal += at === word.length - 1 ? '\u06d5' : letter;
        break;
      case '\u0629':
        normal += '\u06d5';
        break;
      case '\u06be':
        normal += '\u0647';
        break;
      case '\u0631':
        normal += normal === '' ? '\u0695' : letter;
        break;
      case '\u0692':
        normal += '\u0695';
        break;
      default:
        if (!/[\u0640\u064b-\u0652]/.test(letter) && !FORMAT.test(letter)) normal += letter;
    }
  }
  return normal;
}
