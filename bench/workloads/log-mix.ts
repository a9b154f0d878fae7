import type { Ir } from '../../src/query/ir.ts';
import { type Counted, drawQueries } from '../presearch/budget.ts';
import { DOCUMENTS, MATCHES, type Workload } from '../workload.ts';
import { Random } from '../zipf.ts';
import { LogDocuments } from './log-documents.ts';

const SEED = 29;

/** A clause, whether a document has it, and where few documents can: which. */
interface Clause {
  readonly query: Ir;
  readonly having?: readonly number[];
  has(n: number): boolean;
}

/** Shapes of log searches and how many of a hundred have them. */
const SHAPES: readonly (readonly [number, (make: Clauses) => Clause[]])[] = [
  [22, (make) => [make.level('error'), make.service(), make.word()]],
  [18, (make) => [make.word(), make.word()]],
  [13, (make) => [make.service(), make.phrase()]],
  [10, (make) => [make.host(), make.status()]],
  [8, (make) => [make.service(), make.slow()]],
  [8, (make) => [make.user(), make.not(make.level('info'))]],
  [6, (make) => [make.path(), make.not(make.status())]],
  [5, (make) => [make.words(), make.level('warn')]],
  [4, (make) => [make.pattern(), make.service()]],
  [3, (make) => [make.large(), make.host()]],
  [3, (make) => [make.stack(), make.service(), make.word()]],
];

/**
 * What people search logs for: levels, services, hosts and words of the message together, phrases,
 * ranges of status, time and size, beginnings of paths, patterns, lists, exclusions, fields that are
 * there. None of them is without a field; each has something that is rare or a pair that is.
 */
export function makeLogMix(count: number): Workload {
  const random = new Random(SEED);
  const logs = new LogDocuments(random);
  const make = new Clauses(logs, random);
  const shapes = SHAPES.flatMap(([share, shape]) => Array.from({ length: share }, () => shape));
  const draw = (n: number): Counted => {
    // The n-th query has its shape, whatever is drawn.
    const shape = shapes[(n * 37) % shapes.length]!;
    const clauses = inOrder(shape(make));
    return {
      query:
        clauses.length === 1
          ? clauses[0]!.query
          : { kind: 'and', clauses: clauses.map(({ query }) => query) },
      documents: countAll(clauses),
    };
  };
  const made = drawQueries(count, MATCHES * DOCUMENTS, random, draw);
  return { documents: logs.texts, ...made, derived: LogDocuments.mapping };
}

/** Equal queries are one query, whatever the order of their clauses and how often they say one. */
function inOrder(clauses: readonly Clause[]): Clause[] {
  const byText = new Map(clauses.map((clause) => [JSON.stringify(clause.query), clause]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, clause]) => clause);
}

function countAll(clauses: readonly Clause[]): number {
  let shortest: readonly number[] | undefined;
  for (const { having } of clauses) {
    if (having === undefined) continue;
    if (shortest === undefined || having.length < shortest.length) shortest = having;
  }
  let found = 0;
  for (const n of shortest!) if (clauses.every((clause) => clause.has(n))) found++;
  return found;
}

class Clauses {
  readonly #logs: LogDocuments;
  readonly #random: Random;
  /** A document that the clauses of one query are taken from, most of the time. */
  #about = 0;

  constructor(logs: LogDocuments, random: Random) {
    this.#logs = logs;
    this.#random = random;
  }

  /** A value that documents have, of the same document as the last or of any other. */
  #document(): number {
    if (this.#random.below(2) === 0) this.#about = this.#random.below(DOCUMENTS);
    return this.#about;
  }

  #term(field: 'level' | 'service' | 'host' | 'user' | 'message', text: string): Clause {
    const having = this.#logs.having(field, text);
    const set = this.#logs.setOf(field, text);
    const query = { kind: 'match', field, text, operator: 'or' } as const;
    return { query, having, has: (n) => set.has(n) };
  }

  level(name: string): Clause {
    return this.#term('level', name);
  }

  service(): Clause {
    return this.#term('service', this.#logs.at(this.#document()).service);
  }

  host(): Clause {
    const isKnown = this.#random.below(3) > 0;
    return this.#term(
      'host',
      isKnown ? this.#logs.at(this.#document()).host : this.#logs.anyWord(),
    );
  }

  user(): Clause {
    const isKnown = this.#random.below(3) > 0;
    return this.#term(
      'user',
      isKnown ? this.#logs.at(this.#document()).user : this.#logs.anyWord(),
    );
  }

  /** Of a message, or of the vocabulary, which has many that no document has. */
  word(): Clause {
    const { message } = this.#logs.at(this.#document());
    const isKnown = this.#random.below(3) > 0;
    return this.#term(
      'message',
      isKnown ? message[this.#random.below(message.length)]! : this.#logs.anyWord(),
    );
  }

  words(): Clause {
    const clauses = inOrder(Array.from({ length: 2 + this.#random.below(5) }, () => this.word()));
    if (clauses.length === 1) return clauses[0]!;
    const having = [...new Set(clauses.flatMap((clause) => clause.having!))];
    return {
      query: { kind: 'or', clauses: clauses.map(({ query }) => query), atLeast: 1 },
      having,
      has: (n) => clauses.some((clause) => clause.has(n)),
    };
  }

  phrase(): Clause {
    const { message } = this.#logs.at(this.#document());
    const from = this.#random.below(message.length - 2);
    const words = message.slice(from, from + 2 + this.#random.below(2));
    if (this.#random.below(4) === 0) words.reverse();
    const has = (n: number) => {
      const other = this.#logs.at(n).message;
      return other.some((_, at) => words.every((word, i) => other[at + i] === word));
    };
    const query = { kind: 'phrase', field: 'message', text: words.join(' '), slop: 0 } as const;
    return { query, having: this.#logs.having('message', words[0]!), has };
  }

  #range(field: 'status' | 'duration' | 'bytes', lower: number, upper: number | null): Clause {
    return {
      query: {
        kind: 'range',
        field,
        lower: String(lower),
        upper: upper === null ? null : String(upper),
        includeLower: true,
        includeUpper: true,
        normalize: true,
      },
      has: (n) => {
        const value = this.#logs.at(n)[field];
        return value >= lower && (upper === null || value <= upper);
      },
    };
  }

  status(): Clause {
    const family = [200, 300, 400, 500, 500, 500][this.#random.below(6)]!;
    const isWhole = this.#random.below(4) > 0;
    return this.#range(
      'status',
      family + (isWhole ? 0 : this.#random.below(50)),
      family + (isWhole ? 99 : 50 + this.#random.below(50)),
    );
  }

  /** Longer than most requests take. */
  slow(): Clause {
    return this.#range('duration', Math.round(this.#random.next() * 8000) / 256, null);
  }

  large(): Clause {
    const lower = this.#random.below(1_000_000);
    return this.#range('bytes', lower, lower * (2 + this.#random.below(20)));
  }

  path(): Clause {
    const { path } = this.#logs.at(this.#document());
    const kept = path.slice(0, path.lastIndexOf('/') + 1 + this.#random.below(5));
    return {
      query: { kind: 'wildcard', field: 'path.keyword', pattern: `${kept}*`, normalize: true },
      having: this.#logs.under(kept),
      has: (n) => this.#logs.at(n).path.startsWith(kept),
    };
  }

  pattern(): Clause {
    const { message } = this.#logs.at(this.#document());
    const word = message[this.#random.below(message.length)]!;
    const part = word.slice(1, 4);
    const pattern = this.#random.below(2) === 0 ? `*${part}*` : `${word.slice(0, 3)}*en`;
    const tested = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
    return {
      query: { kind: 'wildcard', field: 'message', pattern, normalize: true },
      has: (n) => this.#logs.at(n).message.some((other) => tested.test(other)),
    };
  }

  stack(): Clause {
    return {
      query: { kind: 'exists', field: 'stack' },
      has: (n) => this.#logs.at(n).stack !== undefined,
    };
  }

  not(clause: Clause): Clause {
    return { query: { kind: 'not', clause: clause.query }, has: (n) => !clause.has(n) };
  }
}
