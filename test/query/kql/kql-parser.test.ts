import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EstromError } from '../../../src/errors.ts';
import { readKql } from '../../../src/query/kql/kql-parser.ts';
import type { KqlLiteral, KqlNode } from '../../../src/query/kql/kql-tree.ts';
import { Budget } from '../../../src/query/limits.ts';
import { printKql } from './print-kql.ts';

const read = (text: string): KqlNode => readKql(text, new Budget());

/** A short form: `f:v`, phrases in quotes, lists by their operator. */
function show(node: KqlNode): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return `(${node.kind} ${node.nodes.map(show).join(' ')})`;
    case 'not':
      return `(not ${show(node.node)})`;
    case 'nested':
      return `${word(node.path)}{${show(node.node)}}`;
    case 'range':
      return `${word(node.field)} ${node.operator} ${word(node.value)}`;
    case 'is':
      return `${node.field === null ? '' : `${word(node.field)}:`}${word(node.value)}`;
  }
}

function word({ parts, isQuoted }: KqlLiteral): string {
  return isQuoted ? JSON.stringify(parts[0]) : parts.join('*').replaceAll(' ', '_');
}

function failure(text: string): EstromError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof EstromError) return error;
    throw error;
  }
  throw new Error(`[${text}] was read`);
}

describe('a text in KQL', () => {
  it.each([
    ['', '*:*'],
    [' \t\u00a0', '*:*'],
    ['a', 'a'],
    [' a b ', 'a_b'],
    ['a and b', '(and a b)'],
    ['a AND b And c', '(and a b c)'],
    ['a or b and c', '(or a (and b c))'],
    ['(a or b) and c', '(and (or a b) c)'],
    ['not a and b', '(and (not a) b)'],
    ['NOT (a or b)', '(not (or a b))'],
    ['not (not a)', '(not (not a))'],
    ['a\u00a0and\n\tb', '(and a b)'],
    ['f:a', 'f:a'],
    ['f : a b', 'f:a_b'],
    ['f g: a', 'f_g:a'],
    ['f: "a b"', 'f:"a b"'],
    ['"f": "a"', '"f":"a"'],
    ['f:(a or b)', '(or f:a f:b)'],
    ['f:{g:a}', 'f{g:a}'],
    ['f : { g: a or not h > 5 } and i', '(and f{(or g:a (not h gt 5))} i)'],
    ['f:{ g:{ h: (a and b) } }', 'f{g{(and h:a h:b)}}'],
    ['not f: { (g: a) }', '(not f{g:a})'],
    ['f:( a and not (b or "c") )', '(and f:a (not (or f:b f:"c")))'],
    ['f:((a))', 'f:a'],
    ['f > 5 and f<=7', '(and f gt 5 f lte 7)'],
    ['f >= "a b" or f<c d', '(or f gte "a b" f lt c_d)'],
    ['@timestamp < now-1d/d', '@timestamp lt now-1d/d'],
    ['f*: a', 'f*:a'],
    ['*: a*b', '*:a*b'],
    ['f: *', 'f:*'],
  ])('%j is %j', (text, tree) => {
    expect(show(read(text))).toBe(tree);
  });

  it.each([
    ['and', 'and'],
    ['or b', 'or_b'],
    ['not', 'not'],
    ['a and', 'a_and'],
    ['sandor band', 'sandor_band'],
    ['cannot connect', 'cannot_connect'],
    ['android or notes', '(or android notes)'],
    ['f: and', 'f:and'],
    ['a or and b', '(or a and_b)'],
  ])('has words in %j that are no operators there', (text, tree) => {
    expect(show(read(text))).toBe(tree);
  });

  it.each([
    ['a\\:b', 'a:b'],
    ['\\(a\\) \\{\\} \\<\\> \\" \\\\', '(a)_{}_<>_"_\\'],
    ['a \\and b', 'a_and_b'],
    ['\\or', 'or'],
    ['\\not a', 'not_a'],
    ['\\NOT a', 'NOT_a'],
    ['a\\tb\\nc', 'a\tb\nc'],
    ['\\none', '\none'.trim()],
    ['\\u0041\\u00e4', 'Aä'],
    ['\\u002a', '*'],
  ])('has escapes in %j', (text, value) => {
    expect(show(read(text))).toBe(value);
  });

  it.each([
    ['"a\\"b"', 'a"b'],
    ['"a\\\\b"', 'a\\b'],
    ['"\\u0041\\tb"', 'A\tb'],
    ['"a\\(b*"', 'a\\(b*'],
    ['" a "', ' a '],
    ['"a\\u00"', 'a\\u00'],
    ['""', ''],
  ])('keeps in quotes what is no escape there: %j', (text, value) => {
    const tree = read(text);
    expect(tree).toMatchObject({ value: { parts: [value], isQuoted: true } });
  });

  it('tells wildcards from stars that are escaped or in quotes', () => {
    expect(read('a\\**')).toMatchObject({ value: { parts: ['a*', ''] } });
    expect(read('f:"*"')).toMatchObject({ value: { parts: ['*'] } });
    expect(read('f:\\*')).toMatchObject({ value: { parts: ['*'] } });
  });

  it.each([
    ['a:', 2, /expected a word.* but the query ends/],
    ['a: b:c', 4, /found \[:\]; write \\: for the character/],
    ['(a', 2, /expected a \) for the \( at offset 0, but the query ends/],
    ['a)', 1, /expected \[and\], \[or\] or the end of the query, but found \[\)\]/],
    ['f:(a b:c)', 6, /expected a \) for the \( at offset 2/],
    ['f:()', 3, /expected a word/],
    ['a and ', 6, /expected a word/],
    ['a not b', 2, /found \[not\]; write \[and not\]/],
    ['f: not b', 3, /found \[not\]/],
    ['not not a', 4, /found \[not\]/],
    ['a "b"', 2, /found \["\]/],
    ['"a" b', 4, /found \[b\]/],
    ['f > ', 4, /expected a value after the >/],
    ['f >> 5', 3, /expected a value after the >/],
    ['f: > 5', 3, /expected a word/],
    ['> 5', 0, /found \[>\]/],
    ['a "b', 2, /found \["\]/],
    ['f: "b', 3, /text in quotes that begins here is never closed/],
    ['a\\d', 1, /expected a character to escape; write \\\\ for a backslash/],
    ['a \\u12g4', 2, /four hexadecimal digits/],
    ['a\\', 1, /expected a character to escape/],
    ['a }', 2, /found \[\}\]/],
  ])('is refused at the place of the trouble: %j', (text, offset, reason) => {
    const error = failure(text);
    expect(error.code).toBe('QUERY_SYNTAX');
    expect(error.details).toEqual({ offset });
    expect(error.message).toMatch(reason);
    expect(error.message).toContain(`(offset ${offset})`);
  });

  it.each([
    ['items: { name: x', 16, /expected a \} for the \{ at offset 7, but the query ends/],
    ['items: { name: x )', 17, /expected a \}/],
    ['items: { }', 9, /expected a word/],
    ['items: { name: x } }', 19, /found \[\}\]/],
  ])('tells where nested objects are not closed: %j', (text, offset, reason) => {
    const error = failure(text);
    expect(error).toMatchObject({ code: 'QUERY_SYNTAX', details: { offset } });
    expect(error.message).toMatch(reason);
  });

  it('may not be too deep', () => {
    const error = failure(`${'('.repeat(60)}a${')'.repeat(60)}`);
    expect(error).toMatchObject({ code: 'QUERY_LIMIT', details: { offset: 50 } });
    expect(failure(`f:${'('.repeat(100_000)}`).code).toBe('QUERY_LIMIT');
  });

  it('takes time in proportion to its length', () => {
    const long = ' '.repeat(60_000);
    const start = performance.now();
    for (const text of [`a${long}b`, `a and${long}`, `not${long}`, `${'a '.repeat(30_000)}`]) {
      try {
        read(text);
      } catch (error) {
        expect(error).toBeInstanceOf(EstromError);
      }
    }
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'ab 1\\():<>"*{}\u00a0é.-+?/[]') }),
  fc
    .array(fc.constantFrom('and', 'or', 'not', 'null', 'a', '"', ':'), { minLength: 1 })
    .map((words) => words.join(' ')),
);
/** Without quotes, space at the ends is not kept. */
const plain = text.map((one) => one.trim()).filter((one) => one !== '');

const unquoted = fc
  .array(plain, { minLength: 1, maxLength: 3 })
  .map((parts): KqlLiteral => ({ parts, isQuoted: false, offset: 0 }));
const quoted = text.map((one): KqlLiteral => ({ parts: [one], isQuoted: true, offset: 0 }));
const star = fc.constant<KqlLiteral>({ parts: ['', ''], isQuoted: false, offset: 0 });
const literal = fc.oneof({ weight: 4, arbitrary: unquoted }, quoted, star);

const tree = fc.letrec<{
  node: KqlNode;
  and: KqlNode;
  or: KqlNode;
  not: KqlNode;
  nested: KqlNode;
  leaf: KqlNode;
}>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    tie('leaf'),
    tie('and'),
    tie('or'),
    tie('not'),
    tie('nested'),
  ),
  and: fc
    .array(tie('node'), { minLength: 2, maxLength: 3 })
    .map((nodes): KqlNode => ({ kind: 'and', nodes })),
  or: fc
    .array(tie('node'), { minLength: 2, maxLength: 3 })
    .map((nodes): KqlNode => ({ kind: 'or', nodes })),
  not: tie('node').map((node): KqlNode => ({ kind: 'not', node })),
  nested: fc
    .tuple(literal, tie('node'))
    .map(([path, node]): KqlNode => ({ kind: 'nested', path, node })),
  leaf: fc.oneof(
    fc.record({
      kind: fc.constant('is' as const),
      field: fc.option(literal),
      value: literal,
    }),
    fc.record({
      kind: fc.constant('range' as const),
      field: literal,
      operator: fc.constantFrom('gt', 'gte', 'lt', 'lte'),
      value: literal,
    }),
  ),
})).node;

/** Where things stand is left out. */
function withoutOffsets(node: KqlNode): unknown {
  return JSON.parse(JSON.stringify(node, (key, value) => (key === 'offset' ? undefined : value)));
}

it('a tree that is printed is read as the same tree', () => {
  fc.assert(
    fc.property(tree, (node) => {
      expect(withoutOffsets(read(printKql(node)))).toEqual(withoutOffsets(node));
    }),
    { numRuns: 500 },
  );
});

it('any text is read, or refused at a place in it', () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: 'grapheme' })), (any) => {
      try {
        read(any);
      } catch (error) {
        if (!(error instanceof EstromError)) throw error;
        expect(error.details['offset']).toBeGreaterThanOrEqual(0);
        expect(error.details['offset']).toBeLessThanOrEqual(any.length);
      }
    }),
    { numRuns: 500 },
  );
});
