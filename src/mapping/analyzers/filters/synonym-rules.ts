import { badSetting } from '../part-settings.ts';
import type { TokenStream } from '../token-stream.ts';
import { SynonymMap } from './synonym-map.ts';

const MOST_RULES = 10_000;
const MOST_BYTES = 262_144;
/** Pairs of a phrase and one synonym. */
const MOST_PAIRS = 100_000;
const MOST_WORDS = 64;

export interface RuleOptions {
  readonly format: string;
  /** Words of a list become each other, not all the first one. */
  readonly expands: boolean;
  /** Phrases that cannot be read are left out. */
  readonly isLenient: boolean;
}

type Words = readonly string[];

/**
 * @param rules lines of one or several rules, in Solr's format or WordNet's
 * @param analyze what a phrase is read by
 * @throws EstromError BAD_REQUEST for a bad rule, or too many of them
 */
export function readSynonyms(
  rules: readonly string[],
  options: RuleOptions,
  analyze: (text: string) => TokenStream,
): SynonymMap {
  const all = rules.map((rule) => `${rule}\n`).join('');
  const lines = all.split(/\r\n|\n|\r/).slice(0, -1);
  checkSize(lines, all);
  const reader = new RuleReader(options, analyze);
  const isWordnet = options.format.toLowerCase() === 'wordnet';
  try {
    if (isWordnet) readWordnet(lines, reader);
    else readSolr(lines, reader);
  } catch (error) {
    if (!(error instanceof BadRule)) throw error;
    const line = reader.line === undefined ? '' : `Invalid synonym rule at line ${reader.line}: `;
    throw badSetting(`failed to build synonyms: ${line}${error.message}`);
  }
  return reader.map;
}

function checkSize(lines: readonly string[], all: string): void {
  if (lines.length > MOST_RULES)
    throw badSetting(`a filter has ${lines.length} synonym rules, more than ${MOST_RULES}`);
  const bytes = Buffer.byteLength(all);
  if (bytes > MOST_BYTES)
    throw badSetting(`the synonym rules of a filter have ${bytes} bytes, more than ${MOST_BYTES}`);
}

class BadRule extends Error {}

class RuleReader {
  readonly map = new SynonymMap();
  /** Undefined for errors that Elasticsearch tells without one. */
  line: number | undefined = 0;
  readonly options: RuleOptions;
  readonly #analyze: (text: string) => TokenStream;
  #pairs = 0;

  constructor(options: RuleOptions, analyze: (text: string) => TokenStream) {
    this.options = options;
    this.#analyze = analyze;
  }

  /** Empty for a phrase that is left out. */
  words(text: string): Words {
    try {
      return this.#words(text);
    } catch (error) {
      if (error instanceof BadRule && this.options.isLenient) return [];
      throw error;
    }
  }

  #words(text: string): Words {
    const { tokens } = this.#analyze(text);
    for (const { text: word, increment } of tokens) {
      if (word === '') throw new BadRule(`term: ${text} analyzed to a zero-length token`);
      if (increment !== 1) {
        throw new BadRule(
          `term: ${text} analyzed to a token (${word}) with position increment != 1 (got: ${increment})`,
        );
      }
    }
    if (tokens.length === 0)
      throw new BadRule(`term: ${text} was completely eliminated by analyzer`);
    if (tokens.length > MOST_WORDS)
      throw badSetting(`a synonym has ${tokens.length} words, more than ${MOST_WORDS}`);
    return tokens.map((token) => token.text);
  }

  add(input: Words, output: Words, keeps: boolean): void {
    if (input.length === 0 || output.length === 0) return;
    this.#pairs += 1;
    if (this.#pairs > MOST_PAIRS)
      throw badSetting(`the synonym rules of a filter make more than ${MOST_PAIRS} pairs of words`);
    this.map.add(input, output, keeps);
  }

  /** Words that mean the same. */
  addEqual(all: readonly Words[]): void {
    const [first] = all;
    for (const input of all) {
      if (!this.options.expands) this.add(input, first!, false);
      else for (const output of all) if (output !== input) this.add(input, output, true);
    }
  }
}

function readSolr(lines: readonly string[], reader: RuleReader): void {
  for (const [at, line] of lines.entries()) {
    reader.line = at + 1;
    if (line.startsWith('#')) continue;
    const [from, to, more] = cut(line, '=>');
    if (more !== undefined) {
      throw new BadRule('more than one explicit mapping specified on the same line');
    }
    if (to === undefined) {
      reader.addEqual(phrasesIn(line, reader));
      continue;
    }
    const inputs = phrasesIn(from!, reader);
    const outputs = phrasesIn(to, reader);
    for (const input of inputs) for (const output of outputs) reader.add(input, output, false);
  }
}

function phrasesIn(side: string, reader: RuleReader): readonly Words[] {
  return cut(side, ',').map((phrase) => reader.words(trimmed(unescaped(phrase))));
}

/** What stands between separators, and is not empty; a backslash takes the character behind it along. */
function cut(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  const flush = (): void => {
    if (part !== '') parts.push(part);
    part = '';
  };
  for (let at = 0; at < text.length; ) {
    if (text.startsWith(separator, at)) {
      flush();
      at += separator.length;
      continue;
    }
    const size = text[at] === '\\' ? 2 : 1;
    part += text.slice(at, at + size);
    at += size;
  }
  flush();
  return parts;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/gs, '$1');
}

/** As Java's `trim`. */
function trimmed(text: string): string {
  return text.replace(/^[\0- ]+/, '').replace(/[\0- ]+$/, '');
}

/** Lines such as `s(100000001,1,'word',v,1,0).`, whose first number says which words mean the same. */
function readWordnet(lines: readonly string[], reader: RuleReader): void {
  let last = '';
  let own: Words[] = [];
  const flush = (): void => {
    if (own.length > 1) reader.addEqual(own);
    own = [];
  };
  for (const [at, line] of lines.entries()) {
    reader.line = undefined;
    const id = between(line, 2, 11);
    const phrase = between(line, line.indexOf("'") + 1, line.lastIndexOf("'"));
    reader.line = at + 1;
    if (id !== last) flush();
    own.push(reader.words(phrase.replaceAll("''", "'")));
    last = id;
  }
  flush();
}

function between(line: string, begin: number, end: number): string {
  if (end <= line.length && begin <= end) return line.slice(begin, end);
  throw new BadRule(`begin ${begin}, end ${end}, length ${line.length}`);
}
