import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { MAPPING_CASES } from '../../mapping/explicit/mapping-cases.ts';
import { FIELD_MERGES, ROOT_MERGES } from '../../mapping/explicit/merge-cases.ts';
import { PARAMETER_CASES } from '../../mapping/explicit/parameter-cases.ts';
import { RARER_CASES, RARER_MERGES } from '../../mapping/explicit/rarer-type-cases.ts';
import { Asking, startEstrom } from './asking.ts';

const elasticsearch = new Asking(inject('elasticsearch'));
let app: FastifyInstance;
let estrom: Asking;

beforeAll(async () => {
  ({ app, estrom } = await startEstrom());
});

afterAll(() => app.close());

/** The same type of error, for another of two reasons. */
const OTHER_REASON = new Set(['dots3', 't26']);

async function agree(name: string, ...mappings: readonly unknown[]): Promise<void> {
  const [theirs, ours] = [
    await elasticsearch.outcome(...mappings),
    await estrom.outcome(...mappings),
  ];
  if (!OTHER_REASON.has(name)) expect(ours).toEqual(theirs);
  else expect(String(ours).split(':')[0]).toBe(String(theirs).split(':')[0]);
}

describe('mappings are refused or shown as by Elasticsearch', () => {
  it.each(Object.entries({ ...MAPPING_CASES, ...PARAMETER_CASES, ...RARER_CASES }))('%s', agree);
});

describe('fields are mapped again as in Elasticsearch', () => {
  it.each(Object.entries({ ...FIELD_MERGES, ...RARER_MERGES }))('%s', (name, [before, after]) =>
    agree(name, { properties: before }, { properties: after }),
  );
  it.each(Object.entries(ROOT_MERGES))('the root: %s', (name, [before, after]) =>
    agree(name, before, after),
  );
});
