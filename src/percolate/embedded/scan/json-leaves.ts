/** What reads the leaves of objects. */
export interface LeafSink {
  /**
   * A scalar below an object.
   * @param key the names that lead to it, with dots between them
   * @param value a text, numbers and booleans as they are written; null for `null`
   */
  leaf(key: string, value: string | null): void;
  /** An object begins, at this depth in the outermost one: 1 for those in it. @returns false to stop */
  enter(depth: number): boolean;
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"((?:[^"\\]|\\[\s\S])*)"/y;
const SCALAR = /[^,\]}\s]+/y;

/**
 * Walks through an object, or arrays of objects and nulls, for its scalars. Numbers stay as they are written, which
 * `JSON.parse` would not leave.
 */
export class JsonLeaves {
  readonly #sink: LeafSink;
  #text = '';
  #at = 0;

  constructor(sink: LeafSink) {
    this.#sink = sink;
  }

  /**
   * @param text JSON that has been checked
   * @returns how many objects there were outermost; -1 where there was something else, or the sink stopped
   */
  read(text: string): number {
    this.#text = text;
    this.#at = 0;
    return this.#outermost();
  }

  #outermost(): number {
    this.#take(SPACE);
    const first = this.#text[this.#at];
    if (first === '{') return this.#object('', 0) ? 1 : -1;
    if (first === 'n') {
      this.#take(SCALAR);
      return 0;
    }
    if (first !== '[') return -1;
    let objects = 0;
    const isRead = this.#members(']', () => {
      const found = this.#outermost();
      objects += found;
      return found >= 0;
    });
    return isRead ? objects : -1;
  }

  /** At an opening bracket; leaves behind the closing one. */
  #members(close: string, member: () => boolean): boolean {
    this.#at++;
    this.#take(SPACE);
    while (this.#text[this.#at] !== close) {
      if (!member()) return false;
      this.#take(SPACE);
      if (this.#text[this.#at] === ',') this.#at++;
      this.#take(SPACE);
    }
    this.#at++;
    return true;
  }

  #object(prefix: string, depth: number): boolean {
    return this.#members('}', () => {
      const name = this.#string();
      this.#take(SPACE);
      // The colon.
      this.#at++;
      return this.#value(prefix + name, depth);
    });
  }

  #value(key: string, depth: number): boolean {
    this.#take(SPACE);
    switch (this.#text[this.#at]) {
      case '{':
        return this.#sink.enter(depth + 1) && this.#object(`${key}.`, depth + 1);
      case '[':
        return this.#members(']', () => this.#value(key, depth));
      case '"':
        this.#sink.leaf(key, this.#string());
        return true;
      default: {
        const scalar = this.#take(SCALAR);
        this.#sink.leaf(key, scalar === 'null' ? null : scalar);
        return true;
      }
    }
  }

  #string(): string {
    const quoted = this.#take(STRING);
    return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}
