import type { Ir, NestedClause } from '../../../query/ir.ts';
import { namedIn } from '../../../query/names.ts';
import { nestedScope, scoped } from '../fields/nested-names.ts';
import type { Compilation } from './compile.ts';
import { compileMapped } from './compile-fields.ts';
import { and, NONE, not, type Plan } from './plan.ts';
import { DOC_ID, INDEX, MAPPED_TEXT } from './term-class.ts';

/** Some nested object of the path, by itself, fulfils the plan, whose fields are those of its scope. */
export interface NestedPlan {
  readonly op: 'nested';
  readonly path: string;
  readonly child: Plan;
}

type Compile = (query: Ir, into: Compilation) => Plan;

export function compileNested(query: NestedClause, into: Compilation, compile: Compile): Plan {
  const { path, clause, ignoreUnmapped } = query;
  const inner: Compilation = {
    forms: into.forms,
    isHollow: false,
    ...(into.requires === undefined ? {} : { requires: into.requires }),
  };
  const child = inScope(compile(clause, inner), nestedScope(path));
  if (inner.isHollow) into.isHollow = true;
  // Names inside are told of the document: there Elasticsearch runs their clauses a second time.
  for (const { name, clause: told } of namedIn(clause)) {
    const plan = compile(atRoot(told), { forms: into.forms, isHollow: false });
    into.names?.push({ name, plan });
  }
  const plan: Plan = child.op === 'none' ? NONE : { op: 'nested', path, child };
  // Elsewhere Elasticsearch fails the whole search.
  const required = ignoreUnmapped
    ? not(compileMapped({ fields: [path], among: 'objects', atLeast: 1 }))
    : compileMapped({ fields: [path], among: 'nested', atLeast: 1 });
  if (into.requires === undefined) return and([plan, required]);
  into.requires.push(required);
  return plan;
}

/** A clause inside of a nested one, as it is for a document: it lies in no object of those around the inner ones. */
function atRoot(query: Ir): Ir {
  switch (query.kind) {
    case 'nested':
      return { kind: 'none' };
    case 'and':
    case 'or':
      return { ...query, clauses: query.clauses.map(atRoot) };
    case 'not':
      return { ...query, clause: atRoot(query.clause) };
    case 'named':
      return atRoot(query.clause);
    default:
      return query;
  }
}

/** Terms of what is no value of a nested object, but holds for it all the same. */
const OUTSIDE = (1 << INDEX) | (1 << DOC_ID) | (1 << MAPPED_TEXT);

/** A plan over fields as a plan over the same ones of nested objects alone. */
function inScope(plan: Plan, scope: string): Plan {
  if (plan.op === 'nested') return plan;
  if (plan.op === 'term' && OUTSIDE & (1 << plan.termClass)) return plan;
  return moved(plan, scope) as unknown as Plan;
}

/** Whatever has a `path` in a plan has it moved. */
function moved(plan: object, scope: string): object {
  const members = Object.entries(plan).map(([key, value]: [string, unknown]) => {
    if (key === 'path') return [key, scoped(scope, value as string | null)];
    if (Array.isArray(value)) return [key, value.map((one: unknown) => movedValue(one, scope))];
    return [key, movedValue(value, scope)];
  });
  return Object.fromEntries(members) as object;
}

function movedValue(value: unknown, scope: string): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return 'op' in value ? inScope(value as Plan, scope) : moved(value, scope);
}
