import { EstromError } from '../../errors.ts';
import type { FieldList } from '../field-list.ts';
import { namedField } from '../fields.ts';
import { AUTO, editsFor, parseFuzziness } from '../fuzziness.ts';
import type { Fuzzy, Ir } from '../ir.ts';
import { Budget, checkTextLength } from '../limits.ts';
import type { MultiType } from '../match-type.ts';
import { ClauseList, type Conjunction, type Modifier, type Parsed } from './clause-list.ts';
import { type Named, openOr, QueryStringLeaves } from './query-string-leaves.ts';
import { type Token, type TokenKind, tokenize } from './query-string-lexer.ts';
import { escapeWildcard, parseSlop, unescapeTerm } from './query-string-text.ts';

export interface QueryStringOptions {
  /** How clauses without an operator combine. */
  readonly defaultOperator?: 'or' | 'and';
  /** The field of clauses that name none; null or absent means every field. */
  readonly defaultField?: string | null;
  /** Several of them, instead; there `>5` is no comparison, as in Elasticsearch. */
  readonly fields?: FieldList;
  /** Slop of phrases that give none. */
  readonly phraseSlop?: number;
  /** Of dates that name none. */
  readonly timeZone?: string;
  /** How words without quotes are looked for. */
  readonly type?: MultiType;
  /** Whether prefixes are analysed. */
  readonly analyzePrefixes?: boolean;
  /** Which reads the text, instead of those that fields have. */
  readonly analyzer?: string;
  /** The same for what stands in quotes, if another does. */
  readonly quoteAnalyzer?: string;
  /** See quoted-fields.ts. */
  readonly quoteSuffix?: string;
  /** Whether words that an analyzer leaves out leave no gaps in phrases. */
  readonly gapless?: boolean;
  /** How words with a ~ are looked for; the edits where it has no number. */
  readonly fuzzy?: Fuzzy;
  /** Whether a pattern may begin with a wildcard; so it may unless this is false. */
  readonly leadingWildcard?: boolean;
  /** How many of the optional clauses have to match. */
  readonly minimum?: string;
  /** The budget of the query that this text is a part of. */
  readonly budget?: Budget;
  /** The path of the clause that this text stands in, for errors. */
  readonly clause?: string;
}

const FUZZY: Fuzzy = { edits: AUTO, prefixLength: 0, transpositions: true };

/** Tokens after which a run of bare words must not take in its last word. */
const ENDS_WORDS = new Set<TokenKind>(['colon', 'star', 'tilde', 'caret', 'and', 'or']);

/**
 * Parses Elasticsearch's `query_string` syntax as Lucene's classic parser does it, oddities
 * included: operators have no precedence, each only says whether its neighbours are required.
 * @throws EstromError QUERY_SYNTAX, QUERY_UNSUPPORTED or QUERY_LIMIT with the `offset` of the
 *   trouble in the text (UTF-16 units)
 */
export function parseQueryString(text: string, options: QueryStringOptions = {}): Ir {
  checkTextLength(text);
  if (text.trim() === '') return { kind: 'none' };
  return new QueryStringParser(text, options).parse();
}

class QueryStringParser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #options: QueryStringOptions;
  readonly #operator: 'or' | 'and';
  readonly #budget: Budget;
  readonly #leaves: QueryStringLeaves;
  #next = 0;

  constructor(text: string, options: QueryStringOptions) {
    this.#text = text;
    this.#tokens = tokenize(text);
    this.#options = options;
    this.#operator = options.defaultOperator ?? 'or';
    this.#budget = options.budget ?? new Budget();
    const field = options.defaultField ?? null;
    this.#leaves = new QueryStringLeaves({
      operator: this.#operator,
      fields: options.fields ?? [field === '*' ? null : field],
      compare: options.fields === undefined,
      slop: options.phraseSlop ?? 0,
      type: options.type ?? 'best_fields',
      timeZone: options.timeZone,
      analyzePrefixes: options.analyzePrefixes ?? false,
      analyzer: options.analyzer,
      quoteAnalyzer: options.quoteAnalyzer ?? options.analyzer,
      quoteSuffix: options.quoteSuffix,
      gapless: options.gapless ?? false,
      simple: false,
      fuzzy: options.fuzzy ?? FUZZY,
      budget: this.#budget,
      clause: options.clause,
    });
  }

  parse(): Ir {
    const { query, absent, atLeast } = this.#query(undefined);
    const token = this.#peek();
    if (token.kind !== 'end') throw this.#unexpected(token, 'the end of the query');
    const { minimum, clause = 'query_string' } = this.#options;
    const counted =
      minimum === undefined
        ? query
        : (atLeast?.(minimum, `${clause}.minimum_should_match`) ?? query);
    // A query of which nothing is left matches nothing.
    if (absent === null) return counted;
    return { kind: 'and', clauses: [counted, { kind: 'not', clause: absent }] };
  }

  /** @param field undefined until a field is named */
  #query(field: Named): Parsed {
    const clauses = new ClauseList(this.#operator);
    for (let first = true; ; first = false) {
      const kind = this.#peek().kind;
      if (!first && (kind === 'end' || kind === 'rightParenthesis')) break;
      if (this.#wordsFollow(0)) {
        clauses.addWords(this.#words(field));
        continue;
      }
      const conjunction = first ? 'none' : this.#conjunction();
      const modifier = this.#modifier();
      clauses.add(conjunction, modifier, this.#clauseOf(field));
    }
    return clauses.parsed();
  }

  #conjunction(): Conjunction {
    const kind = this.#peek().kind;
    if (kind !== 'and' && kind !== 'or') return 'none';
    this.#next += 1;
    return kind;
  }

  #modifier(): Modifier {
    const kind = this.#peek().kind;
    if (kind !== 'plus' && kind !== 'minus' && kind !== 'not') return null;
    this.#next += 1;
    return kind === 'plus' ? 'must' : 'mustNot';
  }

  /** Whether the tokens from here begin a run of at least two bare words. */
  #wordsFollow(ahead: number): boolean {
    return this.#peek(ahead).kind === 'term' && this.#wordFollows(ahead + 1);
  }

  #wordFollows(ahead: number): boolean {
    return this.#peek(ahead).kind === 'term' && !ENDS_WORDS.has(this.#peek(ahead + 1).kind);
  }

  /** Bare words without operators are analysed as one text. */
  #words(field: Named): Parsed {
    const start = this.#peek();
    let text = unescapeTerm(this.#image(start), start.start);
    this.#next += 1;
    while (this.#wordFollows(0)) {
      const token = this.#peek();
      text += ` ${unescapeTerm(this.#image(token), token.start)}`;
      this.#next += 1;
    }
    return this.#leaves.bare(field, text, this.#place(start));
  }

  #clauseOf(outer: Named): Parsed {
    let field: Named = outer;
    const token = this.#peek();
    if (this.#peek(1).kind === 'colon' && (token.kind === 'term' || token.kind === 'star')) {
      const name = token.kind === 'star' ? '*' : unescapeTerm(this.#image(token), token.start);
      field = namedField(name);
      this.#next += 2;
    }
    const open = this.#peek();
    if (open.kind !== 'leftParenthesis') return this.#term(field);
    this.#budget.enter(this.#place(open));
    this.#next += 1;
    const query = this.#query(field);
    const close = this.#peek();
    if (close.kind !== 'rightParenthesis') {
      throw this.#unexpected(close, `a ) for the ( at offset ${open.start}`);
    }
    this.#next += 1;
    this.#budget.leave();
    if (this.#peek().kind === 'caret') this.#boost();
    return query;
  }

  #term(field: Named): Parsed {
    const token = this.#peek();
    const place = this.#place(token);
    switch (token.kind) {
      case 'term':
      case 'bareOperator': {
        this.#next += 1;
        const tilde = this.#suffixes();
        const image = token.kind === 'term' ? this.#image(token) : this.#image(token).slice(0, 1);
        const text = unescapeTerm(image, token.start);
        if (tilde === null) return this.#leaves.bare(field, text, place);
        return this.#leaves.fuzzy(field, text, this.#edits(tilde, text), place);
      }
      case 'star':
        this.#next += 1;
        this.#suffixes();
        return this.#leaves.star(field, place);
      case 'quoted': {
        this.#next += 1;
        const tilde = this.#suffixes();
        const image = this.#image(token).slice(1, -1);
        return this.#phrase(field, unescapeTerm(image, token.start + 1), tilde, token);
      }
      case 'rangeStart':
        return this.#range(field);
      case 'prefix':
      case 'wildcard':
        if (this.#peek(1).kind === 'colon') {
          throw this.#syntax(token, 'write a field name without wildcards before the :');
        }
        return this.#wildcard(field, token);
      case 'regexp':
        return this.#regexp(field, token);
      default:
        throw this.#unexpected(token, 'a term, a "phrase", a [range], a field: or a (');
    }
  }

  /** Boost and `~`, in either order; answers the `~` token. */
  #suffixes(): Token | null {
    let tilde: Token | null = null;
    if (this.#peek().kind === 'tilde') {
      tilde = this.#peek();
      this.#next += 1;
      if (this.#peek().kind === 'caret') this.#boost();
    } else if (this.#peek().kind === 'caret') {
      this.#boost();
      if (this.#peek().kind === 'tilde') {
        tilde = this.#peek();
        this.#next += 1;
      }
    }
    return tilde;
  }

  /** What a `~` behind a word says of it. */
  #edits(tilde: Token, text: string): number {
    const image = this.#image(tilde).slice(1);
    const edits = image === '' ? (this.#options.fuzzy ?? FUZZY).edits : parseFuzziness(image);
    if (typeof edits !== 'string') return editsFor(edits, text);
    throw this.#syntax(tilde, `${edits} after the ~ of [${text}]`);
  }

  /** Behind it a `~` says nothing. */
  #regexp(field: Named, token: Token): Parsed {
    this.#next += 1;
    this.#suffixes();
    const place = { ...this.#place(token), offset: token.start + 1 };
    return this.#leaves.regexp(field, this.#image(token).slice(1, -1), place);
  }

  /** Boosts change scores only, and a standing query has none. */
  #boost(): void {
    this.#next += 1;
    const number = this.#peek();
    if (number.kind !== 'number') throw this.#unexpected(number, 'a number after ^');
    this.#next += 1;
  }

  #wildcard(field: Named, token: Token): Parsed {
    this.#next += 1;
    this.#suffixes();
    const place = this.#place(token);
    const image = this.#image(token);
    // Lucene takes escapes out of a prefix first; in other patterns they stay, and protect from case folding.
    if (token.kind === 'prefix') {
      const prefix = unescapeTerm(image.slice(0, -1), token.start);
      return this.#leaves.pattern(field, `${escapeWildcard(prefix)}*`, prefix, place);
    }
    if (this.#options.leadingWildcard === false && /^[*?]/.test(image)) {
      throw this.#syntax(
        token,
        `[${image}] begins with a wildcard, and they are not allowed there`,
      );
    }
    return this.#leaves.pattern(field, image, null, place);
  }

  #phrase(field: Named, text: string, tilde: Token | null, token: Token): Parsed {
    const slop = tilde === null ? null : parseSlop(this.#image(tilde).slice(1));
    if (slop !== null && slop < 0) {
      throw this.#syntax(tilde ?? token, 'the slop of a phrase cannot be negative');
    }
    return this.#leaves.phrase(field, text, slop, this.#place(token));
  }

  #range(field: Named): Parsed {
    const open = this.#peek();
    this.#next += 1;
    const lower = this.#rangeBound();
    const to = this.#peek();
    if (to.kind !== 'rangeTo') throw this.#unexpected(to, 'TO between the bounds of the range');
    this.#next += 1;
    const upper = this.#rangeBound();
    const close = this.#peek();
    if (close.kind !== 'rangeEnd') throw this.#unexpected(close, 'a ] or } to close the range');
    this.#next += 1;
    if (this.#peek().kind === 'caret') this.#boost();
    const includeLower = this.#image(open) === '[';
    const includeUpper = this.#image(close) === ']';
    const bounds = { lower, upper, includeLower, includeUpper };
    return this.#leaves.range(field, bounds, this.#place(open));
  }

  #rangeBound(): string | null {
    const token = this.#peek();
    if (token.kind === 'rangeQuoted') {
      this.#next += 1;
      const image = this.#image(token).slice(1, -1);
      return openOr(unescapeTerm(image, token.start + 1));
    }
    if (token.kind !== 'rangeBound' && token.kind !== 'rangeTo') {
      throw this.#unexpected(token, 'a bound of the range, * for an open one');
    }
    this.#next += 1;
    return openOr(unescapeTerm(this.#image(token), token.start));
  }

  #peek(ahead = 0): Token {
    const last = this.#tokens.length - 1;
    return this.#tokens[Math.min(this.#next + ahead, last)]!;
  }

  #image(token: Token): string {
    return this.#text.slice(token.start, token.end);
  }

  #place(token: Token): { offset: number; clause?: string } {
    const { clause } = this.#options;
    return { offset: token.start, ...(clause !== undefined && { clause }) };
  }

  #syntax(token: Token, reason: string): EstromError {
    return new EstromError('QUERY_SYNTAX', `${reason} (offset ${token.start})`, {
      ...this.#place(token),
    });
  }

  #unexpected(token: Token, expected: string): EstromError {
    if (token.kind === 'error') return this.#syntax(token, token.problem ?? 'unreadable text');
    const found = token.kind === 'end' ? 'the query ends' : `found [${this.#image(token)}]`;
    const hint = HINTS[token.kind];
    return this.#syntax(token, `expected ${expected}, but ${found}${hint ? `; ${hint}` : ''}`);
  }
}

const HINTS: Partial<Record<TokenKind, string>> = {
  colon: 'write \\: for the character, or quote the text',
  minus: 'write \\- for the character, or quote the text',
  plus: 'write \\+ for the character, or quote the text',
  not: 'write \\! or quotes for the text itself',
  and: 'an operator stands between two clauses; quote it for the word itself',
  or: 'an operator stands between two clauses; quote it for the word itself',
  rightParenthesis: 'write \\) for the character',
};
