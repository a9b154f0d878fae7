import { analyzerNamed, analyzerOf } from '../../src/mapping/analyzers/named.ts';
import { generateEnglish } from './english-texts.ts';
import { type AnalyzedToken, generateText } from './strings.ts';

/** What an analyzer makes of a text: position, start, end, token; and how many positions it takes up. */
export type Analyzed = readonly [
  span: number,
  tokens: readonly (readonly [number, number, number, string])[],
];

/** An analyzer's name, or its settings. */
export type AnalyzerChoice = string | Readonly<Record<string, unknown>>;

/** A text of its own between two others: a token to count positions and offsets from. */
const MARK = 'q';
/** Between two texts, when the analyzer is that of an index. */
const GAP = 100;

/** Asks a running Elasticsearch; settings are those of an analyzer `own` of the index. */
export async function analyzedLive(
  url: string,
  analyzer: string,
  texts: readonly string[],
  index = '',
): Promise<Analyzed[]> {
  const response = await fetch(`${url}/${index === '' ? '' : `${index}/`}_analyze`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ analyzer, text: [MARK, ...texts.flatMap((text) => [text, MARK])] }),
  });
  const answer = (await response.json()) as { tokens?: AnalyzedToken[]; error?: unknown };
  if (!answer.tokens) throw new Error(`_analyze failed: ${JSON.stringify(answer.error)}`);
  return split(texts, answer.tokens, index === '' ? 0 : GAP);
}

/** Between two texts of one request lie one character and the gap. */
function split(
  texts: readonly string[],
  tokens: readonly AnalyzedToken[],
  gap: number,
): Analyzed[] {
  let offset = MARK.length + 1;
  let at = 1;
  let first = 1 + gap;
  return texts.map((text) => {
    const own: [number, number, number, string][] = [];
    const behind = offset + text.length + 1;
    for (; tokens[at]!.start_offset < behind; at += 1) {
      const { token, position, start_offset: start, end_offset: end } = tokens[at]!;
      own.push([position - first, start - offset, end - offset, token]);
    }
    const mark = tokens[at]!;
    const span = mark.position - gap - first;
    at += 1;
    offset = behind + MARK.length + 1;
    first = mark.position + 1 + gap;
    return [span, own];
  });
}

/** What estrom's analyzer of that name or with those settings makes of a text. */
export function analyzedOwn(choice: AnalyzerChoice, text: string): Analyzed {
  const analyzer = typeof choice === 'string' ? analyzerNamed(choice)! : analyzerOf(choice);
  const tokens = analyzer.analyze(text);
  return [
    analyzer.span(text),
    tokens.map(({ position, start, end, text: token }) => [position, start, end, token]),
  ];
}

/** A text in which the analyzer's difficulties come up. */
export function textFor(choice: AnalyzerChoice, random: (bound: number) => number): string {
  const english = choice === 'english' || choice === 'stop' || typeof choice !== 'string';
  const likely = english ? 5 : 1;
  return random(6) < likely ? generateEnglish(random) : generateText(random);
}
