/** A number as it is written: as a double it may be another one. */
export class WrittenNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** As {@link JSON.parse}, with each number a {@link WrittenNumber}. */
export function parseWritten(json: string): unknown {
  return JSON.parse(json, withText as (key: string, value: unknown) => unknown);
}

function withText(_key: string, value: unknown, { source }: { readonly source: string }): unknown {
  return typeof value === 'number' ? new WrittenNumber(source) : value;
}
