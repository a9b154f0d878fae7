import { LANGUAGE_NAMES } from '../mapping/analyzers/languages.ts';
import { ANALYZER_NAMES, analyzerNamed } from '../mapping/analyzers/named.ts';
import { stemOf } from '../mapping/analyzers/porter-stemmer.ts';
import { ENGLISH_STOP_WORDS } from '../mapping/analyzers/stop-words.ts';
import { BUILT_IN_ANALYZERS } from '../mapping/explicit/index-analysis.ts';
import { textAt, unsupported } from './dsl/dsl-reader.ts';
import { used } from './parameters.ts';

/** Those of languages have a list of their own. */
const PLAIN_NAMES = ANALYZER_NAMES.filter((name) => !LANGUAGE_NAMES.includes(name));

/** An analyzer that a query names instead of those that fields have. */
export const analyzer = used(
  (value: unknown, path: string) => {
    const name = textAt(value, path);
    if (!isBuiltIn(name) && BUILT_IN_ANALYZERS.has(name)) {
      throw unsupported(
        path,
        `the analyzer [${name}]`,
        `there are ${ANALYZER_NAMES.join(', ')}, and those that the settings of an index define`,
      );
    }
    return name;
  },
  `${PLAIN_NAMES.map((name) => `\`${name}\``).join(', ')}, one of a [language](mappings.md#languages), or one that the settings of the index define`,
);

/** Letters and digits of any script: no analyser leaves nothing of them. Of the rest the engine knows. */
const WORD = /[\p{L}\p{N}]/u;

/**
 * Whether an analyzer may find no token in a text.
 * @param name of the analyzer; undefined is that of a field, of which stop words are no matter here
 */
export function mayBeWordless(text: string, name: string | undefined): boolean {
  const known = name !== undefined && isBuiltIn(name) ? analyzerNamed(name) : null;
  return known === null ? !WORD.test(text) : known.analyze(text).length === 0;
}

/** Whether the name says what the analyzer does, unless an index gives it to another one. */
export function isBuiltIn(name: string): boolean {
  return ANALYZER_NAMES.includes(name);
}

/** One token to every analyser, which is the text itself but for capitals. */
export function isPlainToken(text: string): boolean {
  const word = text.toLowerCase();
  return /^[a-z0-9]*$/.test(word) && stemOf(word) === word && !ENGLISH_STOP_WORDS.has(word);
}
