import { folding, type Stem } from './stem.ts';

const plain = folding('á a, ëé e, í i, óőõö o, úűũûü u');

type Rules = readonly (readonly [over: number, ending: RegExp, cut: number])[];

const V = 'aeiouy';
const CASES: Rules = [
  [6, /kent$/, 4],
  [5, /(?:nak|nek|val|vel|ert|rol|ban|ben|bol|nal|nel|hoz|hez|tol)$/, 3],
  [5, new RegExp(`([^${V}])\\1[ae]l$`, 's'), 3],
  [4, /(?:at|et|ot|va|ve|ra|re|ba|be|ul|ig)$/, 2],
  [4, new RegExp(`[^${V}][oe]n$`, 's'), 2],
  [4, /[tn]$/, 1],
  [4, new RegExp(`([^${V}])\\1[ae]$`, 's'), 2],
];
const POSSESSIVES: Rules = [
  [6, new RegExp(`[^${V}](?:atok|otok|etek)$`, 's'), 4],
  [6, /it[eo]k$/, 4],
  [5, new RegExp(`[^${V}](?:unk|tok|tek)$`, 's'), 3],
  [5, new RegExp(`[${V}]juk$`), 3],
  [5, /ink$/, 3],
  [4, new RegExp(`[^${V}](?:am|em|om|ad|ed|od|uk)$`, 's'), 2],
  [4, new RegExp(`[${V}](?:nk|ja|je)$`), 2],
  [4, /i[mdk]$/, 2],
  [3, new RegExp(`[^${V}][ae]$`, 's'), 1],
  [3, new RegExp(`[${V}][md]$`), 1],
  [3, /i$/, 1],
];
const PLURALS: Rules = [
  [4, /[aoe]k$/, 2],
  [3, /k$/, 1],
];

/** Savoy's light stemmer for Hungarian, as Lucene has it. */
export const stemHungarianLight: Stem = (word) => {
  const stem = cut(cut(cut(plain(word), CASES), POSSESSIVES), PLURALS);
  return stem.length > 3 && /[aeio]$/.test(stem) ? stem.slice(0, -1) : stem;
};

function cut(word: string, rules: Rules): string {
  for (const [over, ending, units] of rules)
    if (word.length > over && ending.test(word)) return word.slice(0, -units);
  return word;
}
