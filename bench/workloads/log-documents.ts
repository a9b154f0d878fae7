import { DOCUMENTS, VOCABULARY, wordOf } from '../workload.ts';
import { type Random, Zipf } from '../zipf.ts';

const LEVELS = ['info', 'info', 'info', 'info', 'info', 'info', 'info', 'debug', 'warn', 'error'];
const STATUSES = [
  200, 200, 200, 200, 200, 200, 201, 204, 301, 304, 400, 401, 403, 404, 404, 500, 502, 503,
];
const SERVICES = 200;
const HOSTS = 5000;
const COLLECTIONS = 60;
const MESSAGE_WORDS = 12;
/** The first instant of a document; the others follow in seconds. */
const BEGIN = Date.UTC(2026, 0, 1);

export interface Log {
  readonly level: string;
  readonly service: string;
  readonly host: string;
  readonly user: string;
  readonly message: readonly string[];
  readonly status: number;
  readonly bytes: number;
  readonly duration: number;
  readonly path: string;
  readonly stack?: string;
}

/** Lines of logs of about 390 bytes, fields as uneven as they are, in words of lower-case letters. */
export class LogDocuments {
  /** What dynamic mapping makes of the fields that are not only texts. */
  static readonly mapping = {
    status: { type: 'long' },
    bytes: { type: 'long' },
    duration: { type: 'float' },
    '@timestamp': { type: 'date' },
    path: { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } },
  } as const;

  readonly texts: readonly string[];
  readonly #logs: readonly Log[];
  readonly #random: Random;
  readonly #words: Zipf;
  readonly #having = new Map<string, number[]>();
  readonly #sets = new Map<string, Set<number>>();

  constructor(random: Random) {
    this.#random = random;
    this.#words = new Zipf(VOCABULARY, random);
    const services = new Zipf(SERVICES, random);
    const hosts = new Zipf(HOSTS, random);
    const collections = new Zipf(COLLECTIONS, random);
    this.#logs = Array.from({ length: DOCUMENTS }, () => this.#log(services, hosts, collections));
    this.texts = this.#logs.map((log, n) => this.#text(log, n));
    this.#logs.forEach(({ level, service, host, user, message, path }, n) => {
      for (const [field, text] of Object.entries({ level, service, host, user })) {
        this.#add(field, text, n);
      }
      this.#add('collection', path.split('/')[2]!, n);
      for (const word of message) this.#add('message', word, n);
    });
  }

  at(n: number): Log {
    return this.#logs[n]!;
  }

  anyWord(): string {
    return wordOf(Math.floor(VOCABULARY ** this.#random.next()) - 1);
  }

  /** Numbers of the documents that have the word, ascending. */
  having(field: string, text: string): readonly number[] {
    return this.#having.get(`${field}:${text}`) ?? [];
  }

  /** Numbers of the documents whose path begins so; the beginning has the collection whole. */
  under(path: string): readonly number[] {
    return this.having('collection', path.split('/')[2]!);
  }

  setOf(field: string, text: string): ReadonlySet<number> {
    const key = `${field}:${text}`;
    let set = this.#sets.get(key);
    if (set === undefined) {
      set = new Set(this.#having.get(key));
      this.#sets.set(key, set);
    }
    return set;
  }

  #add(field: string, text: string, n: number): void {
    const key = `${field}:${text}`;
    const list = this.#having.get(key);
    if (list === undefined) this.#having.set(key, [n]);
    else if (list.at(-1) !== n) list.push(n);
  }

  #log(services: Zipf, hosts: Zipf, collections: Zipf): Log {
    const random = this.#random;
    const level = LEVELS[random.below(LEVELS.length)]!;
    const word = () => wordOf(this.#words.next());
    return {
      level,
      service: wordOf(services.next() + 500),
      host: wordOf(hosts.next() + 1000),
      user: word(),
      message: Array.from({ length: MESSAGE_WORDS }, word),
      status: STATUSES[random.below(STATUSES.length)]!,
      bytes: Math.floor(2 ** (6 + random.next() ** 2 * 18)),
      // Of 256ths: what a float has exactly.
      duration: Math.round(random.next() ** 4 * 8192) / 256,
      path: `/api/${wordOf(collections.next())}/${word()}`,
      ...(level === 'error' && random.below(2) === 0 ? { stack: `${word()} ${word()}` } : {}),
    };
  }

  #text({ message, ...log }: Log, n: number): string {
    return JSON.stringify({
      '@timestamp': new Date(BEGIN + n * 1000).toISOString(),
      ...log,
      message: message.join(' '),
      datacenter: wordOf(n % 7),
      container: `${wordOf(this.#words.next())} ${wordOf(n)}`,
      agent: `${wordOf(this.#words.next())} ${wordOf(this.#words.next())}`,
      method: ['get', 'get', 'get', 'post', 'put'][n % 5],
      trace: wordOf(1_000_000 + n * 7919),
      zone: wordOf(this.#words.next()),
      pod: wordOf(this.#words.next()),
    });
  }
}
