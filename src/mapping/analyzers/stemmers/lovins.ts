import { longestEnd, type Stem } from './stem.ts';

/** What must be before an ending: at least so many units, and one of these ends, or none of those. */
const CONDITIONS: Readonly<Record<string, readonly [least: number, ends?: RegExp]>> = {
  A: [2],
  B: [3],
  C: [4],
  D: [5],
  E: [2, /[^e]$/],
  F: [3, /[^e]$/],
  G: [3, /f$/],
  H: [2, /(?:t|ll)$/],
  I: [2, /[^oe]$/],
  J: [2, /[^ae]$/],
  K: [3, /(?:l|i|u.e)$/s],
  L: [2, /(?:[^uxs]|os)$/],
  M: [2, /[^acem]$/],
  N: [3, /(?:[^s]..|.s..)$/s],
  O: [2, /[li]$/],
  P: [2, /[^c]$/],
  Q: [3, /[^ln]$/],
  R: [2, /[nr]$/],
  S: [2, /(?:dr|[^t]t)$/],
  T: [2, /(?:s|[^o]t)$/],
  U: [2, /[lmnr]$/],
  V: [2, /c$/],
  W: [2, /[^su]$/],
  X: [2, /(?:l|i|u.e)$/s],
  Y: [2, /in$/],
  Z: [2, /[^f]$/],
  AA: [2, /(?:d|f|ph|th|l|er|or|es|t)$/],
  BB: [3, /(?<!met|ryst)$/],
  CC: [2, /l$/],
};

/** Lovins' endings, by the condition that each has. */
const BY_CONDITION: Readonly<Record<string, string>> = {
  A: `
    's a ability able ableness ably aceous acies acity acy ae aic aical aically alist alities
    ality alize alness ancial ancies antaneous antiality antialness arial aric aries arily
    arisation arisations ariser aristic arizability arizable arization arizations arize arized
    arizer arizing aroid ata atable ate ately ateness ates atingly ative atively ativeness atives
    ativism ator ators atory e eful efully ehood eity eless elity ement ence enced ences encible
    encies encing ency ental entally entation entations ential entiality entialize entially
    entialness entials entiate entiation entist ently entness eous eously eousness ese ful fully
    fulness hood i ia ial ialist iality ialize ially ials ian ians ibility ible ibleness ibly ic
    ical icalism icalist icality icalize ically icalness icance icant ician icianry icians icide
    icism icist icists icity ics ied iedly ier iers iful ifully ihood ily inate ination iness
    ingness ional ionalism ionality ionalize ionally ionalness ionals ioned ioning ionist ious
    iously iousness is isation ished ishness ist istic istical istically istics ists iteness ities
    itous itousness ity ium ive ively iveness ivistic ivities ivity izability izational izations
    izement less lessly lessness lily ness nesses o ogen oid oidal oidally oides oidism otide ous
    ously ousness s' ward wise yish`,
  B: `
    acious age ages aging alism alistic alistically ally ance anced ances ancing ancy ant ants
    arity as atic ation ational ationally ations ingly ions ism isms izationally ly y ying`,
  C: 'allically antic ent ented enting ish',
  D: 'ionate',
  E: 'ariness ature eableness ed edly elihood ely ene ened eness ening enly ery es izable',
  F: 'ary en ization ize ized izer izers izing',
  G: 'action ication',
  H: 'itic',
  I: 'ated ating idine',
  J: 'inism',
  K: 'arly',
  L: 'ide ides',
  M: 'ine ines',
  N: 'ing ings',
  O: 'ars',
  P: 'ies',
  Q: 'ion',
  R: 'one yl',
  S: 'on',
  T: 'or',
  U: 'um',
  V: 'us',
  W: 's',
  X: 'ar',
  Y: 'eal ealy ear early',
  Z: 'eature',
  AA: 'ite',
  BB: 'al allic als',
  CC: 'inity',
};

const ENDINGS = new Map(
  Object.entries(BY_CONDITION).flatMap(([condition, endings]) =>
    endings
      .trim()
      .split(/\s+/)
      .map((ending) => [ending, CONDITIONS[condition]!] as const),
  ),
);
const LONGEST = 11;

/** What a stem's end is respelt to; some not behind some letters. */
const RESPELT: ReadonlyMap<string, readonly [by: string, notBehind: string | undefined]> = new Map(
  (
    'iev=ief uct=uc umpt=um rpt=rb urs=ur istr=ister metr=meter olv=olut ul=l=aio bex=bic dex=dic pex=pic tex=tic ' +
    'ax=ac ex=ec ix=ic lux=luc uad=uas vad=vas cid=cis lid=lis erid=eris pand=pans end=ens=s ond=ons lud=lus ' +
    'rud=rus her=hes=pt mit=mis ent=ens=m ert=ers et=es=n yt=ys yz=ys'
  )
    .split(' ')
    .map((rule) => rule.split('='))
    .map(([end, by, notBehind]) => [end!, [by!, notBehind] as const]),
);

/** Lovins' stemmer for English, as Snowball has it. */
export const stemLovins: Stem = (word) => {
  const stem = withoutEnding(word);
  const single = /([bdglmnprst])\1$/.test(stem) ? stem.slice(0, -1) : stem;
  const end = longestEnd(single, RESPELT, 4);
  if (end === null) return single;
  const [by, notBehind = ''] = RESPELT.get(end)!;
  const begin = single.slice(0, -end.length);
  return begin !== '' && notBehind.includes(begin.at(-1)!) ? single : begin + by;
};

/** The longest of the endings that may go here goes. */
function withoutEnding(word: string): string {
  for (let length = Math.min(LONGEST, word.length); length > 0; length -= 1) {
    const condition = ENDINGS.get(word.slice(-length));
    if (condition === undefined) continue;
    const stem = word.slice(0, -length);
    const [least, ends] = condition;
    if (stem.length >= least && (ends === undefined || ends.test(stem))) return stem;
  }
  return word;
}
