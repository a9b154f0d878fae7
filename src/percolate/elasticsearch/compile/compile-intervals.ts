import { fuzzinessText } from '../../../query/fuzziness.ts';
import type { IntervalRule, IntervalsLeaf } from '../../../query/intervals/intervals-ir.ts';
import { filterOf, wordedRules } from '../../../query/intervals/walk-rules.ts';
import type { FieldInfo } from '../mapping/field-info.ts';
import type { Clause } from './clauses.ts';

/** Whether the terms of a batch may be too many for Elasticsearch where those of a document are not. */
export function expandsRules({ rule, field }: IntervalsLeaf): boolean {
  return [...wordedRules(rule, field, field)].some((one) => one.rule.kind !== 'match');
}

/**
 * A clause for the fields that are mapped. On others than texts Elasticsearch would fail.
 * @param isReached whether clauses here are asked of the objects that have the field
 */
export function intervals(
  leaf: IntervalsLeaf,
  fieldOf: (path: string) => FieldInfo | undefined,
  isReached: (field: FieldInfo) => boolean,
): Clause {
  const { rule, field } = leaf;
  const places = [...wordedRules(rule, field, field)];
  const asked = places.flatMap(({ read, found }) => [read, found]);
  const own = fieldOf(field);
  if (own === undefined || !asked.every((path) => isText(fieldOf(path)))) return 'none';
  if (!places.some(({ found }) => isReached(fieldOf(found)!))) return 'none';
  // It finds nothing by the name of an alias.
  const target = (path: string) => fieldOf(path)!.target;
  // A field that nothing is looked for in need not be one that the percolator reaches.
  const isAsked = places.some(({ found }) => found === field);
  const outer = isAsked ? own.target : target(places[0]!.found);
  return { intervals: { [outer]: ruleText(rule, target) } };
}

function isText(field: FieldInfo | undefined): boolean {
  if (field === undefined || !field.indexed) return false;
  return field.type === 'match_only_text' || (field.type.endsWith('text') && field.positions);
}

/** Parsers bound the depth. */
function ruleText(rule: IntervalRule, target: (path: string) => string): object {
  const filter = filterOf(rule);
  const filtered = filter && { filter: { [filter.relation]: ruleText(filter.rule, target) } };
  const rules = () => ('rules' in rule ? rule.rules.map((one) => ruleText(one, target)) : []);
  switch (rule.kind) {
    case 'allOf':
      return { all_of: { intervals: rules(), ...together(rule), ...filtered } };
    case 'anyOf':
      return { any_of: { intervals: rules(), ...filtered } };
    case 'match':
      return {
        match: { query: rule.text, ...together(rule), ...worded(rule, target), ...filtered },
      };
    case 'prefix':
      return { prefix: { prefix: rule.text, ...worded(rule, target) } };
    case 'wildcard':
      return { wildcard: { pattern: rule.pattern, ...worded(rule, target) } };
    case 'fuzzy': {
      const { text: term, edits, prefixLength, transpositions } = rule;
      const near = {
        fuzziness: fuzzinessText(edits),
        prefix_length: prefixLength,
        transpositions,
      };
      return { fuzzy: { term, ...near, ...worded(rule, target) } };
    }
  }
}

function together({ maxGaps, ordered }: { maxGaps?: number; ordered: boolean }): object {
  return { ordered, ...(maxGaps !== undefined && { max_gaps: maxGaps }) };
}

function worded(
  { analyzer, useField }: { analyzer?: string; useField?: string },
  target: (path: string) => string,
): object {
  return {
    ...(analyzer !== undefined && { analyzer }),
    ...(useField !== undefined && { use_field: target(useField) }),
  };
}
