import { endsWithAny, folding, type Stem } from './stem.ts';

const plain = folding('àáâäã a, òóôöõ o, èéêë e, ùúûü u, ìíîï i, ç c');

/** Savoy's light stemmer for Portuguese, as Lucene has it. */
export const stemPortugueseLight: Stem = (word) => {
  if (word.length < 4) return word;
  let stem = singular(word);
  if (stem.length > 3 && stem.endsWith('a')) stem = masculine(stem);
  if (stem.length > 4 && /[eao]$/.test(stem)) stem = stem.slice(0, -1);
  return plain(stem);
};

function singular(word: string): string {
  const { length } = word;
  if (length > 4 && /[rslz]es$/.test(word)) return word.slice(0, -2);
  if (length > 3 && word.endsWith('ns')) return `${word.slice(0, -2)}m`;
  if (length > 4) {
    if (/[eé]is$/.test(word)) return `${word.slice(0, -3)}el`;
    if (word.endsWith('ais')) return `${word.slice(0, -3)}al`;
    if (word.endsWith('óis')) return `${word.slice(0, -3)}ol`;
    if (word.endsWith('is')) return `${word.slice(0, -1)}l`;
  }
  if (length > 3 && /[õã]es$/.test(word)) return `${word.slice(0, -3)}ão`;
  if (length > 6 && word.endsWith('mente')) return word.slice(0, -5);
  return length > 3 && word.endsWith('s') ? word.slice(0, -1) : word;
}

function masculine(word: string): string {
  if (word.length > 7 && endsWithAny(word, ['inha', 'iaca', 'eira']))
    return `${word.slice(0, -1)}o`;
  if (word.length <= 6) return word;
  if (endsWithAny(word, ['osa', 'ica', 'ida', 'ada', 'iva', 'ama'])) return `${word.slice(0, -1)}o`;
  if (word.endsWith('ona')) return `${word.slice(0, -3)}ão`;
  if (word.endsWith('ora')) return word.slice(0, -1);
  if (word.endsWith('esa')) return `${word.slice(0, -3)}ês`;
  return word.endsWith('na') ? `${word.slice(0, -1)}o` : word;
}
