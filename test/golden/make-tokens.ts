/**
 * Asks a running Elasticsearch how its analyzers split texts: `tokens.json` has 3,000 generated ones for
 * the standard analyzer, `analyzers.json` named and generated ones for all, as
 * `[analyzer, text, span, tokens]`. `node test/golden/make-tokens.ts --elasticsearch http://127.0.0.1:9200`
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { CHOICES, NAMED_TEXTS } from './analyzer-texts.ts';
import { analyzedLive, textFor } from './analyzers.ts';
import { ElasticsearchServer } from './server.ts';
import { analyzeLive, generateText, randomNumbers } from './strings.ts';

const { values } = parseArgs({
  options: { elasticsearch: { type: 'string', default: 'http://127.0.0.1:9200' } },
});

const COUNT = 3000;
const BATCH = 200;

async function standardTokens(): Promise<string[]> {
  const random = randomNumbers(20_240_229);
  const lines: string[] = [];
  while (lines.length < COUNT) {
    const texts = Array.from({ length: BATCH }, () => generateText(random));
    const answers = await analyzeLive(values.elasticsearch, texts);
    texts.forEach((text, index) => {
      lines.push(JSON.stringify([text, answers[index]]));
    });
  }
  return lines;
}

const INDEX = 'golden-analyzers';

async function allTokens(): Promise<string[]> {
  const server = new ElasticsearchServer(values.elasticsearch);
  const random = randomNumbers(20_261_122);
  const lines: string[] = [];
  for (const choice of CHOICES) {
    const own = typeof choice !== 'string';
    if (own) {
      const settings = { analysis: { analyzer: { own: choice } } };
      await server.ask('DELETE', INDEX);
      const { error } = await server.ask('PUT', INDEX, JSON.stringify({ settings }));
      if (error) throw new Error(`${JSON.stringify(choice)}: ${error.reason}`);
    }
    const texts = Array.from({ length: BATCH }, () => textFor(choice, random));
    texts.push(...Object.values(NAMED_TEXTS));
    const answers = own
      ? await analyzedLive(values.elasticsearch, 'own', texts, INDEX)
      : await analyzedLive(values.elasticsearch, choice, texts);
    texts.forEach((text, index) => {
      lines.push(JSON.stringify([choice, text, ...answers[index]!]));
    });
  }
  await server.ask('DELETE', INDEX);
  return lines;
}

for (const [file, lines] of [
  ['tokens.json', await standardTokens()],
  ['analyzers.json', await allTokens()],
] as const) {
  await writeFile(new URL(file, import.meta.url), `[\n${lines.join(',\n')}\n]\n`);
  console.log(`${file}: ${lines.length} texts`);
}
