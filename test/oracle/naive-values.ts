import { parseDateRange } from '../../src/mapping/dates.ts';
import { analyzeStandard } from '../../src/mapping/standard-analyzer.ts';

export type Type = 'text' | 'keyword' | 'long' | 'float' | 'boolean' | 'iso' | 'slashes' | 'object';

/** Tokens of a field's values, each value 100 positions behind the one before. */
export function tokensOf(values: readonly string[]): { text: string; position: number }[] {
  let next = 0;
  return values.flatMap((value) => {
    const tokens = analyzeStandard(value).map(({ text, position }) => ({
      text,
      position: next + position,
    }));
    next = (tokens.at(-1)?.position ?? next - 1) + 1 + 100;
    return tokens;
  });
}

export function equals(type: Type, value: unknown, text: string): boolean {
  switch (type) {
    case 'keyword':
      return value === text;
    case 'boolean':
      return String(value) === text;
    case 'long':
      return NUMBER.test(text) && Number.isInteger(Number(text)) && value === Number(text) + 0;
    case 'float':
      return value === asFloat(text);
    case 'iso':
    case 'slashes': {
      const span = parseDateRange(text, type);
      return span !== null && (value as number) >= span.from && (value as number) <= span.to;
    }
    default:
      return false;
  }
}

export const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

export function asLong(text: string): number | undefined {
  return NUMBER.test(text) ? Math.trunc(Number(text)) + 0 : undefined;
}

export function asFloat(text: string): number | undefined {
  return NUMBER.test(text) ? Math.fround(Number(text)) + 0 : undefined;
}
