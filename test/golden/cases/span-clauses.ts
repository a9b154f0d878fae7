export type Span = Record<string, unknown>;

export const on = (field: string, value: unknown): Span => ({ span_term: { [field]: value } });
export const t = (value: string): Span => on('t', value);
export const near = (clauses: Span[], slop = 0, inOrder = true): Span => ({
  span_near: { clauses, slop, in_order: inOrder },
});
export const loose = (clauses: Span[], slop = 0): Span => near(clauses, slop, false);
export const or = (...clauses: Span[]): Span => ({ span_or: { clauses } });
export const not = (include: Span, exclude: Span, more = {}): Span => ({
  span_not: { include, exclude, ...more },
});
export const first = (match: Span, end: number): Span => ({ span_first: { match, end } });
export const containing = (big: Span, little: Span): Span => ({ span_containing: { big, little } });
export const within = (big: Span, little: Span): Span => ({ span_within: { big, little } });
export const multi = (match: Span, more = {}): Span => ({ span_multi: { match, ...more } });
export const prefix = (value: string, more = {}): Span =>
  multi({ prefix: { t: { value, ...more } } });
export const wildcard = (value: string, more = {}): Span =>
  multi({ wildcard: { t: { value, ...more } } });
export const fuzzy = (value: string, more = {}): Span =>
  multi({ fuzzy: { t: { value, ...more } } });
export const range = (bounds: Span): Span => multi({ range: { t: bounds } });
export const mask = (query: Span, field: string): Span => ({
  field_masking_span: { query, field },
});
export const gap = (width: unknown, field = 't'): Span => ({ span_gap: { [field]: width } });
