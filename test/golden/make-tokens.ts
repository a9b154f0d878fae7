/**
 * Asks a running Elasticsearch how its standard analyzer splits 3,000 generated texts and writes the
 * answers to `tokens.json`: `node test/golden/make-tokens.ts --elasticsearch http://127.0.0.1:9200`
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { analyzeLive, generateText, randomNumbers } from './strings.ts';

const { values } = parseArgs({
  options: { elasticsearch: { type: 'string', default: 'http://127.0.0.1:9200' } },
});

const COUNT = 3000;
const BATCH = 200;
const random = randomNumbers(20_240_229);
const lines: string[] = [];
while (lines.length < COUNT) {
  const texts = Array.from({ length: BATCH }, () => generateText(random));
  const answers = await analyzeLive(values.elasticsearch, texts);
  texts.forEach((text, index) => {
    lines.push(JSON.stringify([text, answers[index]]));
  });
}
await writeFile(new URL('tokens.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`);
console.log(`${lines.length} texts`);
