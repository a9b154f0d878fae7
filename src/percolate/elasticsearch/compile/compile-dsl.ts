import type { Ir } from '../../../query/ir.ts';
import type { TargetMapping } from '../mapping/target-mapping.ts';
import { and, type Clause, not, or, shallow } from './clauses.ts';
import { compileFieldless, type FieldlessLeaf } from './compile-fieldless.ts';
import { compileLeaf } from './compile-leaf.ts';

/** A query as Elasticsearch is to percolate it under one mapping. */
export interface CompiledQuery {
  /** Null: as the fields are mapped now it can match nothing. */
  readonly dsl: object | null;
  /** Paths that it names and that a mapping could bring: one that does changes the compilation. */
  readonly unmapped: readonly string[];
  /** Whether it asks all fields, so that any new one changes the compilation. */
  readonly readsAllFields: boolean;
  /** Whether it must be percolated one document at a time: its clauses expand over the terms of a batch. */
  readonly expands: boolean;
}

/**
 * Compiles a query for the fields that a mapping has. A clause on a field that is not mapped matches
 * nothing.
 * @throws EstromError QUERY_LIMIT for what Elasticsearch could not take
 */
export function compileDsl(query: Ir, mapping: TargetMapping): CompiledQuery {
  const compiler = new Compiler(mapping);
  const clause = compiler.compile(query);
  return {
    dsl: clause === 'none' ? null : clause === 'all' ? { match_all: {} } : shallow(clause),
    unmapped: [...compiler.unmapped],
    readsAllFields: compiler.readsAllFields,
    // Patterns are rewritten to all terms that they have, and nothing else expands.
    expands: false,
  };
}

class Compiler {
  readonly unmapped = new Set<string>();
  readsAllFields = false;
  readonly #mapping: TargetMapping;

  constructor(mapping: TargetMapping) {
    this.#mapping = mapping;
  }

  compile(query: Ir): Clause {
    switch (query.kind) {
      case 'all':
      case 'none':
        return query.kind;
      case 'and':
        return and(query.clauses.map((clause) => this.compile(clause)));
      case 'or':
        return or(
          query.clauses.map((clause) => this.compile(clause)),
          query.atLeast,
        );
      case 'not':
        return not(this.compile(query.clause));
      default:
        return query.field === null
          ? this.#fieldless(query as FieldlessLeaf)
          : this.#leaf(query, query.field);
    }
  }

  #leaf(leaf: Parameters<typeof compileLeaf>[0], path: string): Clause {
    const field = this.#mapping.field(path);
    if (field !== undefined) return compileLeaf(leaf, field);
    // An object gets more fields.
    this.unmapped.add(path);
    if (leaf.kind === 'exists' && this.#mapping.has(path)) return { exists: { field: path } };
    return 'none';
  }

  #fieldless(leaf: FieldlessLeaf): Clause {
    this.readsAllFields = true;
    return compileFieldless(leaf, this.#mapping.searchableFields());
  }
}
