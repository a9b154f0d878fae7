import type { Ir } from '../ir.ts';
import { minimumShouldMatch } from '../minimum-should-match.ts';
import { namesOnly } from '../names.ts';
import { COMMON, ignoredNumber, type Parameter, readParameters, used } from '../parameters.ts';
import type { Clause, Reading } from './dsl-clause.ts';
import { booleanAt, minimumAt, scalarAt, syntax } from './dsl-reader.ts';

/** Its clauses are read with the reading at hand, once all members are known. */
const raw: Parameter<unknown> = used((value: unknown) => value);

const BOOL = {
  must: raw,
  filter: raw,
  should: raw,
  must_not: raw,
  mustNot: raw,
  minimum_should_match: used((value: unknown, path: string) =>
    value === null ? undefined : minimumAt(value, path),
  ),
  adjust_pure_negative: used(booleanAt),
  ...COMMON,
};

const bool: Clause = {
  parameters: BOOL,
  nests: true,
  read(body, path, reading) {
    const values = readParameters(body, path, BOOL);
    const inside = (key: 'must' | 'filter' | 'should' | 'must_not' | 'mustNot') =>
      clausesAt(values[key], `${path}.${key}`, reading);
    const required = [...inside('must'), ...inside('filter')];
    const excluded = [...inside('must_not'), ...inside('mustNot')];
    const should = inside('should');
    if (required.length + excluded.length + should.length === 0) return { kind: 'all' };
    const pureNegative = required.length + should.length === 0;
    if (pureNegative && values.adjust_pure_negative === false) return { kind: 'none' };
    const minimum = values.minimum_should_match;
    // Elasticsearch forgets the minimum of a bool that only excludes.
    const asked =
      minimum === undefined || pureNegative
        ? 0
        : minimumShouldMatch(minimum, should.length, `${path}.minimum_should_match`);
    const clauses = [...required, ...excluded.map((clause): Ir => ({ kind: 'not', clause }))];
    if (asked > 0) clauses.push({ kind: 'or', clauses: should, atLeast: asked });
    else if (should.length > 0 && required.length === 0) {
      clauses.push({ kind: 'or', clauses: should, atLeast: 1 });
    } else clauses.push(...namesOnly(should));
    return { kind: 'and', clauses };
  },
};

function clausesAt(value: unknown, path: string, reading: Reading): Ir[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [reading.clause(value, path)];
  return value.map((clause: unknown, position) => reading.clause(clause, `${path}[${position}]`));
}

const CONSTANT_SCORE = { filter: raw, ...COMMON };

const constantScore: Clause = {
  parameters: CONSTANT_SCORE,
  nests: true,
  read(body, path, reading) {
    const { filter } = readParameters(body, path, CONSTANT_SCORE);
    if (filter === undefined) throw syntax(path, 'requires a [filter] element');
    return reading.clause(filter, `${path}.filter`);
  },
};

const DIS_MAX = { queries: raw, tie_breaker: ignoredNumber, ...COMMON };

const disMax: Clause = {
  parameters: DIS_MAX,
  nests: true,
  read(body, path, reading) {
    const { queries } = readParameters(body, path, DIS_MAX);
    const clauses = clausesAt(queries, `${path}.queries`, reading);
    if (clauses.length === 0) throw syntax(path, 'requires [queries] with at least one clause');
    return { kind: 'or', clauses, atLeast: 1 };
  },
};

const BOOSTING = {
  positive: raw,
  negative: used((value: unknown) => value, 'read and checked; it only lowers scores'),
  negative_boost: used((value: unknown, path: string) => {
    if (Number(scalarAt(value, path)) >= 0) return true;
    throw syntax(path, 'expected a boost from 0');
  }, 'scores only'),
  ...COMMON,
};

const boosting: Clause = {
  parameters: BOOSTING,
  nests: true,
  read(body, path, reading) {
    const { positive, negative, negative_boost } = readParameters(body, path, BOOSTING);
    if (positive === undefined) throw syntax(path, 'requires a [positive] clause');
    if (negative === undefined) throw syntax(path, 'requires a [negative] clause');
    if (negative_boost === undefined) throw syntax(path, 'requires a [negative_boost]');
    const lowers = reading.clause(negative, `${path}.negative`);
    const decides = reading.clause(positive, `${path}.positive`);
    return { kind: 'and', clauses: [decides, ...namesOnly([lowers])] };
  },
};

/** Clauses that hold others. */
export const COMPOUND: Readonly<Record<string, Clause>> = {
  bool,
  constant_score: constantScore,
  dis_max: disMax,
  boosting,
};
