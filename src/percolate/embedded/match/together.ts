import type { FieldValues } from './field-values.ts';

/** Holds programs against the document, or against one node of it. */
export interface Holding {
  verify(at: number): boolean;
  verifyIn(at: number, node: number): boolean;
  /** So many places are looked at next, see WorkMeter. */
  spend(units: number): void;
}

/** Whether one field has as many of the clauses as the OP_TOGETHER at word `at` asks for. */
export function matchesTogether(
  programs: Int32Array,
  at: number,
  values: FieldValues,
  document: Holding,
): boolean {
  const end = at + programs[at + 1]!;
  const atLeast = programs[at + 2]!;
  const clauses: number[] = [];
  for (let child = at + 3; child < end; child += programs[child + 1]!) {
    if (document.verify(child)) clauses.push(child);
  }
  // What no field has at all need not be looked for in each.
  if (clauses.length < atLeast) return false;
  const { nodes, count } = values.runs;
  document.spend(count);
  return [...new Set(nodes.subarray(0, count))].some((node) => {
    let missing = atLeast;
    let left = clauses.length;
    for (const clause of clauses) {
      if (document.verifyIn(clause, node)) missing--;
      left--;
      if (missing === 0) return true;
      if (missing > left) return false;
    }
    return false;
  });
}
