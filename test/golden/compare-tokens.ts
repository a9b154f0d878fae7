/**
 * Compares one of estrom's analyzers with a running Elasticsearch on generated texts:
 * `node test/golden/compare-tokens.ts --elasticsearch http://127.0.0.1:9200 --analyzer english --count 100000`
 * Prints each difference; exits 1 if there is one.
 */
import { parseArgs } from 'node:util';
import { analyzedLive, analyzedOwn, textFor } from './analyzers.ts';
import { randomNumbers } from './strings.ts';

const { values } = parseArgs({
  options: {
    elasticsearch: { type: 'string', default: 'http://127.0.0.1:9200' },
    analyzer: { type: 'string', default: 'standard' },
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
});

const BATCH = 200;
const SHOWN = 20;
const { elasticsearch, analyzer } = values;
const random = randomNumbers(Number(values.seed));
const count = Number(values.count);
let differences = 0;
for (let done = 0; done < count; done += BATCH) {
  const size = Math.min(BATCH, count - done);
  const texts = Array.from({ length: size }, () => textFor(analyzer, random));
  const expected = await analyzedLive(elasticsearch, analyzer, texts);
  texts.forEach((text, index) => {
    const own = JSON.stringify(analyzedOwn(analyzer, text));
    const theirs = JSON.stringify(expected[index]);
    if (own === theirs) return;
    differences += 1;
    if (differences > SHOWN) return;
    console.log(`text     ${JSON.stringify(text)}\nexpected ${theirs}\nactual   ${own}\n`);
  });
}
console.log(`${analyzer}: ${count} texts, ${differences} differences`);
if (differences > 0) process.exitCode = 1;
