import type { EstromError } from '../../errors.ts';
import type { Budget } from '../limits.ts';
import { KqlScanner } from './kql-scanner.ts';
import type { KqlLiteral, KqlNode, KqlOperator } from './kql-tree.ts';

/** The longer ones first. */
const COMPARISONS: readonly (readonly [sign: string, operator: KqlOperator])[] = [
  ['<=', 'lte'],
  ['>=', 'gte'],
  ['<', 'lt'],
  ['>', 'gt'],
];

const EVERYTHING: KqlLiteral = { parts: ['', ''], isQuoted: false, offset: 0 };
const CLAUSE = 'a word, a "text in quotes", a field: or a (';
const VALUE = 'a word, a "text in quotes", a * or a ( of them';

/**
 * Reads a text in the Kibana Query Language: `not` binds closer than `and`, that closer than `or`.
 * @param clause the path of the clause that the text stands in, for errors
 * @throws EstromError QUERY_SYNTAX, QUERY_UNSUPPORTED or QUERY_LIMIT, with the `offset` of the trouble
 *   in UTF-16 units
 */
export function readKql(text: string, budget: Budget, clause?: string): KqlNode {
  return new KqlParser(text, budget, clause).parse();
}

class KqlParser {
  readonly #scanner: KqlScanner;
  readonly #budget: Budget;

  constructor(text: string, budget: Budget, clause: string | undefined) {
    this.#scanner = new KqlScanner(text, clause);
    this.#budget = budget;
  }

  parse(): KqlNode {
    const scanner = this.#scanner;
    scanner.skipSpace();
    if (scanner.next === '') return { kind: 'is', field: EVERYTHING, value: EVERYTHING };
    const node = this.#or(() => this.#clause());
    this.#scanner.skipSpace();
    if (scanner.next !== '') throw this.#unexpected('[and], [or] or the end of the query');
    return node;
  }

  #or(one: () => KqlNode): KqlNode {
    const first = this.#and(one);
    const nodes = [first];
    while (this.#scanner.takeConjunction('or')) nodes.push(this.#and(one));
    return nodes.length === 1 ? first : { kind: 'or', nodes };
  }

  #and(one: () => KqlNode): KqlNode {
    const first = this.#not(one);
    const nodes = [first];
    while (this.#scanner.takeConjunction('and')) nodes.push(this.#not(one));
    return nodes.length === 1 ? first : { kind: 'and', nodes };
  }

  #not(one: () => KqlNode): KqlNode {
    return this.#scanner.takeNot() ? { kind: 'not', node: one() } : one();
  }

  #clause(): KqlNode {
    const scanner = this.#scanner;
    if (scanner.next === '(') return this.#group(() => this.#clause());
    const literal = this.#literal(CLAUSE);
    const end = scanner.at;
    scanner.skipSpace();
    if (scanner.take(':')) {
      scanner.skipSpace();
      if (scanner.next !== '{') return this.#values(literal);
      return { kind: 'nested', path: literal, node: this.#inside('{', '}', () => this.#clause()) };
    }
    for (const [sign, operator] of COMPARISONS) {
      if (!scanner.take(sign)) continue;
      scanner.skipSpace();
      const value = this.#literal(`a value after the ${sign}`);
      return { kind: 'range', field: literal, operator, value };
    }
    // The space belongs to the operator that may follow.
    scanner.at = end;
    return { kind: 'is', field: null, value: literal };
  }

  /** One value of a field, or several in parentheses. */
  #values(field: KqlLiteral): KqlNode {
    if (this.#scanner.next === '(') return this.#group(() => this.#values(field));
    return { kind: 'is', field, value: this.#literal(VALUE) };
  }

  #group(one: () => KqlNode): KqlNode {
    return this.#inside('(', ')', one);
  }

  #inside(opening: string, closing: string, one: () => KqlNode): KqlNode {
    const scanner = this.#scanner;
    const open = scanner.at;
    this.#budget.enter(scanner.place(open));
    scanner.take(opening);
    scanner.skipSpace();
    const node = this.#or(one);
    scanner.skipSpace();
    if (!scanner.take(closing))
      throw this.#unexpected(`a ${closing} for the ${opening} at offset ${open}`);
    this.#budget.leave();
    return node;
  }

  #literal(expected: string): KqlLiteral {
    const literal = this.#scanner.literal();
    if (literal === null) throw this.#unexpected(expected);
    return literal;
  }

  #unexpected(expected: string): EstromError {
    const { text, at, next } = this.#scanner;
    const word = /^(?:and|or|not)(?=\s)/i.exec(text.slice(at, at + 4))?.[0];
    const found = next === '' ? 'the query ends' : `found [${word ?? next}]`;
    const hint = word === undefined ? HINTS[next] : HINTS[word.toLowerCase()];
    const reason = `expected ${expected}, but ${found}${hint ? `; ${hint}` : ''}`;
    return this.#scanner.error(at, reason);
  }
}

const OPERATOR = 'an operator stands between two clauses; quote it for the word itself';

const HINTS: Readonly<Record<string, string>> = {
  ':': 'write \\: for the character, or quote the text',
  '(': 'write \\( for the character, or quote the text',
  ')': 'write \\) for the character, or quote the text',
  '{': 'write \\{ for the character, or quote the text',
  '}': 'write \\} for the character, or quote the text',
  '<': 'write \\< for the character, or quote the text',
  '>': 'write \\> for the character, or quote the text',
  '"': 'write \\" for the character',
  and: OPERATOR,
  or: OPERATOR,
  not: 'write [and not] or [or not] between clauses, [not (not …)] for a double one; quote it for the word itself',
};
