import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Clause } from '../../src/query/dsl/dsl-clause.ts';
import { CLAUSES } from '../../src/query/dsl/dsl-clauses.ts';
import { REFUSED } from '../../src/query/dsl/dsl-refused.ts';
import { MAX_QUERY_BYTES, MAX_QUERY_CLAUSES, MAX_QUERY_DEPTH } from '../../src/query/limits.ts';
import { COMMON, type Effect, type ParameterTable } from '../../src/query/parameters.ts';

const PAGE = '../../docs/queries.md';

function parametersOf(table: ParameterTable, effect: Effect): string {
  return Object.entries(table)
    .filter(([name, parameter]) => parameter.effect === effect && !Object.hasOwn(COMMON, name))
    .map(([name, { note }]) => `\`${name}\`${note === undefined ? '' : ` (${note})`}`)
    .join(', ');
}

function clauseSection([name, clause]: [string, Clause]): string {
  const { parameters, note } = clause;
  const lines = [
    note === undefined ? '' : `${note[0]!.toUpperCase()}${note.slice(1)}.\n`,
    ...(['used', 'ignored', 'refused'] as const).map((effect) => {
      const names = parametersOf(parameters, effect);
      return names === '' ? '' : `- ${HEADS[effect]}: ${names}`;
    }),
  ].filter((line) => line !== '');
  return `### ${name}\n\n${lines.length === 0 ? 'No parameters.' : lines.join('\n')}`;
}

const HEADS: Readonly<Record<Effect, string>> = {
  used: 'understood',
  ignored: 'read and without effect on what matches',
  refused: 'refused',
};

function page(): string {
  const clauses = [...CLAUSES].sort(([a], [b]) => (a < b ? -1 : 1)).map(clauseSection);
  const refused = [...REFUSED].map(([name, advice]) => `| \`${name}\` | ${advice ?? 'not yet'} |`);
  return `# Queries

A query is a text in the query string syntax, one in the Kibana Query Language if \`lang=kql\` says so, or a clause of
Elasticsearch's Query DSL in JSON; each may be given wherever a query is asked for. It means what it means in Elasticsearch 7.17, see
[elasticsearch-differences.md](elasticsearch-differences.md). What is not understood is refused with the code \`QUERY_SYNTAX\` or
\`QUERY_UNSUPPORTED\` and its place: \`clause\` is a path such as \`query.bool.must[1].match\`, \`offset\` a position in a
query text. Nothing is passed over in silence.

Equal queries have one id, whatever they are written in: \`f:x AND g:y\`, a \`bool\` with two \`match\` clauses
and \`f:x AND g:y\` in a \`query_string\` clause are the same query, and so is \`f: x and g: y\` in KQL.

This page is made from the parser's own tables.

## The query string

| form | meaning |
| --- | --- |
| \`word\`, \`several words\`, \`"a phrase"\`, \`"a phrase"~2\` | analysed text in every field |
| \`field:word\`, \`field:(several words)\`, \`field:"a phrase"\` | in one field |
| \`field:[a TO b]\`, \`field:{a TO b}\`, \`field:>=a\`, \`field:[a TO *]\` | a range of numbers, dates with date math, or terms |
| \`wor*\`, \`w?rd\`, \`field:wo*d\` | a pattern of whole terms |
| \`word~\`, \`word~1\` | terms that few edits make of it |
| \`/wor.+/\`, \`field:/wor.+/\` | a regular expression on whole terms |
| \`log.\\*:word\`, \`_exists_:log.\\*\` | in any field that the pattern covers; the star needs its backslash |
| \`field:*\`, \`_exists_:field\` | the field has a value |
| \`*\`, \`*:*\` | every document |
| \`a AND b\`, \`a OR b\`, \`NOT a\`, \`+a -b\`, \`&&\`, \`\\|\\|\`, \`!\`, \`( )\` | operators without precedence, as Lucene has them |
| \`a^2\` | read and without effect: boosts change scores only |
| \`\\:\` | the character itself |

## KQL

With \`lang=kql\` a text is read as Kibana's query bar reads it (\`lang=lucene\`, or nothing, is the query string): beside
\`q=\` in the address of a tail, \`"lang": "kql"\` beside \`query\` in a body or a WAMP call, \`estrom tail --lang kql\`. Where
only a query can be given, such as a row filter, and to have a time zone, there is a clause: \`{"kql": {"query": "f: x",
"time_zone": "Europe/Berlin"}}\`.

| form | meaning |
| --- | --- |
| \`several words\`, \`"a phrase"\` | analysed text in every field; one of the words suffices |
| \`field: several words\`, \`field: "a phrase"\` | in one field |
| \`field: (a or b)\`, \`field: (a and not b)\` | the same for several values |
| \`field >= 5\`, \`field < "2024-02-03"\`, \`field > now-1d\` | a range of numbers, dates with date math, or terms |
| \`field: wo*d\`, \`wor*\` | a pattern of whole terms; beside other words, one of all suffices |
| \`field: *\`, \`not field: *\` | the field has a value, or none |
| \`log.*: word\`, \`log.* > 5\`, \`log.*: *\` | in any field that the pattern covers |
| \`*\`, \`*: *\` | every document |
| \`a and b\`, \`a or b\`, \`not a\`, \`( )\` | in any case; \`not\` binds closer than \`and\`, that closer than \`or\` |
| \`items: { name: word and price > 5 }\` | one of the nested objects by itself; each name goes on from the path before the \`{\` |
| \`\\:\`, \`\\*\`, \`\\u00e4\`, \`\\and\` | the character or the word itself; in quotes a \`"\` and a \`\\\` have one before them |

It means what Kibana 7.17 asks Elasticsearch for it: \`match\` and \`match_phrase\`, \`multi_match\` where no field is named,
\`range\`, \`exists\`, and for a value with a \`*\` a \`query_string\`. Without Kibana's list of fields, a pattern of names asks all
fields that it covers, and those whose type cannot hold the value do not match.

As in Kibana, an operator with nothing behind it is part of the value: \`status\` in \`status >= 500 and\` is compared with \`500 and\`.

## Clauses of the Query DSL

Every clause takes \`boost\`, which has no effect on what matches, and \`_name\`: a hit tells in \`matched_queries\`
which of the query's names belong to clauses that hold for it.

${clauses.join('\n\n')}

## Refused clauses

| clause | instead |
| --- | --- |
${refused.join('\n')}

## Limits

A query has at most ${MAX_QUERY_CLAUSES} leaves, where every field and every term counts, ${MAX_QUERY_DEPTH} levels of nesting and ${MAX_QUERY_BYTES / 1024} KiB of text.
One that has more is refused with \`QUERY_LIMIT\`.
`;
}

it('docs/queries.md lists what the parser knows (made by: npx vitest run test/query/queries-page.test.ts -u)', async () => {
  await expect(page()).toMatchFileSnapshot(PAGE);
});

it('docs/queries.md is linked from the first page', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain('(docs/queries.md)');
});
