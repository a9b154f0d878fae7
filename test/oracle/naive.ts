import { detectDate, parseDate, parseDateRange } from '../../src/mapping/dates.ts';
import { analyzeStandard, lowerCase } from '../../src/mapping/standard-analyzer.ts';
import { coversPath, isFieldPattern } from '../../src/query/field-patterns.ts';
import type { CrossFieldsLeaf, Ir, MappedLeaf, RangeLeaf } from '../../src/query/ir.ts';
import { minimumShouldMatch } from '../../src/query/minimum-should-match.ts';
import { naiveAnalyzed, naiveBeginning } from './naive-analyzed.ts';
import { naiveIntervals } from './naive-intervals.ts';
import { naiveNear } from './naive-near.ts';
import { naiveSpans, type SpanDocument } from './naive-spans.ts';
import { asFloat, asLong, equals, NUMBER, type Type, tokensOf } from './naive-values.ts';

/**
 * The dumbest engine that is right: parses each document to an object, asks each query about it one
 * by one, and knows no presearch, no hashing and no segments. It shares only the analyser and the
 * date parser with the real one.
 */

/** Types of one index's fields, fixed by the documents in order. */
export class NaiveMapping {
  readonly types = new Map<string, Type>();

  /** The searchable values of a document by path, after fixing the types of new fields. */
  read(document: Record<string, unknown>): Map<string, unknown[]> {
    const values = new Map<string, unknown[]>();
    this.#object('', document, values);
    return values;
  }

  #object(prefix: string, object: Record<string, unknown>, values: Map<string, unknown[]>): void {
    for (const [name, value] of Object.entries(object)) {
      const steps = name.split('.');
      if (steps.includes('')) continue;
      let path = prefix;
      let reachable = true;
      for (const [i, step] of steps.entries()) {
        path = path === '' ? step : `${path}.${step}`;
        if (i < steps.length - 1) reachable &&= this.#isObject(path);
      }
      if (reachable) this.#value(path, value, values);
    }
  }

  #isObject(path: string): boolean {
    if (!this.types.has(path)) this.types.set(path, 'object');
    return this.types.get(path) === 'object';
  }

  #value(path: string, value: unknown, values: Map<string, unknown[]>): void {
    if (value === null) return;
    if (Array.isArray(value)) {
      for (const element of value) this.#value(path, element, values);
      return;
    }
    if (typeof value === 'object') {
      if (this.#isObject(path)) this.#object(path, value as Record<string, unknown>, values);
      return;
    }
    if (!this.types.has(path)) this.types.set(path, detectType(value));
    const type = this.types.get(path)!;
    const converted = convert(type, value);
    if (converted === undefined) return;
    add(values, path, converted);
    const whole = String(value);
    if (type === 'text' && whole.length <= 256) {
      this.types.set(`${path}.keyword`, 'keyword');
      add(values, `${path}.keyword`, whole);
    }
  }
}

function add(values: Map<string, unknown[]>, path: string, value: unknown): void {
  const list = values.get(path);
  if (list === undefined) values.set(path, [value]);
  else list.push(value);
}

function detectType(value: unknown): Type {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'long' : 'float';
  return Number.isNaN(Number(value)) || value === ''
    ? (detectDate(String(value)) ?? 'text')
    : 'text';
}

function convert(type: Type, value: unknown): unknown {
  const text = String(value);
  switch (type) {
    case 'text':
      return text;
    case 'long':
      return typeof value === 'boolean' ? undefined : asLong(text);
    case 'float':
      return typeof value === 'boolean' ? undefined : asFloat(text);
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      return text === '' ? false : undefined;
    case 'iso':
    case 'slashes':
      return typeof value === 'boolean' ? undefined : (parseDate(text, type) ?? undefined);
    default:
      return undefined;
  }
}

/** Whether a document that was read matches. */
export function naiveMatch(
  query: Ir,
  types: ReadonlyMap<string, Type>,
  values: Map<string, unknown[]>,
): boolean {
  const matches = (clause: Ir): boolean => {
    switch (clause.kind) {
      case 'all':
        return true;
      case 'none':
        return false;
      case 'and':
        return clause.clauses.every(matches);
      case 'or':
        return clause.clauses.filter(matches).length >= clause.atLeast;
      case 'not':
        return !matches(clause.clause);
      case 'named':
        return clause.decides === false || matches(clause.clause);
      case 'geo':
      case 'nested':
        // No dynamic mapping makes points, or nested objects.
        return false;
      case 'wordless':
        return types.get(clause.field) === 'text' && analyzeStandard(clause.text).length === 0;
      case 'exists':
        return [...values.keys()].some((path) =>
          isFieldPattern(clause.field)
            ? coversPath(clause.field, path)
            : path === clause.field || path.startsWith(`${clause.field}.`),
        );
      case 'mapped':
        return mappedAmong(clause, types) >= clause.atLeast;
      case 'crossFields':
        return crossFieldsMatch(clause, types, values);
      case 'intervals': {
        if (types.get(clause.field) !== 'text') return false;
        const texts = values.get(clause.field) ?? [];
        return naiveIntervals(clause.rule, tokensOf(texts as string[]));
      }
      case 'spans':
        return naiveSpans(clause.span, spanDocument(types, values));
      default: {
        const paths = pathsOf(clause.field, values);
        return paths.some((path) => leafMatches(clause, types.get(path), values.get(path) ?? []));
      }
    }
  };
  return matches(query);
}

function spanDocument(
  types: ReadonlyMap<string, Type>,
  values: ReadonlyMap<string, unknown[]>,
): SpanDocument {
  const tokens = (path: string) =>
    types.get(path) === 'text' ? tokensOf((values.get(path) ?? []) as string[]) : [];
  return {
    tokens,
    hasTerms(path) {
      const isWhole = types.get(path) === 'keyword' || types.get(path) === 'boolean';
      return tokens(path).length > 0 || (isWhole && (values.get(path) ?? []).length > 0);
    },
    isLike: (leaf, text) => leafMatches(leaf, 'keyword', [text]),
  };
}

function pathsOf(field: string | null, values: ReadonlyMap<string, unknown>): string[] {
  if (field === null) return [...values.keys()];
  if (!isFieldPattern(field)) return [field];
  return [...values.keys()].filter((path) => coversPath(field, path));
}

function mappedAmong({ fields, among }: MappedLeaf, types: ReadonlyMap<string, Type>): number {
  const counted = [...types].filter(
    ([path, type]) =>
      type !== 'object' &&
      isAmong(type, among) &&
      fields.some((field) => (isFieldPattern(field) ? coversPath(field, path) : field === path)),
  ).length;
  // Dynamic mapping gives all texts the same analyzer.
  return among === 'analyzers' ? Math.min(counted, 1) : counted;
}

function isAmong(type: Type, among: MappedLeaf['among']): boolean {
  switch (among) {
    case 'all':
      return true;
    case 'others':
      return type !== 'text';
    case 'numbers':
      return type === 'long' || type === 'float';
    case 'dates':
      return type === 'iso' || type === 'slashes';
    case 'points':
      return false;
    default:
      return type === 'text';
  }
}

function crossFieldsMatch(
  { fields, text, operator }: CrossFieldsLeaf,
  types: ReadonlyMap<string, Type>,
  values: Map<string, unknown[]>,
): boolean {
  const paths = new Set(fields.flatMap((field) => pathsOf(field, values)));
  const texts = [...paths].filter((path) => types.get(path) === 'text');
  const words = analyzeStandard(text).map((token) => token.text);
  const has = (word: string) =>
    texts.some((path) =>
      tokensOf((values.get(path) ?? []) as string[]).some((t) => t.text === word),
    );
  if (words.length > 0 && (operator === 'and' ? words.every(has) : words.some(has))) return true;
  return [...paths].some((path) => {
    const type = types.get(path);
    if (type === undefined || type === 'text') return false;
    return (values.get(path) ?? []).some((value) => equals(type, value, text));
  });
}

type Leaf = Exclude<
  Ir,
  {
    kind:
      | 'all'
      | 'none'
      | 'and'
      | 'or'
      | 'not'
      | 'exists'
      | 'wordless'
      | 'crossFields'
      | 'intervals'
      | 'spans'
      | 'mapped'
      | 'geo';
  }
>;

function leafMatches(leaf: Leaf, type: Type | undefined, values: readonly unknown[]): boolean {
  if (type === undefined) return false;
  if (leaf.kind === 'beginning') return naiveBeginning(leaf, type, values);
  if (leaf.kind === 'match' && (leaf.analyzer !== undefined || leaf.fuzzy !== undefined)) {
    return naiveAnalyzed(leaf, type, values);
  }
  if (leaf.kind === 'range') {
    const compared =
      type === 'text' ? tokensOf(values as string[]).map((token) => token.text) : values;
    return compared.some((value) => inRange(leaf, type, value));
  }
  if (leaf.kind === 'regexp' || leaf.kind === 'fuzzy') {
    if (type !== 'text' && type !== 'keyword') return false;
    const compared =
      type === 'text' ? tokensOf(values as string[]).map(({ text }) => text) : values;
    return compared.some((value) => naiveNear(leaf, type, value as string));
  }
  if (leaf.kind === 'wildcard') {
    if (type !== 'text' && type !== 'keyword') return false;
    const pattern = wildcardRegExp(
      type === 'text' && leaf.normalize ? folded(leaf.pattern) : leaf.pattern,
      leaf.caseInsensitive,
    );
    const compared =
      type === 'text' ? tokensOf(values as string[]).map((token) => token.text) : values;
    return compared.some((value) => pattern.test(value as string));
  }
  if (leaf.kind !== 'term' && leaf.kind !== 'match' && leaf.kind !== 'phrase') return false;
  const text = leaf.kind === 'term' ? leaf.value : leaf.text;
  if (leaf.kind === 'phrase' && leaf.expansions !== undefined && type !== 'text') return false;
  if (type !== 'text') return values.some((value) => equals(type, value, text));
  const fieldTokens = tokensOf(values as string[]);
  const has = (word: string) => fieldTokens.some((token) => token.text === word);
  if (leaf.kind === 'term') return has(text);
  const words = analyzeStandard(text);
  if (words.length === 0) return false;
  if (leaf.kind === 'match' && leaf.minimum !== undefined && words.length > 1) {
    const least = minimumShouldMatch(leaf.minimum, words.length, 'minimum');
    return words.filter((word) => has(word.text)).length >= Math.max(1, least);
  }
  if (leaf.kind === 'match') {
    return leaf.operator === 'and'
      ? words.every((w) => has(w.text))
      : words.some((w) => has(w.text));
  }
  return fieldTokens.some((start) =>
    words.every((word) =>
      fieldTokens.some(
        (t) =>
          (leaf.expansions !== undefined && word === words.at(-1)
            ? t.text.startsWith(word.text)
            : t.text === word.text) && t.position - start.position === word.position,
      ),
    ),
  );
}

function folded(pattern: string): string {
  return pattern.replaceAll(
    /(\\[\s\S])|[^\\]+/g,
    (part, escaped?: string) => escaped ?? lowerCase(part),
  );
}

function wildcardRegExp(pattern: string, caseless = false): RegExp {
  const source = pattern.replaceAll(/\\([\s\S])|[\s\S]/gu, (part, escaped?: string) => {
    if (part === '*') return '[\\s\\S]*';
    if (part === '?') return '[\\s\\S]';
    // Only ASCII letters, and not behind a backslash, are of both cases.
    if (caseless && escaped === undefined && /[A-Za-z]/.test(part)) {
      return `[${part.toLowerCase()}${part.toUpperCase()}]`;
    }
    return (escaped ?? part).replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 'u');
}

function inRange(leaf: RangeLeaf, type: Type, value: unknown): boolean {
  const { lower, upper } = leaf;
  const isBeyond = comparison(leaf, type, value);
  return (
    (lower === null || isBeyond(lower, 'lower')) && (upper === null || isBeyond(upper, 'upper'))
  );
}

function comparison(leaf: RangeLeaf, type: Type, value: unknown) {
  return (bound: string, side: 'lower' | 'upper'): boolean => {
    const inclusive = side === 'lower' ? leaf.includeLower : leaf.includeUpper;
    const sign = side === 'lower' ? 1 : -1;
    if (type === 'iso' || type === 'slashes') {
      const span = parseDateRange(bound, type);
      if (span === null) return false;
      const edge = inclusive === (side === 'lower') ? span.from : span.to;
      const difference = ((value as number) - edge) * sign;
      return inclusive ? difference >= 0 : difference > 0;
    }
    if (type === 'long' || type === 'float') {
      if (!NUMBER.test(bound)) return false;
      const edge = type === 'float' ? Math.fround(Number(bound)) : Number(bound);
      const difference = ((value as number) - edge) * sign;
      return inclusive ? difference >= 0 : difference > 0;
    }
    if (type === 'boolean') {
      // Indexed as F and T.
      if (bound !== 'true' && bound !== 'false') return false;
      return ordered(String(value), bound, sign, inclusive);
    }
    if (type !== 'keyword' && type !== 'text') return false;
    const edge = type === 'text' && leaf.normalize ? lowerCase(bound) : bound;
    return ordered(value as string, edge, sign, inclusive);
  };
}

function ordered(value: string, bound: string, sign: number, inclusive: boolean): boolean {
  const order = Buffer.compare(Buffer.from(value), Buffer.from(bound)) * sign;
  return inclusive ? order >= 0 : order > 0;
}
