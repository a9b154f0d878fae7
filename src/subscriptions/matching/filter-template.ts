import { EstromError } from '../../errors.ts';
import {
  type ArlasParameter,
  arlasExpressions,
  arlasParameters,
} from '../../query/arlas/arlas-filter.ts';
import { type ArlasExpression, arlasGeometry } from '../../query/arlas/arlas-leaves.ts';
import type { GeoShape } from '../../query/geo/geo-shape.ts';
import { shapesAt } from '../../query/geo/shapes.ts';
import type { UserSubscription } from '../model.ts';
import { type Bounds, boundsOnMap, type Plane, planeOf } from './geo/plane.ts';
import {
  allOf,
  amountField,
  comparisonClause,
  type EventValues,
  geoClause,
  geometryWords,
  heldAmount,
  type Operand,
  someOf,
  type TriggerClause,
  valueWord,
  WORDS,
} from './template-clauses.ts';
import { amountOf, textsAt, valuesAt } from './trigger-values.ts';

/** What ARLAS has by default, in its own words. */
export const DEFAULT_TEMPLATE =
  'f=geometry:intersects:(object.geometry)&f=subscription.trigger.event:eq:(object.event)' +
  '&f=subscription.trigger.job:eq:(object.job)&f=active:eq:true&f=deleted:eq:false' +
  '&f=starts_at:lte:now&f=expires_at:gt:now&sort=id';

export interface TemplateOptions {
  /** Key of the trigger that holds its geometry; without one, a subscription is for the whole earth. */
  readonly geometryKey: string;
}

/** An event, read for one template. */
export interface PreparedEvent {
  /** JSON that the triggers' queries are asked about. */
  readonly question: string;
  readonly values: EventValues;
  /** Of the geometry that {@link FilterTemplate.place} names; null: not known. */
  readonly bounds: Bounds | null;
}

type ClauseMaker = (subscription: UserSubscription) => TriggerClause;

const SUPPORTED = [
  ...['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'range', 'like', 'intersects', 'within'],
];
/** What of a subscription's life a template may say; it holds whether or not it is said. */
const LIFE = new Set([
  'active:eq:true',
  'deleted:eq:false',
  'starts_at:lte:now',
  'expires_at:gt:now',
]);
const LIFE_FIELD = /^(?:active|deleted|starts_at|expires_at)$/;
const FORM = /^(?:sort|size|from|pretty|flat|righthand)$/;
const PLACEHOLDER = /^\(([A-Za-z_@][\w.@-]*)\)$/;
const EARTH: GeoShape = { type: 'box', top: 90, left: -180, bottom: -90, right: 180 };

/**
 * The operator's filter on subscriptions, with `(path.to.value)` for what is taken from an event. Read once
 * at start; what an event holds is never read as syntax.
 */
export class FilterTemplate {
  readonly #geometryKey: string;
  readonly #paths: string[][] = [];
  readonly #isGeo: boolean[] = [];
  readonly #makers: ClauseMaker[] = [];

  /** @throws EstromError QUERY_SYNTAX, QUERY_UNSUPPORTED naming the operator, with its `offset` */
  constructor(text: string, { geometryKey }: TemplateOptions) {
    this.#geometryKey = geometryKey;
    for (const parameter of arlasParameters(text)) {
      const maker = this.#parameter(parameter);
      if (maker !== undefined) this.#makers.push(maker);
    }
  }

  /** Where in events it looks. */
  get paths(): readonly (readonly string[])[] {
    return this.#paths;
  }

  /** The placeholder of the first geometry; -1 where there is none. */
  get place(): number {
    return this.#isGeo.indexOf(true);
  }

  /** @throws EstromError QUERY_SYNTAX for a geometry that is none */
  compile(subscription: UserSubscription): TriggerClause {
    return allOf(this.#makers.map((make) => make(subscription)));
  }

  /** @throws EstromError QUERY_SYNTAX for a geometry that is none */
  prepare(event: unknown): PreparedEvent {
    const words: string[] = [];
    const document: Record<string, unknown> = {};
    const planes: Plane[] = [];
    const texts = this.#paths.map((path, placeholder) => {
      if (this.#isGeo[placeholder]) {
        const at = path.join('.');
        const plane = planeOf(valuesAt(event, path).flatMap((one) => shapesAt(one, at)));
        planes[placeholder] = plane;
        words.push(...geometryWords(placeholder, plane));
        return [];
      }
      const found = textsAt(event, path);
      words.push(...found.map((one) => valueWord(placeholder, one)));
      const amounts = found.map(amountOf).filter((one) => !Number.isNaN(one));
      if (amounts.length > 0) document[amountField(placeholder)] = amounts.map(fraction);
      return found;
    });
    document[WORDS] = [...new Set(words)].join(' ');
    const values = { texts, planeOf: (placeholder: number) => planes[placeholder]! };
    const plane = planes[this.place];
    const bounds = plane === undefined ? null : boundsOnMap(plane);
    return { question: JSON.stringify(document), values, bounds };
  }

  #parameter(parameter: ArlasParameter): ClauseMaker | undefined {
    const { name, value, offset } = parameter;
    if (name === 'f') {
      const expressions = arlasExpressions(parameter);
      const makers = expressions.map((one) => this.#expression(one, offset));
      const clauses = makers.filter((one) => one !== undefined);
      if (clauses.length === 0) return undefined;
      if (clauses.length < makers.length) {
        throw refused(
          offset,
          `[${value}] gives a choice of the subscription's life and something else`,
        );
      }
      return (subscription) => someOf(clauses.map((make) => make(subscription)));
    }
    const short = /^(not)?g(intersect|within)$/.exec(name);
    if (short !== null) {
      const operator = `${short[1] ?? ''}${short[2] === 'within' ? 'within' : 'intersects'}`;
      return this.#expression({ field: 'geometry', operator: operator as 'within', value }, offset);
    }
    if (FORM.test(name)) return undefined;
    throw refused(offset, `the parameter [${name}] is not supported in a filter template; use f`);
  }

  #expression(expression: ArlasExpression, offset: number): ClauseMaker | undefined {
    const { field, operator, value } = expression;
    if (!SUPPORTED.includes(operator)) {
      const known = SUPPORTED.join(', ');
      throw refused(
        offset,
        `the operator [${operator}] cannot stand in a filter template; there are ${known}`,
      );
    }
    if (LIFE_FIELD.test(field)) {
      if (LIFE.has(`${field}:${operator}:${value}`)) return undefined;
      const known = [...LIFE].join(', ');
      throw refused(
        offset,
        `[${field}:${operator}:${value}] is not supported; of a subscription's life there are ${known}`,
      );
    }
    switch (operator) {
      case 'intersects':
      case 'within': {
        const operand = this.#operand(value, offset, true);
        return (one) => geoClause(this.#shapesOf(one, field), operator, operand);
      }
      case 'range':
        return this.#range(field, value, offset);
      case 'eq': {
        const operands = value.split(',').map((one) => this.#operand(one, offset, false));
        return onValues(field, (own) =>
          someOf(operands.map((operand) => comparisonClause(own, 'eq', operand))),
        );
      }
      case 'ne': {
        const operands = value.split(',').map((one) => this.#operand(one, offset, false));
        return onValues(field, (own) =>
          allOf(operands.map((operand) => comparisonClause(own, 'ne', operand))),
        );
      }
      default: {
        const operand = this.#operand(value, offset, false);
        const comparison = operator as 'gt';
        return onValues(field, (own) => comparisonClause(own, comparison, operand));
      }
    }
  }

  #range(field: string, value: string, offset: number): ClauseMaker {
    const found = /^([[\]])([^<>[\]]*)<([^<>[\]]*)([[\]])$/.exec(value.trim());
    if (found === null)
      throw refused(offset, `expected a range such as [(from)<(to)], but found [${value}]`);
    const [, open, from = '', to = '', close] = found;
    const lower = from === '' ? undefined : this.#operand(from, offset, false);
    const upper = to === '' ? undefined : this.#operand(to, offset, false);
    // Each value by itself has to be between.
    return onValues(field, (own) =>
      someOf(
        own.map((one) =>
          allOf([
            ...(lower ? [comparisonClause([one], open === '[' ? 'gte' : 'gt', lower)] : []),
            ...(upper ? [comparisonClause([one], close === ']' ? 'lte' : 'lt', upper)] : []),
          ]),
        ),
      ),
    );
  }

  #operand(value: string, offset: number, isGeo: boolean): Operand {
    const text = value.trim();
    const path = PLACEHOLDER.exec(text)?.[1];
    if (path !== undefined) return { placeholder: this.#placeholder(path, isGeo) };
    if (isGeo) return { plane: planeOf(arlasGeometry(text)) };
    if (/\([\w.@-]+\)/.test(text)) {
      throw refused(offset, `a placeholder has to be a whole value, but found [${text}]`);
    }
    if (text === '' || text.startsWith('now'))
      throw refused(
        offset,
        `expected a value or a placeholder such as (object.job), but found [${text}]`,
      );
    return { texts: [text] };
  }

  #placeholder(path: string, isGeo: boolean): number {
    const names = path.split('.');
    this.#paths.push(names);
    return this.#isGeo.push(isGeo) - 1;
  }

  #shapesOf(subscription: UserSubscription, field: string): GeoShape[] {
    const isOwn = field === 'geometry';
    const path = isOwn ? ['subscription', 'trigger', this.#geometryKey] : field.split('.');
    const values = valuesAt(subscription, path);
    if (isOwn && values.length === 0) return [EARTH];
    return values.flatMap((one) => shapesAt(one, path.join('.')));
  }
}

function onValues(field: string, make: (own: readonly string[]) => TriggerClause): ClauseMaker {
  const path = field.split('.');
  return (subscription) => make(textsAt(subscription, path));
}

/** With a point, so that the field is one of fractions from its first value on. */
function fraction(amount: number): unknown {
  const text = heldAmount(amount).toString();
  const written = /[.e]/.test(text) ? text : `${text}.0`;
  // Not in TypeScript's library yet.
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(written);
}

function refused(offset: number, reason: string): EstromError {
  return new EstromError('QUERY_UNSUPPORTED', `at offset ${offset}: ${reason}`, { offset });
}
