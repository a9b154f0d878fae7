import { EstromError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { checkField } from '../fields.ts';
import type { Ir } from '../ir.ts';
import { Budget, checkTextLength } from '../limits.ts';
import { parseQueryString } from '../query-string/query-string.ts';
import { escapeQueryString } from '../query-string/query-string-text.ts';
import { type ArlasExpression, arlasLeaf, OPERATORS, type Operator } from './arlas-leaves.ts';

/** A parameter of a filter: its decoded value and where it stands in the text. */
export interface ArlasParameter {
  readonly name: string;
  readonly value: string;
  /** UTF-16 position of its name. */
  readonly offset: number;
}

export interface ArlasFilterOptions {
  /** Which field `$timestamp` stands for. */
  readonly timestampField?: string;
}

/** They say how an answer looks, not what it holds. */
const FORM = ['pretty', 'flat', 'sort', 'size', 'from', 'after', 'before', 'include', 'exclude'];
const OTHERS = ['returned_geometries', 'righthand', 'page'];
const SHORT = /^(?:not)?g?(?:intersect|within|pwithin)$/;

/**
 * Parses an ARLAS filter: `f=field:op:value` and `q=[field:]text`, joined by `&`. All parameters have to
 * hold; of the alternatives within one, between `;`, one has to. Values are decoded once, and keep what
 * `=` and `:` they have.
 * @throws EstromError QUERY_SYNTAX, QUERY_UNSUPPORTED or QUERY_LIMIT with the `offset` of the parameter
 */
export function parseArlasFilter(text: string, options: ArlasFilterOptions = {}): Ir {
  checkTextLength(text);
  const budget = new Budget();
  const parameters = arlasParameters(text);
  const dateFormat = parameters.findLast(({ name }) => name === 'dateformat')?.value;
  const context = { budget, dateFormat };
  const clauses = parameters.flatMap((parameter): Ir[] => {
    const { name, value, offset } = parameter;
    if (name === 'f') {
      const alternatives = arlasExpressions(parameter).map((one) =>
        at(offset, () => arlasLeaf(resolved(one, offset, options), context)),
      );
      return [{ kind: 'or', clauses: alternatives, atLeast: 1 }];
    }
    if (name === 'q') return [at(offset, () => texts(value, budget))];
    if (name === 'dateformat' || FORM.includes(name) || OTHERS.includes(name)) return [];
    throw unknownParameter(name, offset);
  });
  return { kind: 'and', clauses };
}

/** Whether a text is meant as an ARLAS filter, and not as a query string: it begins with a parameter. */
export function isArlasFilter(text: string): boolean {
  return /^\s*[?&]?(?:f|q|dateformat)=/.test(text);
}

/** The parameters of a filter in their order, each decoded once. */
export function arlasParameters(text: string): ArlasParameter[] {
  const parameters: ArlasParameter[] = [];
  let offset = 0;
  for (const part of text.split('&')) {
    const start = part.startsWith('?') && offset === 0 ? 1 : 0;
    const written = part.slice(start);
    if (written.trim() !== '') {
      const equals = written.indexOf('=');
      if (equals < 0) {
        const what = `expected a parameter such as f=field:eq:value, but found [${written}]`;
        throw syntaxAt(offset + start, what);
      }
      const name = decoded(written.slice(0, equals), offset + start).trim();
      const value = decoded(written.slice(equals + 1), offset + start + equals + 1);
      parameters.push({ name, value, offset: offset + start });
    }
    offset += part.length + 1;
  }
  return parameters;
}

/** The alternatives of an `f`. @throws EstromError QUERY_SYNTAX, QUERY_UNSUPPORTED */
export function arlasExpressions({ value, offset }: ArlasParameter): ArlasExpression[] {
  const expressions = value
    .split(';')
    .filter((one) => one.trim() !== '')
    .map((one) => arlasExpression(one.trim(), offset));
  if (expressions.length === 0) throw syntaxAt(offset, 'expected field:op:value after [f=]');
  return expressions;
}

function arlasExpression(text: string, offset: number): ArlasExpression {
  const found = /^([^:]+):([^:]+):(.*)$/s.exec(text);
  if (found === null) throw syntaxAt(offset, `expected field:op:value, but found [${text}]`);
  const [, field = '', name = '', value = ''] = found;
  return { field, operator: operatorOf(name, offset), value };
}

function operatorOf(name: string, offset: number): Operator {
  const operator = OPERATORS.find((one) => one === name);
  if (operator !== undefined) return operator;
  const near = nearest(name.slice(0, 50), [...OPERATORS], 2);
  const meant = near.length === 0 ? '' : `did you mean [${near.join('] or [')}]? `;
  throw new EstromError(
    'QUERY_UNSUPPORTED',
    `at offset ${offset}: the operator [${name}] is not supported; ${meant}there are ${OPERATORS.join(', ')}`,
    { offset },
  );
}

function resolved(
  expression: ArlasExpression,
  offset: number,
  { timestampField }: ArlasFilterOptions,
): ArlasExpression {
  const { field } = expression;
  if (!field.startsWith('$')) {
    checkField(field, { offset });
    return expression;
  }
  if (field === '$timestamp' && timestampField !== undefined)
    return { ...expression, field: timestampField };
  const advice = field === '$timestamp' ? 'no timestamp field is configured: ' : '';
  throw new EstromError(
    'QUERY_UNSUPPORTED',
    `at offset ${offset}: the alias [${field}] is not known; ${advice}name the field itself`,
    { offset },
  );
}

const FIELD_TEXT = /^([\w.@*-]+):(.*)$/s;

/** `text` or `field:text`; words are looked for as a query string has them, but without its syntax. */
function texts(value: string, budget: Budget): Ir {
  const clauses = value
    .split(';')
    .filter((one) => one.trim() !== '')
    .map((one): Ir => {
      const [, field = null, text = one] = FIELD_TEXT.exec(one) ?? [];
      const options = { budget, defaultField: field };
      // The stars and question marks of a text are patterns, as in ARLAS.
      const words = escapeQueryString(text).replaceAll(/\\([*?])/g, '$1');
      return parseQueryString(words, options);
    });
  if (clauses.length === 0) throw new EstromError('QUERY_SYNTAX', 'expected a text after [q=]');
  return { kind: 'or', clauses, atLeast: 1 };
}

function unknownParameter(name: string, offset: number): EstromError {
  const advice = SHORT.test(name) ? `write f=field:${operatorFor(name)}:geometry` : 'use f or q';
  return new EstromError(
    'QUERY_UNSUPPORTED',
    `at offset ${offset}: the parameter [${name}] is not supported; ${advice}`,
    { offset },
  );
}

function operatorFor(name: string): string {
  return `${name.startsWith('not') ? 'not' : ''}${name.includes('within') ? 'within' : 'intersects'}`;
}

/** An error of a parameter's value tells where the parameter stands. */
function at<T>(offset: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EstromError)) throw error;
    const place = `at offset ${offset}: `;
    const reason = error.message.startsWith(place) ? error.message : `${place}${error.message}`;
    throw new EstromError(error.code, reason, { ...error.details, offset });
  }
}

function decoded(text: string, offset: number): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw syntaxAt(offset, `a % needs two hexadecimal digits; write %25 for the sign itself`);
  }
}

function syntaxAt(offset: number, reason: string): EstromError {
  return new EstromError('QUERY_SYNTAX', `at offset ${offset}: ${reason}`, { offset });
}
