import { ownModule } from '../own-modules.ts';
import { snowballStemmer } from './snowball.ts';
import type { Stem } from './stem.ts';

/** Stemmers of files here, by the name that the filter `stemmer` has for them: file and export. */
const OWN: Readonly<Record<string, readonly [file: string, name: string]>> = {
  arabic: ['arabic', 'stemArabic'],
  bengali: ['bengali', 'stemBengali'],
  brazilian: ['brazilian', 'stemBrazilian'],
  bulgarian: ['bulgarian', 'stemBulgarian'],
  czech: ['czech', 'stemCzech'],
  estonian: ['estonian', 'stemEstonian'],
  greek: ['greek', 'stemGreek'],
  hindi: ['hindi', 'stemHindi'],
  indonesian: ['indonesian', 'stemIndonesianWhole'],
  latvian: ['latvian', 'stemLatvian'],
  light_finnish: ['finnish-light', 'stemFinnishLight'],
  light_french: ['french-light', 'stemFrenchLight'],
  light_german: ['german-light', 'stemGermanLight'],
  light_hungarian: ['hungarian-light', 'stemHungarianLight'],
  light_italian: ['italian-light', 'stemItalianLight'],
  light_norwegian: ['norwegian', 'stemNorwegianLight'],
  light_nynorsk: ['norwegian', 'stemNynorskLight'],
  light_portuguese: ['portuguese-light', 'stemPortugueseLight'],
  light_russian: ['russian-light', 'stemRussianLight'],
  light_spanish: ['spanish-light', 'stemSpanishLight'],
  light_swedish: ['swedish-light', 'stemSwedishLight'],
  lithuanian: ['lithuanian', 'stemLithuanian'],
  minimal_english: ['english-minimal', 'stemEnglishMinimal'],
  minimal_french: ['french-minimal', 'stemFrenchMinimal'],
  minimal_german: ['german-minimal', 'stemGermanMinimal'],
  minimal_norwegian: ['norwegian', 'stemNorwegianMinimal'],
  minimal_nynorsk: ['norwegian', 'stemNynorskMinimal'],
  sorani: ['sorani', 'stemSorani'],
};

/** Stemmers of the Snowball library, by the name that the filter `stemmer` has for them. */
const SNOWBALL: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    (
      'armenian basque catalan danish dutch finnish french german hungarian irish italian norwegian portuguese ' +
      'romanian russian spanish swedish turkish'
    )
      .split(' ')
      .map((language) => [language, language]),
  ),
  porter2: 'english',
};

/** Names that Elasticsearch has for them as well. */
const ALIASES: Readonly<Record<string, string>> = { light_finish: 'light_finnish' };

/** Stemmers that Elasticsearch has and estrom has not. */
export const OTHER_STEMMERS: ReadonlySet<string> = new Set(
  (
    'dutch_kp dutchkp kp light_english lightenglish kstem lovins galician minimal_galician german2 ' +
    'minimal_portuguese minimalportuguese portuguese_rslp'
  ).split(' '),
);

/** The stemmer that the filter `stemmer` calls so, in any case; undefined for none that is here. */
export function stemmerOf(language: string): Stem | undefined {
  const lower = language.toLowerCase();
  // `lightFrench` is `light_french`.
  const spaced = lower.replace(/^(light|minimal)(?!_)/, '$1_');
  const name = ALIASES[spaced] ?? spaced;
  if (Object.hasOwn(OWN, name)) {
    const [file, exported] = OWN[name]!;
    return ownModule(`stemmers/${file}`)[exported] as Stem;
  }
  return Object.hasOwn(SNOWBALL, name) ? snowballStemmer(SNOWBALL[name]!) : undefined;
}

/** The Snowball stemmer whose class in Lucene begins so, such as `French`; undefined for none that is here. */
export function snowballOf(name: string): Stem | undefined {
  if (name === 'Estonian' || name === 'Lithuanian') return stemmerOf(name);
  const language = name.toLowerCase();
  const isHere =
    language === 'english' || language === 'arabic' || Object.hasOwn(SNOWBALL, language);
  const isName = name === language.charAt(0).toUpperCase() + language.slice(1);
  return isHere && isName && language !== 'porter2' ? snowballStemmer(language) : undefined;
}
