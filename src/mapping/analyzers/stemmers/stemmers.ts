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
  dutch_kp: ['dutch-kp', 'stemDutchKp'],
  estonian: ['estonian', 'stemEstonian'],
  galician: ['galician', 'stemGalician'],
  german2: ['german2', 'stemGerman2'],
  greek: ['greek', 'stemGreek'],
  hindi: ['hindi', 'stemHindi'],
  indonesian: ['indonesian', 'stemIndonesianWhole'],
  latvian: ['latvian', 'stemLatvian'],
  light_english: ['kstem', 'stemKrovetz'],
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
  lovins: ['lovins', 'stemLovins'],
  minimal_english: ['english-minimal', 'stemEnglishMinimal'],
  minimal_french: ['french-minimal', 'stemFrenchMinimal'],
  minimal_galician: ['galician', 'stemGalicianMinimal'],
  minimal_german: ['german-minimal', 'stemGermanMinimal'],
  minimal_norwegian: ['norwegian', 'stemNorwegianMinimal'],
  minimal_nynorsk: ['norwegian', 'stemNynorskMinimal'],
  minimal_portuguese: ['portuguese-rslp', 'stemPortugueseMinimal'],
  portuguese_rslp: ['portuguese-rslp', 'stemPortugueseRslp'],
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
const ALIASES: Readonly<Record<string, string>> = {
  dutchkp: 'dutch_kp',
  kp: 'dutch_kp',
  kstem: 'light_english',
  light_finish: 'light_finnish',
};

/** Stemmers of Snowball in files here, by what their class in Lucene begins with. */
const OWN_SNOWBALL: Readonly<Record<string, string>> = {
  Estonian: 'estonian',
  German2: 'german2',
  Kp: 'dutch_kp',
  Lithuanian: 'lithuanian',
  Lovins: 'lovins',
};

/** The stemmer of the filter `german_stem`, which `stemmer` has no name for. */
export function germanStemmer(): Stem {
  return ownModule('stemmers/german-stem')['stemGermanCaumanns'] as Stem;
}

/** The stemmer that the filter `stemmer` calls so, in any case; undefined for none that is here. */
export function stemmerOf(language: string): Stem | undefined {
  const lower = language.toLowerCase();
  // `lightFrench` is `light_french`; Elasticsearch has no `minimalGalician`.
  const spaced = lower.replace(/^(light|minimal)(?!_|galician)/, '$1_');
  const name = ALIASES[spaced] ?? spaced;
  if (Object.hasOwn(OWN, name)) {
    const [file, exported] = OWN[name]!;
    return ownModule(`stemmers/${file}`)[exported] as Stem;
  }
  return Object.hasOwn(SNOWBALL, name) ? snowballStemmer(SNOWBALL[name]!) : undefined;
}

/** The Snowball stemmer whose class in Lucene begins so, such as `French`; undefined for none that is here. */
export function snowballOf(name: string): Stem | undefined {
  if (Object.hasOwn(OWN_SNOWBALL, name)) return stemmerOf(OWN_SNOWBALL[name]!);
  const language = name.toLowerCase();
  const isHere =
    language === 'english' || language === 'arabic' || Object.hasOwn(SNOWBALL, language);
  const isName = name === language.charAt(0).toUpperCase() + language.slice(1);
  return isHere && isName && language !== 'porter2' ? snowballStemmer(language) : undefined;
}
