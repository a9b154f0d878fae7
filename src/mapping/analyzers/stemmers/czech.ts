import { cutEnd, cuts, endsWithAny, type Stem } from './stem.ts';

const CASES = cuts([
  [7, 5, 'atech'],
  [6, 4, 'ětem etem atům'],
  [
    5,
    3,
    'ech ich ích ého ěmi emi ému ěte ete ěti eti ího iho ími ímu imu ách ata aty ých ama ami ové ovi ými',
  ],
  [4, 2, 'em es ém ím ům at ám os us ým mi ou'],
  [3, 1, 'a e i o u ů y á é í ý ě'],
]);

/** The light stemmer for Czech by Dolamic and Savoy, as Lucene has it. */
export const stemCzech: Stem = (word) => {
  let stem = cutEnd(word, CASES);
  if (stem.length > 5 && endsWithAny(stem, ['ov', 'in', 'ův'])) stem = stem.slice(0, -2);
  return unsoftened(stem);
};

function unsoftened(stem: string): string {
  if (stem.endsWith('čt')) return `${stem.slice(0, -2)}ck`;
  if (stem.endsWith('št')) return `${stem.slice(0, -2)}sk`;
  if (/[cč]$/.test(stem)) return `${stem.slice(0, -1)}k`;
  if (/[zž]$/.test(stem)) return `${stem.slice(0, -1)}h`;
  const { length } = stem;
  if (length > 1 && stem[length - 2] === 'e') return stem.slice(0, -2) + stem[length - 1];
  if (length > 2 && stem[length - 2] === 'ů') return `${stem.slice(0, -2)}o${stem[length - 1]}`;
  return stem;
}
