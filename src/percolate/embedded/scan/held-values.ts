import type { FieldKind } from '../../../mapping/field-kind.ts';
import {
  featureProblem,
  isQueryForm,
  queriesIn,
  suggestionProblem,
} from '../../../mapping/held-values.ts';
import { parseWritten, WrittenNumber } from '../../../mapping/written-json.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import type { Offers } from './offers.ts';
import { NUMBER, STRING, type ValueForm, type ValueSink } from './value-form.ts';

/** Of a completion's input. */
const USUAL_LONGEST = 50;
/** In place of a feature's name, where the field is the feature. */
const THE_ONE = '';

/** Values of which queries can only ask whether there is one, as far as Elasticsearch takes them. */
export class HeldValues {
  readonly #tree: FieldTree;
  readonly #offers: Offers;
  readonly #sink: ValueSink;
  /** What the document has that it may have once, by field. */
  readonly #seen = new Map<number, Set<string>>();

  constructor(tree: FieldTree, offers: Offers, sink: ValueSink) {
    this.#tree = tree;
    this.#offers = offers;
    this.#sink = sink;
  }

  beginDocument(): void {
    if (this.#seen.size > 0) this.#seen.clear();
  }

  /** A scalar that is not null. */
  scalar(node: number, kind: FieldKind, text: string, form: ValueForm): void {
    const scalar =
      form === STRING ? text : form === NUMBER ? new WrittenNumber(text) : text === 'true';
    this.#one(node, kind, scalar);
  }

  /** An object, or an array. */
  json(node: number, kind: FieldKind, json: string): void {
    const value = parseWritten(json);
    if (kind.holds !== 'completion') {
      const isQuery = kind.holds === 'percolator';
      for (const one of isQuery ? queriesIn(value) : [value].flat(Number.POSITIVE_INFINITY))
        this.#one(node, kind, one);
    } else if (!Array.isArray(value)) this.#one(node, kind, value);
    else {
      // Also an empty one counts as a value.
      if (value.length === 0) this.#offers.exists(node);
      for (const one of value as unknown[]) this.#one(node, kind, one);
    }
  }

  nothing(node: number, { holds }: FieldKind): void {
    if (holds === 'rank_features') this.#sink.conflict(node, 'expected an object, but got [null]');
    else if (holds === 'percolator') this.#sink.conflict(node, 'expected a query, but got [null]');
  }

  #one(node: number, kind: FieldKind, value: unknown): void {
    const problem = this.#problem(node, kind, value);
    if (problem !== null) this.#sink.conflict(node, problem);
    else if (kind.holds !== 'rank_features') this.#offers.exists(node);
  }

  #problem(node: number, kind: FieldKind, value: unknown): string | null {
    const isInverse = kind.isInverse === true;
    switch (kind.holds) {
      case 'rank_feature': {
        const again = 'fields do not support indexing multiple values';
        return featureProblem(value, isInverse) ?? (this.#isFirst(node, THE_ONE) ? null : again);
      }
      case 'rank_features':
        return this.#features(node, value, isInverse);
      case 'percolator':
        if (!isQueryForm(value)) return 'expected a query';
        return this.#isFirst(node, THE_ONE) ? null : 'a document can only contain one query';
      default:
        return suggestionProblem(value, kind.longest ?? USUAL_LONGEST);
    }
  }

  #features(node: number, value: unknown, isInverse: boolean): string | null {
    if (typeof value !== 'object' || value === null || value instanceof WrittenNumber)
      return 'expected an object of features';
    for (const [name, feature] of Object.entries(value)) {
      if (feature === null) continue;
      const problem = featureProblem(feature, isInverse);
      if (problem !== null) return problem;
      if (!this.#isFirst(node, name)) return `the feature [${name}] is there twice`;
    }
    return null;
  }

  /** Nested objects are documents by themselves, so of several it is not known. */
  #isFirst(node: number, name: string): boolean {
    if (this.#tree.nested.scopeOf(node) !== '') return true;
    const seen = this.#seen.get(node);
    if (seen === undefined) this.#seen.set(node, new Set([name]));
    else if (seen.has(name)) return false;
    else seen.add(name);
    return true;
  }
}
