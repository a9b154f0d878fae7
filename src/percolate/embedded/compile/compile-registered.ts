import type { QueryOrdinal } from '../../../document.ts';
import type { RegisteredQuery } from '../../../query/registry/registered-query.ts';
import { type Compilation, compileQuery, type NamedPlan } from './compile.ts';
import type { FieldForms } from './field-forms.ts';
import type { Plan } from './plan.ts';

/** A query as segments take it. */
export interface CompiledQuery {
  readonly ordinal: QueryOrdinal;
  readonly plan: Plan;
  /** The plan does not tell all fields that the query asks for: see Compilation. */
  readonly isHollow?: boolean;
  /** Clauses that are told with each hit for which they hold. */
  readonly names?: readonly NamedPlan[];
}

export function compileRegistered(
  { ordinal, query, index, scope }: RegisteredQuery,
  forms: FieldForms,
): CompiledQuery {
  const names: NamedPlan[] = [];
  const into: Compilation = { forms, isHollow: false, names };
  const plan = compileQuery(query, index, scope, into);
  return { ordinal, plan, isHollow: into.isHollow, names };
}
