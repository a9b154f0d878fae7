/**
 * Asks a running Elasticsearch what the analyzers of languages and their stemmers make of generated texts and
 * words: `node test/golden/make-languages.ts --elasticsearch http://127.0.0.1:9200` writes `languages.json`.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { analyzedLive } from './analyzers.ts';
import {
  LANGUAGE_ANALYZERS,
  languageText,
  STEMMERS,
  wordFor,
  wordsWithEndings,
} from './language-texts.ts';
import { filteredLive } from './languages.ts';
import { ElasticsearchServer } from './server.ts';
import { randomNumbers } from './strings.ts';

const { values } = parseArgs({
  options: { elasticsearch: { type: 'string', default: 'http://127.0.0.1:9200' } },
});

const TEXTS = 20;
const WORDS = 50;
const server = new ElasticsearchServer(values.elasticsearch);
const random = randomNumbers(20_261_122);

const texts: string[] = [];
for (const language of LANGUAGE_ANALYZERS) {
  const some = Array.from({ length: TEXTS }, () => languageText(language, random));
  const answers = await analyzedLive(values.elasticsearch, language, some);
  some.forEach((text, at) => {
    texts.push(JSON.stringify([language, text, ...answers[at]!]));
  });
}
const stems: string[] = [];
for (const [name, language] of Object.entries(STEMMERS)) {
  const more = Array.from({ length: WORDS }, () => wordFor(language, random));
  const words = [...wordsWithEndings(language, random), ...more];
  const answers = await filteredLive(server, { type: 'stemmer', language: name }, words);
  stems.push(JSON.stringify([name, words, answers]));
}
const lines = (of: readonly string[]): string => `[\n${of.join(',\n')}\n]`;
await writeFile(
  new URL('languages.json', import.meta.url),
  `{"texts":${lines(texts)},\n"stems":${lines(stems)}}\n`,
);
console.log(`${texts.length} texts, ${stems.length} stemmers`);
