import { EstromError } from '../../../errors.ts';
import { isFieldPattern } from '../../../query/field-patterns.ts';
import type { Ir, Leaf, MappedLeaf, NestedClause } from '../../../query/ir.ts';
import type { Span } from '../../../query/spans/span.ts';
import type { FieldInfo } from '../mapping/field-info.ts';
import type { TargetMapping } from '../mapping/target-mapping.ts';
import { and, type Clause, not, or, shallow } from './clauses.ts';
import { crossFields } from './compile-cross-fields.ts';
import { compileFieldless, type FieldlessLeaf } from './compile-fieldless.ts';
import { expandsRules, intervals } from './compile-intervals.ts';
import { compileLeaf } from './compile-leaf.ts';
import { compileSpans, looksAround } from './compile-spans.ts';
import { expandsOverTerms } from './near-clauses.ts';

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
    dsl:
      clause === 'none' || compiler.fails
        ? null
        : clause === 'all'
          ? { match_all: {} }
          : shallow(clause),
    unmapped: [...compiler.unmapped],
    readsAllFields: compiler.readsAllFields,
    expands: compiler.expands,
  };
}

class Compiler {
  readonly unmapped = new Set<string>();
  readsAllFields = false;
  expands = false;
  /** Elasticsearch refuses the whole query as the index is mapped. */
  fails = false;
  /** Path of the nested objects that clauses are asked of; '' is the document. */
  #scope = '';
  readonly #mapping: TargetMapping;

  constructor(mapping: TargetMapping) {
    this.#mapping = mapping;
  }

  compile(query: Ir): Clause {
    // Elasticsearch refuses a query with an analyzer that the index does not have.
    if ('analyzer' in query && query.analyzer !== undefined) {
      if (!this.#mapping.hasAnalyzer(query.analyzer)) return 'none';
    }
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
      case 'named':
        // The percolator of Elasticsearch 7.17 does not tell names.
        return query.decides === false ? 'all' : this.compile(query.clause);
      case 'mapped':
        return this.#mapped(query);
      case 'nested':
        return this.#nested(query);
      case 'intervals':
        if (expandsRules(query)) this.expands = true;
        return intervals(query, (name) => this.#mappedField(name), this.#isReached);
      case 'spans':
        return this.#spans(query.span);
      case 'crossFields':
        return crossFields(query, this.#fieldsOf(query.fields).filter(this.#isReached));
      default:
        if (expandsOverTerms(query)) this.expands = true;
        if (query.field === null) return this.#fieldless(query as FieldlessLeaf);
        return isFieldPattern(query.field)
          ? this.#covered(query, query.field)
          : this.#leaf(query, query.field);
    }
  }

  #nested({ path, clause, ignoreUnmapped }: NestedClause): Clause {
    const object = this.#mapping.objectAt(path);
    if (object === undefined) this.unmapped.add(path);
    if (object !== 'nested' && !(object === undefined && ignoreUnmapped)) this.fails = true;
    const around = this.#scope;
    this.#scope = path;
    const query = this.compile(clause);
    this.#scope = around;
    if (object !== 'nested' || query === 'none') return 'none';
    return {
      nested: { path, query: query === 'all' ? { match_all: {} } : query, score_mode: 'none' },
    };
  }

  readonly #isReached = ({ scopes }: FieldInfo): boolean => scopes.includes(this.#scope);

  /** A leaf on each of the fields that a pattern covers. */
  #covered(leaf: Leaf, pattern: string): Clause {
    this.readsAllFields = true;
    const fields = this.#mapping.coveredFields(pattern).filter(this.#isReached);
    return or(fields.map((field) => compileLeaf({ ...leaf, field: field.path }, field)));
  }

  /** In the percolator a pattern expands over the tokens of all documents that are asked together. */
  #spans(span: Span): Clause {
    if (looksAround(span)) this.expands = true;
    return compileSpans(span, (name) => this.#named(name));
  }

  #named(name: string): FieldInfo | undefined {
    const field = this.#mappedField(name);
    return field !== undefined && this.#isReached(field) ? field : undefined;
  }

  #mappedField(name: string): FieldInfo | undefined {
    if (name === '_id' || name === '_index') throw metadata(name);
    const field = this.#mapping.field(name);
    if (field === undefined) this.unmapped.add(name);
    return field;
  }

  #mapped({ fields, among, atLeast }: MappedLeaf): Clause {
    if (among === 'nested' || among === 'objects') {
      const type = among === 'nested' ? 'nested' : 'object';
      for (const path of fields) this.unmapped.add(path);
      return fields.some((path) => this.#mapping.objectAt(path) === type) ? 'all' : 'none';
    }
    const counted = this.#fieldsOf(fields).filter(({ family, type }) => {
      if (among === 'numbers') return family === 'number';
      if (among === 'dates') return family === 'date';
      if (among === 'points') return type === 'geo_point';
      return among === 'all' || (family !== 'text') === (among === 'others');
    });
    const count =
      among === 'analyzers'
        ? new Set(counted.map(({ analyzer }) => analyzer)).size
        : counted.length;
    return count >= atLeast ? 'all' : 'none';
  }

  /** The mapped fields among names and patterns, each once. */
  #fieldsOf(names: readonly (string | null)[]): FieldInfo[] {
    const found = new Map<string, FieldInfo>();
    for (const name of names) {
      const isOne = name !== null && !isFieldPattern(name);
      if (!isOne) this.readsAllFields = true;
      const own = isOne ? this.#mapping.field(name) : undefined;
      const fields = isOne
        ? own
          ? [own]
          : []
        : name === null
          ? this.#mapping.searchableFields()
          : this.#mapping.coveredFields(name);
      if (isOne && own === undefined) this.unmapped.add(name);
      for (const field of fields) found.set(field.target, field);
    }
    return [...found.values()];
  }

  #leaf(leaf: Leaf, path: string): Clause {
    if (path === '_id' || path === '_index') throw metadata(path);
    const field = this.#mapping.field(path);
    if (field !== undefined) return this.#isReached(field) ? compileLeaf(leaf, field) : 'none';
    // An object gets more fields.
    this.unmapped.add(path);
    if (leaf.kind === 'exists' && this.#mapping.has(path)) return { exists: { field: path } };
    return 'none';
  }

  #fieldless(leaf: FieldlessLeaf): Clause {
    this.readsAllFields = true;
    return compileFieldless(leaf, this.#mapping.searchableFields(this.#scope));
  }
}

function metadata(path: string): EstromError {
  return new EstromError(
    'QUERY_UNSUPPORTED',
    `[${path}] cannot be asked with Elasticsearch as the engine: it percolates documents that are in no index`,
  );
}
