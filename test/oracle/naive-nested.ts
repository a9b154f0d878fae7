/**
 * What a query on nested objects matches, told without terms and without presearch: the objects of a document are written
 * out as the list of small documents that Lucene makes of them, and each clause looks at all of them.
 */
export interface NestedKind {
  readonly includeInParent?: boolean;
  readonly includeInRoot?: boolean;
}

/** Nested objects by path; every other field is a keyword or a number, as its values are. */
export type NestedMapping = Readonly<Record<string, NestedKind>>;

export type NestedQuery =
  | { readonly all: true }
  | { readonly field: string; readonly is: string }
  | { readonly field: string; readonly from: number; readonly to: number }
  | { readonly field: string; readonly starts: string }
  | { readonly exists: string }
  | { readonly not: NestedQuery }
  | { readonly and: readonly NestedQuery[] }
  | { readonly or: readonly NestedQuery[]; readonly atLeast: number }
  | { readonly path: string; readonly query: NestedQuery };

type Value = string | number;
type Source = { readonly [name: string]: unknown };

/** One small document. */
interface Part {
  /** Of the nested objects; '' for the whole document, which is the last. */
  readonly path: string;
  readonly values: Map<string, Value[]>;
}

export function naiveNested(mapping: NestedMapping, document: Source, query: NestedQuery): boolean {
  const parts = partsOf(mapping, document);
  return holds(query, parts, parts.length - 1);
}

function partsOf(mapping: NestedMapping, document: Source): Part[] {
  const parts: Part[] = [];
  const root: Part = { path: '', values: new Map() };
  const walk = (value: unknown, path: string, around: readonly Part[]): void => {
    if (Array.isArray(value)) for (const one of value) walk(one, path, around);
    else if (typeof value === 'string' || typeof value === 'number')
      add(around.at(-1)!, path, [value]);
    else if (typeof value === 'object' && value !== null) {
      const kind = mapping[path];
      if (kind === undefined) {
        members(value as Source, path, around);
        return;
      }
      const part: Part = { path, values: new Map() };
      members(value as Source, path, [...around, part]);
      const into = new Set<Part>();
      if (kind.includeInParent) into.add(around.at(-1)!);
      if (kind.includeInRoot) into.add(root);
      for (const other of into)
        for (const [field, values] of part.values) add(other, field, values);
      parts.push(part);
    }
  };
  const members = (object: Source, path: string, around: readonly Part[]): void => {
    for (const [name, value] of Object.entries(object))
      walk(value, path === '' ? name : `${path}.${name}`, around);
  };
  members(document, '', [root]);
  return [...parts, root];
}

function add({ values }: Part, field: string, given: readonly Value[]): void {
  values.set(field, [...(values.get(field) ?? []), ...given]);
}

function holds(query: NestedQuery, parts: readonly Part[], at: number): boolean {
  const inside = (clause: NestedQuery) => holds(clause, parts, at);
  const { values } = parts[at]!;
  if ('all' in query) return true;
  if ('not' in query) return !inside(query.not);
  if ('and' in query) return query.and.every(inside);
  if ('or' in query) return query.or.filter(inside).length >= query.atLeast;
  if ('exists' in query) {
    const { exists } = query;
    return [...values.keys()].some((field) => field === exists || field.startsWith(`${exists}.`));
  }
  if ('query' in query) {
    return parts.some(
      ({ path }, one) =>
        path === query.path &&
        parts.findIndex((part, after) => after >= one && part.path === parts[at]!.path) === at &&
        holds(query.query, parts, one),
    );
  }
  const own = values.get(query.field) ?? [];
  if ('is' in query) return own.includes(query.is);
  if ('starts' in query)
    return own.some((value) => typeof value === 'string' && value.startsWith(query.starts));
  return own.some((value) => typeof value === 'number' && value >= query.from && value <= query.to);
}
