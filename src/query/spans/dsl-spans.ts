import type { Clause, Reading } from '../dsl/dsl-clause.ts';
import { booleanAt, fieldEntry, objectAt, scalarAt, syntax, textAt } from '../dsl/dsl-reader.ts';
import { checkField } from '../fields.ts';
import type { Ir } from '../ir.ts';
import { isObject } from '../json.ts';
import { type Parameter, readParameters, used } from '../parameters.ts';
import { intAt, SPAN_COMMON } from './parameters.ts';
import { fieldOfSpan, type Span, type SpanGap } from './span.ts';
import type { SpanClause } from './span-clause.ts';
import { multi } from './span-multi.ts';

/** Read with the reading at hand, once all members are known. */
const raw: Parameter<unknown> = used((value: unknown) => value);
const int = used(intAt);

const TERM = { value: used(scalarAt), term: used(scalarAt), ...SPAN_COMMON };

const term: SpanClause = {
  parameters: TERM,
  note: 'the token as it is written, not analysed; only texts have places',
  read(body, path) {
    const [field, given] = fieldEntry(body, path);
    const at = `${path}.${field}`;
    checkField(field, { clause: at });
    const values = isObject(given)
      ? readParameters(given, at, TERM)
      : { value: scalarAt(given, at) };
    const value = values.value ?? values.term;
    if (value === undefined) throw syntax(at, 'expected a [value]');
    return { span: { op: 'term', field, value }, boost: values.boost ?? 1, told: [] };
  },
};

const NEAR = {
  clauses: raw,
  slop: used(intAt, 'tokens between them that belong to none; 0 unless given'),
  in_order: used(booleanAt, 'true unless given'),
  ...SPAN_COMMON,
};

const near: SpanClause = {
  parameters: NEAR,
  nests: true,
  note: 'between clauses in order may stand `{"span_gap": {"field": width}}`',
  read(body, path, reading) {
    const values = readParameters(body, path, NEAR);
    const inOrder = values.in_order ?? true;
    const told: Ir[] = [];
    const fields = new FieldCheck();
    const clauses = listAt(values.clauses, path, 'span_near').map(([given, at]) => {
      if (!isObject(given) || !Object.hasOwn(given, 'span_gap')) {
        return fields.checked(insideAt(given, at, reading, told), at);
      }
      if (!inOrder) throw syntax(at, 'a [span_gap] stands only between clauses in order');
      return gapAt(given, at, reading, fields);
    });
    if (clauses.every(({ op }) => op === 'gap')) {
      throw syntax(path, 'expected a clause that is no [span_gap]');
    }
    const [only] = clauses;
    const { slop = 0, boost = 1 } = values;
    const span: Span =
      clauses.length === 1 ? (only as Span) : { op: 'near', clauses, slop, inOrder };
    return { span, boost, told };
  },
};

function gapAt(given: Record<string, unknown>, at: string, reading: Reading, fields: FieldCheck) {
  const [name, body] = fieldEntry(given, at);
  const [field, width] = fieldEntry(body, `${at}.${name}`);
  const path = `${at}.${name}.${field}`;
  reading.budget.leaf({ clause: at });
  checkField(field, { clause: path });
  fields.check(field, path);
  return { op: 'gap', width: intAt(width, path) } satisfies SpanGap;
}

const OR = { clauses: raw, ...SPAN_COMMON };

const or: SpanClause = {
  parameters: OR,
  nests: true,
  read(body, path, reading) {
    const { clauses: given, boost = 1 } = readParameters(body, path, OR);
    const told: Ir[] = [];
    const fields = new FieldCheck();
    const clauses = listAt(given, path, 'span_or').map(([clause, at]) =>
      fields.checked(insideAt(clause, at, reading, told), at),
    );
    return { span: clauses.length === 1 ? clauses[0]! : { op: 'or', clauses }, boost, told };
  },
};

const NOT = {
  include: raw,
  exclude: raw,
  dist: used(intAt, 'both `pre` and `post`'),
  pre: int,
  post: int,
  ...SPAN_COMMON,
};

const not: SpanClause = {
  parameters: NOT,
  nests: true,
  read(body, path, reading) {
    const values = readParameters(body, path, NOT);
    const told: Ir[] = [];
    const [include, exclude] = pairAt(values, 'include', 'exclude', path, reading, told);
    const { dist, boost = 1 } = values;
    if (dist !== undefined && (values.pre !== undefined || values.post !== undefined)) {
      throw syntax(path, 'takes either [dist] or [pre] and [post]');
    }
    const pre = Math.max(0, values.pre ?? dist ?? 0);
    const post = Math.max(0, values.post ?? dist ?? 0);
    return { span: { op: 'not', include, exclude, pre, post }, boost, told };
  },
};

const FIRST = { match: raw, end: int, ...SPAN_COMMON };

const first: SpanClause = {
  parameters: FIRST,
  nests: true,
  read(body, path, reading) {
    const { match: given, end, boost = 1 } = readParameters(body, path, FIRST);
    const told: Ir[] = [];
    const match = memberAt(given, 'match', path, reading, told);
    if (end === undefined) throw syntax(path, 'requires an [end]');
    if (end < 0) throw syntax(`${path}.end`, 'expected a whole number from 0');
    return { span: { op: 'first', match, end }, boost, told };
  },
};

const PAIR = { big: raw, little: raw, ...SPAN_COMMON };

function pair(op: 'containing' | 'within'): SpanClause {
  return {
    parameters: PAIR,
    nests: true,
    read(body, path, reading) {
      const values = readParameters(body, path, PAIR);
      const told: Ir[] = [];
      const [big, little] = pairAt(values, 'big', 'little', path, reading, told);
      return { span: { op, big, little }, boost: values.boost ?? 1, told };
    },
  };
}

const MASK = { query: raw, field: used(textAt), ...SPAN_COMMON };

const mask: SpanClause = {
  parameters: MASK,
  nests: true,
  note: 'so that clauses on several fields with the same text may stand together',
  read(body, path, reading) {
    const { query: given, field, boost = 1 } = readParameters(body, path, MASK);
    const told: Ir[] = [];
    const query = memberAt(given, 'query', path, reading, told);
    if (field === undefined) throw syntax(path, 'requires a [field]');
    checkField(field, { clause: `${path}.field` });
    return { span: { op: 'mask', query, field }, boost, told };
  },
};

/** All clauses of one are in the same field. */
class FieldCheck {
  #field: string | undefined;

  checked(span: Span, path: string): Span {
    this.check(fieldOfSpan(span), path);
    return span;
  }

  check(field: string, path: string): void {
    this.#field ??= field;
    if (field === this.#field) return;
    throw syntax(
      path,
      `clauses must have the same field, but found [${this.#field}] and [${field}]; field_masking_span takes one for the other`,
    );
  }
}

function listAt(value: unknown, path: string, name: string): [clause: unknown, at: string][] {
  if (value !== undefined && !Array.isArray(value)) {
    throw syntax(`${path}.clauses`, 'expected an array of span clauses');
  }
  if (value === undefined || value.length === 0) throw syntax(path, `${name} requires [clauses]`);
  return value.map((clause: unknown, i) => [clause, `${path}.clauses[${i}]`]);
}

function pairAt<A extends string, B extends string>(
  values: { readonly [K in A | B]?: unknown },
  one: A,
  other: B,
  path: string,
  reading: Reading,
  told: Ir[],
): [Span, Span] {
  const fields = new FieldCheck();
  const [first, second] = [one, other].map((name) =>
    fields.checked(memberAt(values[name], name, path, reading, told), `${path}.${name}`),
  );
  return [first!, second!];
}

function memberAt(given: unknown, name: string, path: string, reading: Reading, told: Ir[]): Span {
  if (given === undefined) throw syntax(path, `requires a span clause as its [${name}]`);
  return insideAt(given, `${path}.${name}`, reading, told);
}

/** A clause inside of another. @param told gets the names in it */
function insideAt(value: unknown, path: string, { budget, ...reading }: Reading, told: Ir[]): Span {
  const [name, body] = clauseEntry(value, path);
  const clause = Object.hasOwn(SPANS, name) ? SPANS[name]! : undefined;
  const at = `${path}.${name}`;
  if (clause === undefined) {
    throw syntax(at, `expected a span clause: ${Object.keys(SPANS).sort().join(', ')}`);
  }
  if (clause.nests) budget.enter({ clause: at });
  else budget.leaf({ clause: at });
  const read = clause.read(body, at, { budget, ...reading });
  if (clause.nests) budget.leave();
  if (read.boost !== 1) {
    throw syntax(at, `a span clause in another one can't have a boost, but found [${read.boost}]`);
  }
  told.push(...read.told);
  const given = nameOf(body, !clause.nests);
  if (given !== undefined) {
    const whole: Ir = { kind: 'spans', span: read.span };
    told.push({ kind: 'named', name: given, clause: whole, decides: false });
  }
  return read.span;
}

function clauseEntry(value: unknown, path: string): [name: string, body: unknown] {
  const [first, second] = Object.entries(objectAt(value, path));
  if (first === undefined) throw syntax(path, 'query malformed, empty clause found');
  if (second === undefined) return first;
  throw syntax(
    path,
    `[${first[0]}] malformed query, expected one clause but found [${second[0]}] too`,
  );
}

/** Of a term it stands below the name of the field. */
function nameOf(body: unknown, mayNameField: boolean): string | undefined {
  if (!isObject(body)) return undefined;
  if (typeof body['_name'] === 'string') return body['_name'];
  if (!mayNameField) return undefined;
  const [only] = Object.values(body);
  return isObject(only) && typeof only['_name'] === 'string' ? only['_name'] : undefined;
}

const SPANS: Readonly<Record<string, SpanClause>> = {
  span_term: term,
  span_multi: multi,
  span_near: near,
  span_or: or,
  span_not: not,
  span_first: first,
  span_containing: pair('containing'),
  span_within: pair('within'),
  field_masking_span: mask,
  span_field_masking: mask,
};

function asClause({ parameters, nests, note, read }: SpanClause): Clause {
  return {
    parameters,
    ...(nests && { nests }),
    ...(note !== undefined && { note }),
    read(body, path, reading) {
      const { span, told } = read(body, path, reading);
      const leaf: Ir = { kind: 'spans', span };
      return told.length === 0 ? leaf : { kind: 'and', clauses: [leaf, ...told] };
    },
  };
}

/** Clauses on the order in which tokens stand. */
export const SPAN_CLAUSES: Readonly<Record<string, Clause>> = Object.fromEntries(
  Object.entries(SPANS).map(([name, clause]) => [name, asClause(clause)]),
);
