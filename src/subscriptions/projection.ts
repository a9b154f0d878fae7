import { EstromError } from '../errors.ts';
import { arlasParameters } from '../query/arlas/arlas-filter.ts';
import { skipSpace, skipText, skipValue } from './json-text.ts';
import { type PathTest, pathTest } from './source-paths.ts';

/**
 * Which parts of a document are sent: Elasticsearch's `_source` includes and excludes, with `*` for any
 * characters, dots among them. What stays is the same text as it was, without spaces between.
 */
export class Projection {
  readonly #includes: PathTest | null;
  readonly #excludes: PathTest | null;

  constructor(includes: readonly string[], excludes: readonly string[]) {
    this.#includes = includes.length === 0 ? null : pathTest(includes);
    this.#excludes = excludes.length === 0 ? null : pathTest(excludes);
  }

  get isWhole(): boolean {
    return this.#includes === null && this.#excludes === null;
  }

  /** @param json valid JSON of an object @returns the same text where nothing is left out by rule */
  apply(json: string): string {
    if (this.isWhole) return json;
    return new Reader(json, this.#includes, this.#excludes).document();
  }
}

/**
 * Reads `include=a,b*&exclude=c` as ARLAS has it; nothing is the whole document. A word without `=` is, as
 * there, a parameter without a value, and says nothing.
 * @throws EstromError QUERY_SYNTAX, QUERY_UNSUPPORTED with `offset`
 */
export function parseProjection(text: string): Projection {
  const includes: string[] = [];
  const excludes: string[] = [];
  for (const { name, value, offset } of arlasParameters(withoutBareWords(text))) {
    const names = value.split(',').map((one) => one.trim());
    if (name === 'include') includes.push(...names.filter((one) => one !== ''));
    else if (name === 'exclude') excludes.push(...names.filter((one) => one !== ''));
    else if (name !== 'returned_geometries') {
      throw new EstromError(
        'QUERY_UNSUPPORTED',
        `at offset ${offset}: the parameter [${name}] is not supported in a projection; use include or exclude`,
        { offset },
      );
    }
  }
  // A star alone is everything, and nothing needs to be asked.
  return new Projection(includes.includes('*') ? [] : includes, excludes);
}

/** With spaces in their places, so that offsets stay. */
function withoutBareWords(text: string): string {
  const parts = text.split('&');
  return parts.map((part) => (part.includes('=') ? part : ' '.repeat(part.length))).join('&');
}

/** What a value is taken for: all of it, what of it the includes name, or nothing. */
type Taken = 'all' | 'some' | 'none';

class Reader {
  readonly #json: string;
  readonly #includes: PathTest | null;
  readonly #excludes: PathTest | null;
  #at = 0;

  constructor(json: string, includes: PathTest | null, excludes: PathTest | null) {
    this.#json = json;
    this.#includes = includes;
    this.#excludes = excludes;
  }

  document(): string {
    this.#space();
    return this.#object('', this.#includes === null ? 'all' : 'some');
  }

  #object(prefix: string, outer: Taken): string {
    const members: string[] = [];
    this.#at++;
    for (this.#space(); this.#json[this.#at] !== '}'; this.#separator()) {
      const key = this.#text();
      this.#space();
      this.#at++;
      this.#space();
      const name = key.includes('\\') ? (JSON.parse(key) as string) : key.slice(1, -1);
      const path = prefix + name;
      const value = this.#member(path, this.#takenAt(path, outer));
      if (value !== null) members.push(`${key}:${value}`);
    }
    this.#at++;
    return `{${members.join(',')}}`;
  }

  #takenAt(path: string, outer: Taken): Taken {
    if (this.#excludes?.accepts(path)) return 'none';
    if (outer === 'all' || this.#includes === null) return 'all';
    if (this.#includes.accepts(path)) return 'all';
    return this.#includes.mayAcceptBelow(path) ? 'some' : 'none';
  }

  #member(path: string, taken: Taken): string | null {
    const start = this.#at;
    const first = this.#json[start];
    const isPlain = taken === 'all' && !this.#excludes?.mayAcceptBelow(path);
    if (taken === 'none' || isPlain || (first !== '{' && first !== '[')) {
      this.#at = skipValue(this.#json, start);
      return taken === 'all' ? this.#json.slice(start, this.#at).trimEnd() : null;
    }
    if (first === '{') {
      const object = this.#object(`${path}.`, taken);
      return taken === 'all' || object !== '{}' ? object : null;
    }
    const array = this.#array(path, taken);
    return taken === 'all' || array !== '[]' ? array : null;
  }

  /** As in Elasticsearch, objects and arrays of which nothing is left go. */
  #array(path: string, taken: Taken): string {
    const items: string[] = [];
    this.#at++;
    for (this.#space(); this.#json[this.#at] !== ']'; this.#separator()) {
      const value = this.#member(path, taken);
      if (value !== null && value !== '{}' && value !== '[]') items.push(value);
    }
    this.#at++;
    return `[${items.join(',')}]`;
  }

  #separator(): void {
    this.#space();
    if (this.#json[this.#at] === ',') this.#at++;
    this.#space();
  }

  #text(): string {
    const start = this.#at;
    this.#at = skipText(this.#json, start);
    return this.#json.slice(start, this.#at);
  }

  #space(): void {
    this.#at = skipSpace(this.#json, this.#at);
    if (this.#at >= this.#json.length) throw new SyntaxError('the document does not end');
  }
}
