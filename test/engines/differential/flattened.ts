import fc from 'fast-check';
import { documentOf, type Field, fields } from './documents.ts';
import type { MappedRound } from './mapped-round.ts';
import { queryAnalyzersOf } from './query-analyzers.ts';
import { queryDslOf } from './query-dsl.ts';
import { type Question, queryTextOf } from './query-strings.ts';

type Definition = Readonly<Record<string, unknown>>;

const DEFINITIONS: readonly Definition[] = [
  { type: 'flattened' },
  { type: 'flattened' },
  { type: 'flattened', null_value: 'foo' },
  { type: 'flattened', ignore_above: 6 },
  { type: 'flattened', split_queries_on_whitespace: true },
  { type: 'flattened', doc_values: false },
  { type: 'flattened', depth_limit: 2 },
];

const exactly = (count: number) => ({ minLength: count, maxLength: count });

/** Documents with two flattened objects and other fields, and queries on the objects, their keys and all fields. */
export function flattenedRound(documents: number, questions: number): fc.Arbitrary<MappedRound> {
  const definition = fc.constantFrom(...DEFINITIONS);
  return fc.tuple(fields, definition, definition).chain(([all, one, other]) => {
    const below = (root: string) => all.map((each) => ({ ...each, path: `${root}.${each.path}` }));
    const itself = (path: string) => all.slice(0, 2).map((each) => ({ ...each, path }));
    const asked: Field[] = [
      ...[...below('f'), ...below('f'), ...itself('f')],
      ...[...below('o.g'), ...itself('o.g'), ...below('al'), ...itself('al')],
      ...all.slice(0, 2),
    ];
    const inner = fc.oneof(
      { weight: 6, arbitrary: documentOf(all) },
      {
        weight: 1,
        arbitrary: fc.array(documentOf(all), { maxLength: 2 }).map((list) => `[${list}]`),
      },
      { weight: 1, arbitrary: fc.constantFrom('null', '{}', '[]', '"foo"', '7') },
    );
    const document = fc
      .tuple(inner, inner, fc.option(documentOf(all.slice(0, 2)), { nil: '{}' }))
      .map(([f, g, rest]) => `{"f":${f},"o":{"g":${g}},"rest":${rest}}`);
    return fc.record({
      mapping: fc.constant({
        properties: {
          f: one,
          o: { properties: { g: other } },
          al: { type: 'alias', path: 'f' },
        },
      }),
      documents: fc.array(document, exactly(documents)),
      questions: fc.array(
        fc.oneof(
          queryTextOf(asked).map(({ kind, text }): Question => ({ kind, query: text })),
          queryDslOf(asked),
          queryAnalyzersOf(asked, []),
        ),
        exactly(questions),
      ),
    });
  });
}
