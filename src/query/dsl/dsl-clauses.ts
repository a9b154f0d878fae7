import { DISTANCE_FEATURES } from '../geo/dsl-distance-feature.ts';
import { GEO_CLAUSES } from '../geo/dsl-geo.ts';
import { INTERVAL_CLAUSES } from '../intervals/dsl-intervals.ts';
import { KQL_CLAUSES } from '../kql/dsl-kql.ts';
import { SPAN_CLAUSES } from '../spans/dsl-spans.ts';
import type { Clause } from './dsl-clause.ts';
import { COMBINED } from './dsl-combined.ts';
import { COMPOUND } from './dsl-compound.ts';
import { FUNCTION_SCORES } from './dsl-function-score.ts';
import { LEAVES } from './dsl-leaves.ts';
import { NESTED_CLAUSES } from './dsl-nested.ts';
import { QUERY_STRINGS } from './dsl-query-strings.ts';
import { TERM_CLAUSES } from './dsl-terms.ts';
import { TERMS_SETS } from './dsl-terms-set.ts';
import { TEXT_CLAUSES } from './dsl-text.ts';

/** Every clause of the Query DSL that is understood, by name; docs/queries.md is checked against it. */
export const CLAUSES: ReadonlyMap<string, Clause> = new Map(
  Object.entries({
    ...COMPOUND,
    ...FUNCTION_SCORES,
    ...NESTED_CLAUSES,
    ...TEXT_CLAUSES,
    ...COMBINED,
    ...QUERY_STRINGS,
    ...KQL_CLAUSES,
    ...LEAVES,
    ...TERM_CLAUSES,
    ...TERMS_SETS,
    ...GEO_CLAUSES,
    ...DISTANCE_FEATURES,
    ...INTERVAL_CLAUSES,
    ...SPAN_CLAUSES,
  }),
);
