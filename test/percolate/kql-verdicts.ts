import { readFileSync } from 'node:fs';
import type { Engine } from '../../src/percolate/engine.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import type { KqlCase } from '../golden/ask.ts';
import { sourceText } from '../golden/load.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';

const text = readFileSync(new URL('../golden/kql.json', import.meta.url), 'utf8');
/** Texts in KQL, and what Elasticsearch answers to the queries that Kibana makes of them. */
export const KQL_CASES = JSON.parse(text) as readonly KqlCase[];
export const KQL_GROUP_NAMES = [...new Set(KQL_CASES.map(({ name }) => name))];

/** Which of the cases an engine matches, whose groups have an index each. */
export async function kqlVerdicts(engine: Engine, prefix: string): Promise<readonly boolean[]> {
  const indexOf = (name: string) => `${prefix}-${KQL_GROUP_NAMES.indexOf(name)}`;
  await engine.register(
    KQL_CASES.map(({ kql, name }, ordinal) => {
      const clause = typeof kql === 'string' ? { query: kql } : kql;
      const { query } = canonicalise(parseQuery({ kql: clause }));
      return { id: ordinal.toString(16).padStart(32, '0'), ordinal, index: indexOf(name), query };
    }),
  );
  const documents = KQL_GROUP_NAMES.map(
    (name) => KQL_CASES.find((one) => one.name === name)!.document,
  );
  const { pairs } = await engine.percolate(
    batchOf(documents.map(sourceText), KQL_GROUP_NAMES.map(indexOf)),
  );
  const matched = new Set(ordinalsBySlot(pairs, documents.length).flat());
  return KQL_CASES.map((_, ordinal) => matched.has(ordinal));
}

/** The cases of a group in which an engine is wrong. */
export function wrongOf(name: string, verdicts: readonly boolean[]): object[] {
  return KQL_CASES.flatMap((one, ordinal) => {
    const matched = verdicts[ordinal];
    // Where Elasticsearch fails it returns no document.
    const isRight = one.name !== name || matched === (one.expected === true);
    return isRight ? [] : [{ kql: one.kql, expected: one.expected, matched }];
  });
}
