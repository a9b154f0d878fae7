import { expect, inject, test } from 'vitest';
import { analyzedLive, analyzedOwn, textFor } from '../golden/analyzers.ts';
import { randomNumbers } from '../golden/strings.ts';

const COUNTS = {
  standard: 25_000,
  english: 25_000,
  simple: 5000,
  whitespace: 5000,
  keyword: 5000,
  stop: 5000,
};
const BATCH = 200;
const seed = Number(process.env['ESTROM_SEED'] ?? Date.now() % 2 ** 31);

test.each(Object.entries(COUNTS))(
  `%s makes of generated texts what Elasticsearch makes of them (seed ${seed})`,
  async (name, count) => {
    const url = inject('elasticsearch');
    const random = randomNumbers(seed);
    for (let done = 0; done < count; done += BATCH) {
      const texts = Array.from({ length: BATCH }, () => textFor(name, random));
      const expected = await analyzedLive(url, name, texts);
      const actual = texts.map((text) => [text, analyzedOwn(name, text)]);
      expect(actual).toEqual(texts.map((text, index) => [text, expected[index]]));
    }
  },
);
