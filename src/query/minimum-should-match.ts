import { syntax } from './dsl/dsl-reader.ts';

const MAX_SPEC_LENGTH = 200;

/**
 * How many of `count` optional clauses a `minimum_should_match` asks for: `2`, `-1`, `75%`,
 * `-25%`, or conditions such as `2<-25% 9<-3`.
 * @returns 0 when it asks for none; may exceed `count`, which nothing matches
 * @throws EstromError QUERY_SYNTAX
 */
export function minimumShouldMatch(spec: string, count: number, path: string): number {
  if (spec.length > MAX_SPEC_LENGTH) throw malformed(spec.slice(0, MAX_SPEC_LENGTH), path);
  const trimmed = spec.trim();
  if (!trimmed.includes('<')) return Math.max(0, simple(trimmed, count, path));
  let result = count;
  for (const condition of trimmed.replace(/\s*<\s*/g, '<').split(/\s+/)) {
    const [bound, asked, rest] = condition.split('<');
    if (bound === undefined || asked === undefined || rest !== undefined) {
      throw malformed(spec, path);
    }
    if (count <= integer(bound, spec, path)) return result;
    result = Math.max(0, simple(asked, count, path));
  }
  return result;
}

/** Asks for more than there is of any number of clauses above one. */
const TOO_MANY = '200%';

/**
 * What a `minimum_should_match` asks of the tokens of an analysed text, whose number only a mapping
 * tells: Elasticsearch applies it where there are several tokens.
 * @returns the operator, and the condition where it is more than the operator says
 * @throws EstromError QUERY_SYNTAX
 */
export function tokenMinimum(
  spec: string,
  operator: 'or' | 'and',
  path: string,
): { readonly operator: 'or' | 'and'; readonly minimum?: string } {
  // A number so large reads every condition, and so finds every mistake.
  minimumShouldMatch(spec, 1_000_000_000, path);
  if (operator === 'and') {
    // Required tokens are not counted as optional clauses, and of those there is none.
    const asked = minimumShouldMatch(spec, 0, path);
    return asked > 0 ? { operator: 'or', minimum: TOO_MANY } : { operator };
  }
  const trimmed = spec
    .trim()
    .replace(/\s*<\s*/g, '<')
    .replace(/\s+/g, ' ');
  if (trimmed.includes('<')) return { operator, minimum: trimmed };
  const asked = Number.parseInt(trimmed, 10);
  if (!trimmed.endsWith('%')) {
    return asked === 0 || asked === 1 ? { operator } : { operator, minimum: String(asked) };
  }
  if (asked === 100) return { operator: 'and' };
  return asked === 0 || asked <= -100 ? { operator } : { operator, minimum: `${asked}%` };
}

function simple(spec: string, count: number, path: string): number {
  if (!spec.endsWith('%')) {
    const asked = integer(spec, spec, path);
    return asked < 0 ? count + asked : asked;
  }
  const percent = integer(spec.slice(0, -1), spec, path);
  // Elasticsearch calculates in single precision, which decides some whole results.
  const asked = Math.fround(Math.fround(count * percent) * Math.fround(1 / 100));
  return percent < 0 ? count + Math.trunc(asked) : Math.trunc(asked);
}

function integer(text: string, spec: string, path: string): number {
  if (!/^[+-]?\d{1,9}$/.test(text)) throw malformed(spec, path);
  return Number(text);
}

function malformed(spec: string, path: string): ReturnType<typeof syntax> {
  return syntax(path, `expected a number such as 2, -1 or 75%, but found [${spec}]`);
}
