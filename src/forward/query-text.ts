/** A parameter of an address: its decoded name and value, and its text as it was sent. */
interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

/** The query of an address, changed without touching the bytes of what stays. */
export class QueryText {
  readonly #parameters: readonly Parameter[];

  private constructor(parameters: readonly Parameter[]) {
    this.#parameters = parameters;
  }

  /** @param text what follows the question mark */
  static parse(text: string): QueryText {
    const parts = text === '' ? [] : text.split('&');
    return new QueryText(
      parts.map((part) => {
        const at = part.indexOf('=');
        const name = decode(at < 0 ? part : part.slice(0, at));
        return { name, value: at < 0 ? '' : decode(part.slice(at + 1)), text: part };
      }),
    );
  }

  has(name: string): boolean {
    return this.#parameters.some((parameter) => parameter.name === name);
  }

  /** The last value of that name, as Elasticsearch takes it. */
  get(name: string): string | undefined {
    return this.#parameters.findLast((parameter) => parameter.name === name)?.value;
  }

  without(...names: string[]): QueryText {
    return new QueryText(this.#parameters.filter(({ name }) => !names.includes(name)));
  }

  /** @param text `name=value`, encoded */
  with(text: string): QueryText {
    return new QueryText([...this.#parameters, { name: '', value: '', text }]);
  }

  /** With the question mark; empty when nothing is left. */
  toString(): string {
    const text = this.#parameters.map((parameter) => parameter.text).join('&');
    return text === '' ? '' : `?${text}`;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
