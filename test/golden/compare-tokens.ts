/**
 * Compares estrom's standard analyzer with a running Elasticsearch on generated texts:
 * `node test/golden/compare-tokens.ts --elasticsearch http://127.0.0.1:9200 --count 100000 --seed 1`
 * Prints each difference; exits 1 if there is one.
 */
import { parseArgs } from 'node:util';
import { analyzeLive, analyzeOwn, generateText, randomNumbers } from './strings.ts';

const { values } = parseArgs({
  options: {
    elasticsearch: { type: 'string', default: 'http://127.0.0.1:9200' },
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
});

const BATCH = 200;
const SHOWN = 20;
const random = randomNumbers(Number(values.seed));
const count = Number(values.count);
let differences = 0;
for (let done = 0; done < count; done += BATCH) {
  const texts = Array.from({ length: Math.min(BATCH, count - done) }, () => generateText(random));
  const expected = await analyzeLive(values.elasticsearch, texts);
  texts.forEach((text, index) => {
    const own = JSON.stringify(analyzeOwn(text));
    const theirs = JSON.stringify(expected[index]);
    if (own === theirs) return;
    differences += 1;
    if (differences > SHOWN) return;
    console.log(`text     ${JSON.stringify(text)}\nexpected ${theirs}\nactual   ${own}\n`);
  });
}
console.log(`${count} texts, ${differences} differences`);
if (differences > 0) process.exitCode = 1;
