import type { FieldKind } from '../field-kind.ts';
import type { FieldNode, Mapping, MappingNode, ObjectNode } from './mapping-model.ts';

/**
 * The mapping with fields that documents brought: what it says of a path itself stays as it is, and so
 * does what is inside of a field.
 */
export function withLearnt(
  mapping: Mapping,
  learnt: Iterable<readonly [path: string, kind: FieldKind]>,
): Mapping {
  const root = new Growing(mapping.root);
  for (const [path, kind] of learnt) root.add(path.split('.'), kind);
  return { ...mapping, root: root.object };
}

/** An object whose members are copied when the first one is added. */
class Growing {
  readonly #before: ObjectNode;
  readonly #objects = new Map<string, Growing>();
  readonly #added = new Map<string, MappingNode>();

  constructor(before: ObjectNode) {
    this.#before = before;
  }

  get object(): ObjectNode {
    if (this.#objects.size === 0 && this.#added.size === 0) return this.#before;
    const members = new Map([...this.#before.members, ...this.#added]);
    for (const [name, object] of this.#objects) members.set(name, object.object);
    return { ...this.#before, members };
  }

  add(steps: readonly string[], kind: FieldKind): void {
    const [name = '', ...rest] = steps;
    const known = this.#before.members.get(name) ?? this.#added.get(name);
    if (rest.length === 0 && kind.type !== 'object' && kind.type !== 'nested') {
      if (known === undefined && !this.#objects.has(name)) this.#added.set(name, fieldOf(kind));
      if (known?.is === 'field') this.#setConstant(name, known, kind);
      return;
    }
    if (known !== undefined && known.is !== 'object') return;
    let inner = this.#objects.get(name);
    if (inner === undefined) {
      inner = new Growing(known ?? objectOf(rest.length === 0 ? kind : { type: 'object' }));
      this.#objects.set(name, inner);
    }
    if (rest.length > 0) inner.add(rest, kind);
  }

  /** A constant that the mapping left open, and a document has set. */
  #setConstant(name: string, known: FieldNode, { type, value }: FieldKind): void {
    if (type !== 'constant_keyword' || known.type !== type || value === undefined) return;
    this.#added.set(name, { ...known, params: new Map([['value', value], ...known.params]) });
  }
}

function objectOf({
  type,
  dynamic,
  enabled,
  includeInParent,
  includeInRoot,
}: FieldKind): ObjectNode {
  return {
    is: 'object',
    nested: type === 'nested',
    ...(includeInParent ? { includeInParent } : {}),
    ...(includeInRoot ? { includeInRoot } : {}),
    ...(dynamic === undefined ? {} : { dynamic }),
    ...(enabled === undefined ? {} : { enabled }),
    members: new Map(),
  };
}

const PARAMETERS: Readonly<Partial<Record<keyof FieldKind, string>>> = {
  positionIncrementGap: 'position_increment_gap',
  normalizer: 'normalizer',
  format: 'format',
  ignoreAbove: 'ignore_above',
  index: 'index',
  docValues: 'doc_values',
  depthLimit: 'depth_limit',
  value: 'value',
  splitQueries: 'split_queries_on_whitespace',
  scalingFactor: 'scaling_factor',
  coerce: 'coerce',
  ignoreMalformed: 'ignore_malformed',
  ignoreZValue: 'ignore_z_value',
};

function fieldOf(kind: FieldKind): FieldNode {
  const params = new Map<string, unknown>();
  const { analyzer, searchAnalyzer, searchQuoteAnalyzer } = kind;
  if (analyzer !== undefined) params.set('analyzer', analyzer);
  if (searchAnalyzer !== undefined || searchQuoteAnalyzer !== undefined) {
    params.set('analyzer', analyzer ?? 'default');
    params.set('search_analyzer', searchAnalyzer ?? analyzer ?? 'default');
  }
  if (searchQuoteAnalyzer !== undefined) params.set('search_quote_analyzer', searchQuoteAnalyzer);
  for (const [key, name] of Object.entries(PARAMETERS)) {
    const value = kind[key as keyof FieldKind];
    if (value !== undefined) params.set(name, value);
  }
  if (kind.orientation !== undefined) params.set('orientation', kind.orientation.toUpperCase());
  if (kind.nullValue !== undefined) params.set('null_value', JSON.parse(kind.nullValue));
  const fields = Object.entries(kind.fields ?? {}).map(
    ([name, inner]) => [name, fieldOf(inner)] as const,
  );
  return {
    is: 'field',
    type: kind.type,
    params,
    copyTo: kind.copyTo ?? [],
    fields: new Map(fields),
  };
}
