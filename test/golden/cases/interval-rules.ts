/** Rules of `intervals`, in short. */
export type Rule = Record<string, unknown>;

export const on = (field: string, rule: Rule, more: Rule = {}) => ({
  intervals: { [field]: { ...rule, ...more } },
});
export const match = (query: unknown, more: Rule = {}): Rule => ({ match: { query, ...more } });
export const ordered = (query: string, gaps = -1, more: Rule = {}): Rule =>
  match(query, { max_gaps: gaps, ordered: true, ...more });
export const prefix = (text: string, more: Rule = {}): Rule => ({
  prefix: { prefix: text, ...more },
});
export const wildcard = (pattern: string, more: Rule = {}): Rule => ({
  wildcard: { pattern, ...more },
});
export const fuzzy = (term: string, more: Rule = {}): Rule => ({ fuzzy: { term, ...more } });
export const anyOf = (intervals: readonly Rule[], more: Rule = {}): Rule => ({
  any_of: { intervals, ...more },
});
export const allOf = (intervals: readonly Rule[], more: Rule = {}): Rule => ({
  all_of: { intervals, ...more },
});
