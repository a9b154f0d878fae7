import { endsWithAny, longestEnd, type Stem } from './stem.ts';

const VOWELS = 'aeiouõäöü';
const isVowel = (letter: string | undefined): boolean =>
  letter !== undefined && VOWELS.includes(letter);
const isPlainVowel = (stem: string): boolean => /[aeiuo]$/.test(stem);
const isLong = (stem: string): boolean => /(?:aa|ee|ii|oo|uu|ää|öö|üü|õõ)$/.test(stem);
const isOpen = (stem: string): boolean => isPlainVowel(stem) || isLong(stem);

/** What is left of a word before an ending, null where the ending stays. */
type Before = (stem: string) => string | null;

const gone: Before = (stem) => stem;
const when =
  (test: (stem: string) => boolean): Before =>
  (stem) =>
    test(stem) ? stem : null;
const by =
  (ending: string): Before =>
  (stem) =>
    stem + ending;

type Endings = ReadonlyMap<string, Before>;

const endings = (rows: readonly (readonly [string, Before])[]): Endings =>
  new Map(rows.flatMap(([all, before]) => all.split(' ').map((one) => [one, before] as const)));

const EMPHASIS = endings([
  ['gi', when((stem) => /[cjlmnqrvwxaeiouõäöü]$/.test(stem) && !isLong(stem))],
  ['ki', when((stem) => /[kptgbdshfšzž]$/.test(stem))],
]);
const VERBS = endings([
  ['nuksin nuksime nuksid nuksite ksin ksid ksime ksite mata takse dakse taks daks', gone],
  ['akse', by('a')],
  ['sime site sin', gone],
  ['me da n b', when((stem) => isVowel(stem.at(-1)))],
]);
const NOUNS = endings([
  ['lasse last lane lasi', by('lase')],
  ['misse mist mine misi', by('mise')],
  ['lisse list line lisi', by('lise')],
]);
const CASES = endings([['sse st le lt ga ks ta t s l', when(isOpen)]]);
const PLURALS = endings([
  ['ikkude ikke ike', by('iku')],
  ['sid', when((stem) => !isLong(stem))],
  [
    'te',
    (stem) => {
      if (stem.endsWith('t')) return null;
      if (stem.length < 4) return `${stem}t`;
      if (endsWithAny(stem, ['mis', 'las', 'lis'])) return `${stem}e`;
      return stem;
    },
  ],
  ['de d', when(isOpen)],
]);
const DEGREES = endings([
  ['mai m', when(isPlainVowel)],
  ['ma', gone],
]);
const PLURAL_I = endings([['i', when(isPlainVowel)]]);
const PARTICIPLES = endings([['nu tu du va', gone]]);

/** The Snowball stemmer for Estonian, which the library does not have. */
export const stemEstonian: Stem = (word) => {
  const exception = EXCEPTIONS.get(word);
  if (exception !== undefined) return exception;
  const region = regionOf(word);
  const plain = without(word, EMPHASIS, region) ?? word;
  const verb = without(plain, VERBS, region);
  let stem = verb ?? plain;
  if (verb === null)
    for (const rules of [NOUNS, CASES, PLURALS, DEGREES, PLURAL_I, PARTICIPLES])
      stem = without(stem, rules, region) ?? stem;
  return isVowel(stem.at(-1)) ? stem.replace(/([kpt])\1(.)$/, '$1$2') : stem;
};

/** Behind the first consonant behind a vowel. */
function regionOf(word: string): number {
  let at = 0;
  while (at < word.length && !isVowel(word[at])) at += 1;
  while (at < word.length && isVowel(word[at])) at += 1;
  return Math.min(at + 1, word.length);
}

function without(word: string, rules: Endings, region: number): string | null {
  const ending = longestEnd(word, rules, Math.min(7, word.length - region));
  if (ending === null) return null;
  const stem = word.slice(0, -ending.length);
  // Lucene does not know where a long word begins in this rule.
  if (rules === EMPHASIS && stem.length < 4) return null;
  return rules.get(ending)!(stem);
}

/** Forms of short verbs: stem, `=`, the forms. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map(
  `
joo=joon jood joob joote joome joovad jõin jõid jõi jõime jõite joomata juuakse joodakse juua jooma
saa=saan saad saab saate saame saavad saaksin saaksid saaks saaksite saaksime sain said sai saite saime saamata saadakse saadi saama saada
viima=viin viid viib viite viime viivad viiksin viiksid viiks viiksite viiksime viisin viisite viisime viimata viiakse viidi viima viia
keesi=keen keeb keed kees keeme keete keevad keeksin keeks keeksid keeksime keeksite keemata keema keeta keedakse
löö=löön lööd lööb lööme lööte löövad lööksin lööksid lööks lööksime lööksite löömata lüüakse löödakse löödi lööma lüüa
löi=lõin lõid lõi lõime lõite
loo=loon lood loob loome loote loovad looksin looksid looks looksime looksite loomata luuakse loodi luua looma
käisi=käin käib käid käis käime käite käivad käiksin käiks käiksid käiksime käiksite käimata käiakse käidi käia käima
söö=söön sööb sööd sööme sööte söövad sööksin sööks sööksid sööksime sööksite sõin sõi sõid sõime sõite söömata süüakse söödakse söödi sööma süüa
too=toon tood toob toote toome toovad tooksin tooksid tooks tooksite tooksime tõin tõid tõi tõime tõite toomata tuuakse toodi tooma tuua
võisi=võin võid võib võime võis võite võivad võiksin võiksid võiks võiksime võiksite võimata võidakse võidi võida võima
jääma=jään jääd jääb jääme jääte jäävad jääksin jääksid jääks jääksime jääksite jäime jäite jäin jäid jäi jäämata jäädakse jääda jääma jäädi
müüsi=müün müüd müüb müüs müüme müüte müüvad müüksin müüksid müüks müüksime müüksite müümata müüakse müüdi müüa müüma
luge=loeb loen loed loeme loete loevad loeks loeksin loeksid loeksime loeksite
põde=põen põeb põed põeme põete põevad põeksin põeks põeksid põeksime põeksite
ladu=laon laob laod laome laote laovad laoksin laoks laoksid laoksime laoksite
tegi=teeksin teeks teeksid teeksime teeksite teen teeb teed teeme teete teevad tegemata tehakse tehti tegema teha
nägi=näen näeb näed näeme näete näevad näeksin näeks näeksid näeksime näeksite nägemata nähakse nähti näha nägema
`
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [stem, forms] = line.split('=');
      return forms!.split(' ').map((form) => [form, stem!] as const);
    }),
);
