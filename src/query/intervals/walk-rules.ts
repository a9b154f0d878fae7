import type { IntervalFilter, IntervalRule } from './intervals-ir.ts';

export function filterOf(rule: IntervalRule): IntervalFilter | undefined {
  return 'filter' in rule ? rule.filter : undefined;
}

/** A rule that asks for words, the field whose analyzer reads it, and the one in which it is looked for. */
export interface WordedPlace {
  readonly rule: Exclude<IntervalRule, { readonly kind: 'allOf' | 'anyOf' }>;
  readonly read: string;
  readonly found: string;
}

/** The rules that ask for words, in and below one. What a filter of a rule with a field of its own asks is looked for in the clause's. */
export function* wordedRules(
  rule: IntervalRule,
  read: string,
  found: string,
): Generator<WordedPlace> {
  const isGroup = rule.kind === 'allOf' || rule.kind === 'anyOf';
  const own = isGroup ? read : (rule.useField ?? read);
  if (isGroup) for (const one of rule.rules) yield* wordedRules(one, read, found);
  else yield { rule, read: own, found: rule.useField ?? found };
  const filter = filterOf(rule);
  if (filter !== undefined) yield* wordedRules(filter.rule, own, found);
}
