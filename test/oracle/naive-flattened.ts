import type { Ir } from '../../src/query/ir.ts';

/**
 * What flattened objects mean, as the dumbest engine has it: all values of a document in a list, and each query
 * asked of every one of them. It knows objects with default parameters, and clauses that are not analysed.
 */
export class NaiveFlattened {
  /** Names of the objects, which stand at the top of documents. */
  readonly #roots: readonly string[];

  constructor(roots: readonly string[]) {
    this.#roots = roots;
  }

  matches(query: Ir, document: Readonly<Record<string, unknown>>): boolean {
    switch (query.kind) {
      case 'and':
        return query.clauses.every((clause) => this.matches(clause, document));
      case 'or':
        return query.clauses.some((clause) => this.matches(clause, document));
      case 'not':
        return !this.matches(query.clause, document);
      default:
        return this.#roots.some((root) => {
          const leaves = leavesOf(document[root]);
          const { field } = query as { field: string | null };
          if (field === null || field === root) return this.#onValues(query, leaves);
          return field.startsWith(`${root}.`) && onKey(query, field.slice(root.length + 1), leaves);
        });
    }
  }

  #onValues(query: Ir, leaves: readonly Leaf[]): boolean {
    if (query.kind === 'exists') return leaves.length > 0;
    return leaves.some(([, value]) => fits(query, '', value));
  }
}

type Leaf = readonly [key: string, value: string];

function leavesOf(value: unknown, key?: string): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((each) => leavesOf(each, key));
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object') return key === undefined ? [] : [[key, String(value)]];
  return Object.entries(value).flatMap(([name, inner]) =>
    leavesOf(inner, key === undefined ? name : `${key}.${name}`),
  );
}

function onKey(query: Ir, key: string, leaves: readonly Leaf[]): boolean {
  const terms = leaves.map(([name, value]) => `${name}\0${value}`);
  switch (query.kind) {
    case 'exists':
      return terms.some((term) => term.startsWith(`${key}\0`));
    case 'regexp':
    case 'fuzzy':
      return false;
    case 'range':
      if (query.lower === null || query.upper === null) return false;
      return terms.some((term) => fits(query, `${key}\0`, term));
    case 'wildcard': {
      // Anything but a beginning is compared with all keys and values.
      const isBeginning = /^[^*?]*\*?$/.test(query.pattern);
      if (!isBeginning && query.caseInsensitive) return false;
      return terms.some((term) => fits(query, isBeginning ? `${key}\0` : '', term));
    }
    default:
      return terms.some((term) => fits(query, `${key}\0`, term));
  }
}

/** @param before what the terms of the clause begin with */
function fits(query: Ir, before: string, term: string): boolean {
  switch (query.kind) {
    case 'term':
      return term === before + query.value;
    case 'match':
    case 'phrase':
      return term === before + query.text;
    case 'wildcard': {
      const parts = (before + query.pattern).split(/([*?])/);
      const source = parts.map((part) =>
        part === '*' ? '[^]*' : part === '?' ? '[^]' : part.replaceAll(/[.\\+^$]/g, '\\$&'),
      );
      return new RegExp(`^${source.join('')}$`, query.caseInsensitive ? 'ui' : 'u').test(term);
    }
    case 'range': {
      const { lower, upper, includeLower, includeUpper } = query;
      const over = lower === null ? 1 : order(term, before + lower);
      const under = upper === null ? -1 : order(term, before + upper);
      return (includeLower ? over >= 0 : over > 0) && (includeUpper ? under <= 0 : under < 0);
    }
    default:
      return false;
  }
}

function order(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
