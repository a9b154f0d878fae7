import fc from 'fast-check';
import { documentOf, type Field, fields } from './documents.ts';
import { type ExplicitMapping, explicitMapping } from './explicit.ts';
import type { MappedRound } from './mapped-round.ts';
import { queryDslOf } from './query-dsl.ts';
import { type Question, queryTextOf } from './query-strings.ts';

type Json = Readonly<Record<string, unknown>>;
type Definitions = Readonly<Record<string, Json>>;

/** Objects, with those that are in them. */
interface Level {
  readonly own: readonly Field[];
  readonly mapping: ExplicitMapping;
}

const ITEMS = 'items';
const PARTS = 'items.parts';

const level: fc.Arbitrary<Level> = fields.chain((all) => {
  const own = all.filter((_, at) => at % 2 === 0 || all[at]!.path.startsWith('user'));
  return explicitMapping(own).map((mapping) => ({ own, mapping }));
});

/** The same field of objects. */
const within = (path: string, all: readonly Field[]): Field[] =>
  all.map((field) => ({ ...field, path: `${path}.${field.path}` }));

/** What a mapping names by whole paths is somewhere else now; copies go to the objects, or to the document. */
function definitionsIn(path: string, { mapping }: ExplicitMapping, toRoot: boolean): Definitions {
  const properties = mapping['properties'] as Definitions;
  const moved = Object.entries(properties).map(([name, given]) => {
    const definition: Record<string, unknown> = { ...given };
    if ('copy_to' in given) definition['copy_to'] = toRoot ? 'everything' : `${path}.everything`;
    if (given['type'] === 'alias') definition['path'] = `${path}.${given['path'] as string}`;
    return [name, definition];
  });
  return Object.fromEntries(moved) as Definitions;
}

const flags = fc.constantFrom<Json>(
  {},
  {},
  { include_in_root: true },
  { include_in_parent: true },
  { include_in_parent: true, include_in_root: true },
);

const nested = (path: string, query: unknown): Json => ({ nested: { path, query } });
const not = (query: unknown): Json => ({ bool: { must_not: query } });
const all = (...must: unknown[]): Json => ({ bool: { must } });

/** @param arrays objects of an inner level, as JSON */
const withMember = (document: string, name: string, arrays: readonly string[]): string => {
  if (arrays.length === 0) return document;
  const value = arrays.length === 1 ? arrays[0]! : `[${arrays.join(',')}]`;
  const comma = document === '{}' ? '' : ',';
  return `${document.slice(0, -1)}${comma}"${name}":${value}}`;
};

const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { maxLength: 3 });

function documentsOf(root: Level, items: Level, parts: Level): fc.Arbitrary<string> {
  const item = fc
    .tuple(documentOf(items.own), some(documentOf(parts.own)))
    .map(([document, inner]) => withMember(document, 'parts', inner));
  return fc
    .tuple(documentOf(root.own), some(item))
    .map(([document, inner]) => withMember(document, ITEMS, inner));
}

/** Elasticsearch takes a text for a query only at the top. */
const dslOf = (query: Question['query']): Json =>
  typeof query === 'string' ? { query_string: { query } } : query;

/** Refused by Elasticsearch unless a clause beside it can match nothing; estrom reads all of a query. */
const DOUBLED = /NOT (?:[-+!]|NOT )/;

/** Any clause over fields. */
function clauseOf(asked: readonly Field[]): fc.Arbitrary<Question> {
  const text = queryTextOf(asked)
    .filter(({ kind, text }) => kind !== 'string: unescaped' && !DOUBLED.test(text))
    .map(({ kind, text: query }): Question => ({ kind, query: { query_string: { query } } }));
  return fc.oneof({ weight: 3, arbitrary: queryDslOf(asked) }, { weight: 1, arbitrary: text });
}

function questionsOf(root: readonly Field[], items: readonly Field[], parts: readonly Field[]) {
  const every = [...root, ...items, ...parts];
  const [ofRoot, ofItems, ofParts, ofAny] = [root, items, parts, every].map((asked) =>
    clauseOf(asked).map(({ query }) => dslOf(query)),
  ) as [fc.Arbitrary<unknown>, fc.Arbitrary<unknown>, fc.Arbitrary<unknown>, fc.Arbitrary<unknown>];
  const bare = fc.constantFrom<unknown>(
    ...[ITEMS, PARTS, ...every.map(({ path }) => path)].map((field) => ({ exists: { field } })),
    { match_all: {} },
  );
  const inItems = fc.oneof({ weight: 5, arbitrary: ofItems }, { weight: 1, arbitrary: bare });
  const inParts = fc.oneof({ weight: 5, arbitrary: ofParts }, { weight: 1, arbitrary: bare });
  const one = (
    kind: string,
    weight: number,
    ...given: [
      fc.Arbitrary<unknown>,
      (...queries: unknown[]) => unknown,
      ...fc.Arbitrary<unknown>[],
    ]
  ) => {
    const [first, make, ...rest] = given;
    const arbitrary = fc
      .tuple(first, ...rest)
      .map((queries): Question => ({ kind, query: make(...queries) as Json }));
    return { weight, arbitrary };
  };
  const ofBoth = (query: unknown, inner: unknown) =>
    nested(ITEMS, all(query, nested(PARTS, inner)));
  return fc.oneof(
    one('items', 6, inItems, (query) => nested(ITEMS, query)),
    one('items: two clauses', 4, inItems, (a, b) => nested(ITEMS, all(a, b)), inItems),
    one('items: negation', 3, inItems, (query) => nested(ITEMS, not(query))),
    one('items: but not', 2, inItems, (a, b) => nested(ITEMS, all(a, not(b))), inItems),
    one('no items', 2, inItems, (query) => not(nested(ITEMS, query))),
    one('items: fields of others', 2, ofAny, (query) => nested(ITEMS, query)),
    one('parts', 4, inParts, (query) => nested(PARTS, query)),
    one('parts: negation', 2, inParts, (query) => nested(PARTS, not(query))),
    one('parts: fields of others', 2, ofAny, (query) => nested(PARTS, query)),
    one('items with parts', 4, inItems, ofBoth, inParts),
    one('items without parts', 3, inParts, (inner) => nested(ITEMS, not(nested(PARTS, inner)))),
    one('document and items', 3, ofRoot, (a, b) => all(a, nested(ITEMS, b)), inItems),
    one(
      'document or items',
      2,
      ofRoot,
      (a, b) => ({ bool: { should: [a, nested(ITEMS, b)] } }),
      inItems,
    ),
    one('two items', 2, inItems, (a, b) => all(nested(ITEMS, a), nested(ITEMS, b)), inItems),
    one('document', 2, ofRoot, (query) => query),
    one('document: fields of others', 4, ofAny, (query) => query),
    one('document: exists', 1, bare, (query) => query),
  );
}

/** A mapping with nested objects, two levels of them, with documents and questions. */
export function nestedRound(documents: number, questions: number): fc.Arbitrary<MappedRound> {
  const exactly = (count: number) => ({ minLength: count, maxLength: count });
  return fc
    .record({
      root: level,
      items: level,
      parts: level,
      ofItems: flags,
      ofParts: flags,
      toRoot: fc.boolean(),
    })
    .chain(({ root, items, parts, ofItems, ofParts, toRoot }) => {
      const inner = {
        type: 'nested',
        ...ofParts,
        dynamic: parts.mapping.mapping['dynamic'],
        properties: definitionsIn(PARTS, parts.mapping, toRoot),
      };
      const outer = {
        type: 'nested',
        ...ofItems,
        dynamic: items.mapping.mapping['dynamic'],
        properties: { ...definitionsIn(ITEMS, items.mapping, toRoot), parts: inner },
      };
      const { dynamic, properties } = root.mapping.mapping;
      const mapping = { dynamic, properties: { ...(properties as Json), [ITEMS]: outer } };
      const asked = questionsOf(
        root.mapping.fields,
        within(ITEMS, items.mapping.fields),
        within(PARTS, parts.mapping.fields),
      );
      return fc.record({
        mapping: fc.constant(mapping),
        documents: fc.array(documentsOf(root, items, parts), exactly(documents)),
        questions: fc.array(asked, exactly(questions)),
      });
    });
}
