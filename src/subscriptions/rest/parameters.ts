import { EstromError } from '../../errors.ts';

/** Largest page; enough for any list that somebody looks at. */
export const MAX_PAGE_SIZE = 10_000;

interface Parameter {
  readonly type: 'integer' | 'boolean' | 'string';
  readonly description: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: number | boolean;
}

/** Every parameter of a query string, by its name on the wire. */
export const PARAMETERS = {
  before: {
    type: 'integer',
    description: 'only what was created at this second (since 1970) or earlier',
  },
  after: {
    type: 'integer',
    description: 'only what was created at this second (since 1970) or later',
  },
  active: { type: 'boolean', description: 'only what is active, or only what is not' },
  started: {
    type: 'boolean',
    description: 'only what has started by now, or only what starts later',
  },
  expired: {
    type: 'boolean',
    description: 'only what has expired by now, or only what has not',
  },
  'created-by': { type: 'string', description: 'only what belongs to this creator' },
  'created-by-admin': {
    type: 'boolean',
    description: 'only what an administrator made, or only what users made',
  },
  deleted: {
    type: 'boolean',
    default: true,
    description: 'whether deleted subscriptions are shown too',
  },
  page: { type: 'integer', minimum: 1, default: 1, description: 'number of the page, from 1' },
  size: {
    type: 'integer',
    minimum: 1,
    maximum: MAX_PAGE_SIZE,
    default: 10,
    description: 'most subscriptions of a page',
  },
  pretty: { type: 'boolean', default: false, description: 'an answer with line breaks' },
} as const satisfies Record<string, Parameter>;

export type ParameterName = keyof typeof PARAMETERS;
type TypeOf = { integer: number; boolean: boolean; string: string };
export type Parameters = {
  readonly [N in ParameterName]?: TypeOf[(typeof PARAMETERS)[N]['type']];
};

/**
 * The known parameters of a query string, defaults left out; unknown ones are ignored, as proxies add
 * their own.
 * @throws EstromError BAD_REQUEST that names the parameter that is wrong
 */
export function readParameters(
  query: Readonly<Record<string, unknown>>,
  names: readonly ParameterName[],
): Parameters {
  const found: Record<string, unknown> = {};
  for (const name of names) {
    const given = query[name];
    if (given !== undefined) found[name] = readParameter(name, given);
  }
  return found as Parameters;
}

function readParameter(name: ParameterName, given: unknown): unknown {
  const parameter: Parameter = PARAMETERS[name];
  if (typeof given !== 'string') throw bad(name, 'may be given once only');
  switch (parameter.type) {
    case 'string':
      return given;
    case 'boolean':
      // `?pretty` alone is how people type it.
      if (given === 'true' || (given === '' && name === 'pretty')) return true;
      if (given === 'false') return false;
      throw bad(name, 'must be true or false', given);
    case 'integer': {
      const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = parameter;
      const value = Number(given);
      if (!/^[+-]?\d+$/.test(given)) throw bad(name, 'must be a whole number', given);
      if (value < minimum) throw bad(name, `must be ${minimum} or more`, given);
      if (value > maximum) throw bad(name, `must be ${maximum} or less`, given);
      return value;
    }
  }
}

function bad(name: string, reason: string, given?: string): EstromError {
  const found = given === undefined ? '' : `, but found "${given.slice(0, 100)}"`;
  return new EstromError('BAD_REQUEST', `the parameter [${name}] ${reason}${found}`);
}
