import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { embeddedEngine } from './engines.ts';
import { KQL_CASES, KQL_GROUP_NAMES, kqlVerdicts, wrongOf } from './kql-verdicts.ts';

describe('queries in KQL match as those did that Kibana makes of them', () => {
  const engine = embeddedEngine();
  let verdicts: readonly boolean[];

  beforeAll(async () => {
    verdicts = await kqlVerdicts(engine, 'kql');
  });
  afterAll(() => engine.close());

  test.each(KQL_GROUP_NAMES)('%s', (name) => {
    expect(wrongOf(name, verdicts)).toEqual([]);
  });

  test('matches and non-matches are many', () => {
    const matches = KQL_CASES.filter(({ expected }) => expected === true).length;
    expect(Math.min(matches, KQL_CASES.length - matches)).toBeGreaterThan(KQL_CASES.length / 4);
    expect(KQL_CASES.length).toBeGreaterThan(180);
  });
});
