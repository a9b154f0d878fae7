import { longestEnd, type Stem } from './stem.ts';

const isVowel = (letter: string): boolean => 'aeiyouąęįųėū'.includes(letter);

/** Cases, persons, tenses; two are there twice, misspelt as well, as they are in Lucene. */
const ENDINGS: ReadonlySet<string> = new Set(
  (
    'as ias is ys o io ui iui ą ią į u iu e yje y au i an ai iai ų ių ams am iams iam us ius ais iais uose iuose uos ' +
    'iuos uosna iuosna ysna asis aisi osi ųsi uisi ąsi usi esi uo a ia os ios oj oje ioje osna iosna om oms ioms omis ' +
    'iomis ose iose on ion ė ės ei ę ėj ėje ėms es ėmis ėse ėsna ėn aus iaus umi iumi uje iuje iau ūs ums umis un iun ' +
    'ies ens enio eniui enį imi eniu enyje ie enie enys ims enims enis imis enimis yse enyse iem iems ame iame uosi ' +
    'eria eriai erie erimi erims ers eryje erys eryse erį erų ' +
    'iuosi iesi asi iasi amės iamės at ate iat iate atės iatės isi im imės it ite ome ot ote ėjo ėjosi otės ot\u00c4\u0097s eisi ėsi ėm ' +
    'ėme ėmės ėt ėte ėtės ausi omės om\u00c4\u0097s siu siuosi si siesi s ysis sim sime sit site čiau čiausi tum tumei tumeis tumeisi ' +
    'tųsi tumėm tumėme tumėmės tute tumėt tumėte tumėtės k ki kimės uoti iuoti auti iauti oti ioti ėti yti inti inėti ' +
    'enti telėti terėti ti ąs iąs įs tųs simės sitės kite'
  ).split(' '),
);

/** What stands between the stem and the ending. */
const SUFFIXES: ReadonlySet<string> = new Set(
  (
    'ing išk ėt ot uot iuot yt iuk iul ėl yl učiuk uliuk utėait ok iok sv šv zgan op iop ain ykšt ykšč esn aus iaus ias ' +
    'oj ioj aj iaj ąj iąj uoj iuoj iej ųj iųj ies uos iuos ais iais os ios ąs iąs dav ant iant int ėj ę ėję ęs siant dam ' +
    'auj jam iau am'
  ).split(' '),
);

/** Endings that mean something else in some words. */
const CONFLICTS: ReadonlyMap<string, string> = new Map([
  ['aite', 'aitė'],
  ['aitės', 'aitė'],
  ['uotės', 'uotė'],
  ['uote', 'uotė'],
  ['ėjime', 'ėjimas'],
  ['esiu', 'esys'],
  ['asius', 'asys'],
  ['avime', 'avimas'],
  ['ojime', 'ojimas'],
  ['okatės', 'okatė'],
  ['okate', 'okatė'],
]);
const CONFLICTING: ReadonlySet<string> = new Set(CONFLICTS.keys());

/** The Snowball stemmer for Lithuanian, which the library does not have. */
export const stemLithuanian: Stem = (word) => {
  const region = regionOf(word);
  const conflict = longestEnd(word, CONFLICTING, 6);
  let stem = conflict === null ? word : word.slice(0, -conflict.length) + CONFLICTS.get(conflict)!;
  stem = hardened(without(stem, ENDINGS, region));
  for (;;) {
    const shorter = without(stem, SUFFIXES, region);
    if (shorter === stem) break;
    stem = shorter;
  }
  stem = hardened(stem);
  return stem.endsWith('gd') ? stem.slice(0, -1) : stem;
};

/** Behind the first consonant behind a vowel; a first `a-` of longer words is not looked at. */
function regionOf(word: string): number {
  let at = word.startsWith('a') && word.length > 6 ? 1 : 0;
  while (at < word.length && !isVowel(word[at]!)) at += 1;
  while (at < word.length && isVowel(word[at]!)) at += 1;
  return Math.min(at + 1, word.length);
}

function without(word: string, endings: ReadonlySet<string>, region: number): string {
  const ending = longestEnd(word, endings, Math.min(8, word.length - region));
  return ending === null ? word : word.slice(0, -ending.length);
}

function hardened(word: string): string {
  if (word.endsWith('č')) return `${word.slice(0, -1)}t`;
  return word.endsWith('dž') ? word.slice(0, -1) : word;
}
