import { randomBytes } from 'node:crypto';
import { ConfigError } from '../../config-load.ts';
import { EstromError } from '../../errors.ts';
import type { Ir, PhraseLeaf, TermLeaf } from '../../query/ir.ts';
import { parseRowFilter } from './row-filter.ts';

const USER = '(user)';

/**
 * The operator's query on the documents of each user, with `(user)` for the user's name. It is read once,
 * with a word in the place of the name; the name then goes into the query that was read, so it is a value
 * whatever characters it has.
 */
export class RowRule {
  readonly #word = `user${randomBytes(8).toString('hex')}`;
  readonly #query: Ir;
  /** Leaves of the query that the name goes into. */
  readonly #leaves = new Map<Ir, TermLeaf | PhraseLeaf>();

  /** @throws ConfigError when it cannot be read, or has `(user)` where no value can stand */
  constructor(text: string) {
    try {
      this.#query = this.#prepared(parseRowFilter(text.replaceAll(USER, this.#word)));
    } catch (error) {
      if (!(error instanceof EstromError)) throw error;
      const reason = error.message.replaceAll(this.#word, USER);
      throw new ConfigError(`--subscription-row-filter: ${reason}`);
    }
  }

  /** What the documents of a user have to match. */
  of(user: string): Ir {
    return this.#leaves.size === 0 ? this.#query : this.#with(this.#query, () => user);
  }

  #with(query: Ir, name: () => string): Ir {
    switch (query.kind) {
      case 'and':
      case 'or':
        return { ...query, clauses: query.clauses.map((clause) => this.#with(clause, name)) };
      case 'not':
        return { ...query, clause: this.#with(query.clause, name) };
    }
    const leaf = this.#leaves.get(query);
    if (leaf === undefined) return query;
    if (leaf.kind === 'term') return { ...leaf, value: leaf.value.replaceAll(this.#word, name) };
    return { ...leaf, text: leaf.text.replaceAll(this.#word, name) };
  }

  #prepared(query: Ir): Ir {
    switch (query.kind) {
      case 'and':
      case 'or':
        for (const clause of query.clauses) this.#prepared(clause);
        return query;
      case 'not':
        this.#prepared(query.clause);
        return query;
    }
    if (!JSON.stringify(query).includes(this.#word)) return query;
    const leaf = this.#exact(query);
    if (leaf === null) {
      throw new EstromError(
        'QUERY_UNSUPPORTED',
        `${USER} has to be the value of a comparison such as f=owner:eq:${USER} or {"term":{"owner":"${USER}"}}`,
      );
    }
    this.#leaves.set(query, leaf);
    return query;
  }

  /** Null where the name would be part of a pattern, a bound, or one word among others. */
  #exact(query: Ir): TermLeaf | PhraseLeaf | null {
    if ('field' in query && query.field?.includes(this.#word)) return null;
    switch (query.kind) {
      case 'term':
        return query;
      case 'phrase':
        return query.slop === 0 && query.expansions === undefined ? query : null;
      case 'match': {
        const { field, text, fuzzy, prefix } = query;
        if (text !== this.#word || fuzzy !== undefined || prefix !== undefined) return null;
        // All words of a name, in their order: one of them is another user's, too.
        return { kind: 'phrase', field, text, slop: 0 };
      }
      default:
        return null;
    }
  }
}
