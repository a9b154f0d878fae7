import { ownModule } from '../own-modules.ts';
import { mapTexts } from '../token-stream.ts';
import type { FilterSpec } from './token-filter.ts';

type Normalization = (word: string) => string;

/** Changes words by a function of a file that is loaded with the first such filter. */
function normalization(file: string, name: string, leavesMarked = false): FilterSpec {
  return {
    parameters: {},
    normalizes: true,
    build() {
      const normal = ownModule(`normalizations/${file}`)[name] as Normalization;
      return {
        filter: (stream) =>
          mapTexts(stream, (word, { keyword }) => (leavesMarked && keyword ? word : normal(word))),
      };
    },
  };
}

export const arabicNormalization = normalization('arabic-script', 'normalArabic');
export const persianNormalization = normalization('arabic-script', 'normalPersian');
export const soraniNormalization = normalization('arabic-script', 'normalSorani');
export const bengaliNormalization = normalization('bengali', 'normalBengali', true);
export const hindiNormalization = normalization('indic', 'normalHindi', true);
export const indicNormalization = normalization('indic', 'normalIndic');
export const germanNormalization = normalization('european', 'normalGerman');
export const scandinavianNormalization = normalization('european', 'normalScandinavian');
export const scandinavianFolding = normalization('european', 'foldedScandinavian');
export const serbianNormalization = normalization('european', 'normalSerbian');
