import { timeZone } from '../date-readings.ts';
import type { Clause } from '../dsl/dsl-clause.ts';
import { booleanAt, syntax, textAt, unsupported } from '../dsl/dsl-reader.ts';
import { COMMON, readParameters, refused, used } from '../parameters.ts';
import { parseKql } from './parse-kql.ts';

const KQL = {
  query: used(textAt),
  time_zone: timeZone,
  case_insensitive: used((value: unknown, path: string) => {
    if (booleanAt(value, path)) throw unsupported(path, 'true');
    return false;
  }, '`false` only'),
  default_field: refused('name the field in the text'),
  ...COMMON,
};

const kql: Clause = {
  parameters: KQL,
  nests: true,
  note: 'see above; Elasticsearch itself has such a clause since 8.18',
  read(body, path, { budget }) {
    const { query: text, time_zone: zone } = readParameters(body, path, KQL);
    if (text === undefined) throw syntax(path, 'requires a [query] text');
    return parseKql(text, { budget, clause: path, ...(zone !== undefined && { timeZone: zone }) });
  },
};

/** The Kibana Query Language inside the Query DSL. */
export const KQL_CLAUSES: Readonly<Record<string, Clause>> = { kql };
