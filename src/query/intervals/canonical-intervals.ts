import { fuzzyMembers } from '../canonical-terms.ts';
import type { IntervalRule, IntervalsLeaf } from './intervals-ir.ts';
import { filterOf } from './walk-rules.ts';

/** An equal clause, simplest: alternatives are sorted, each once. */
export function simplestIntervals(leaf: IntervalsLeaf): IntervalsLeaf {
  return { ...leaf, rule: simplest(leaf.rule) };
}

/** Nesting is bounded by the parser. */
function simplest(rule: IntervalRule): IntervalRule {
  const filter = filterOf(rule);
  const filtered =
    filter === undefined ? {} : { filter: { ...filter, rule: simplest(filter.rule) } };
  switch (rule.kind) {
    case 'allOf': {
      const rules = rule.rules.map(simplest);
      return rules.length === 1 && filter === undefined
        ? rules[0]!
        : { ...rule, rules, ...filtered };
    }
    case 'anyOf': {
      const byKey = new Map(
        rule.rules.map(simplest).map((one) => [JSON.stringify(ruleMembers(one)), one]),
      );
      const rules = [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
      return rules.length === 1 && filter === undefined
        ? rules[0]!
        : { ...rule, rules, ...filtered };
    }
    default:
      return { ...rule, ...filtered };
  }
}

/** What the canonical text of a simplest clause has. */
export function intervalsMembers({ field, rule }: IntervalsLeaf): readonly unknown[] {
  return [field, ruleMembers(rule)];
}

function ruleMembers(rule: IntervalRule): readonly unknown[] {
  switch (rule.kind) {
    case 'match':
      return [rule.kind, rule.text, rule.maxGaps ?? null, rule.ordered, ...detailsOf(rule)];
    case 'prefix':
      return [rule.kind, rule.text, ...detailsOf(rule)];
    case 'wildcard':
      return [rule.kind, rule.pattern, ...detailsOf(rule)];
    case 'fuzzy':
      return [rule.kind, rule.text, ...fuzzyMembers(rule), ...detailsOf(rule)];
    case 'allOf': {
      const members = rule.rules.map(ruleMembers);
      return [rule.kind, members, rule.maxGaps ?? null, rule.ordered, ...detailsOf(rule)];
    }
    case 'anyOf':
      return [rule.kind, rule.rules.map(ruleMembers), ...detailsOf(rule)];
  }
}

/** Rules without any of them have no further member. */
function detailsOf(rule: IntervalRule): readonly unknown[] {
  const details: Record<string, unknown> = {};
  if ('analyzer' in rule && rule.analyzer !== undefined) details['analyzer'] = rule.analyzer;
  if ('useField' in rule && rule.useField !== undefined) details['useField'] = rule.useField;
  const filter = filterOf(rule);
  if (filter !== undefined) details['filter'] = [filter.relation, ruleMembers(filter.rule)];
  return Object.keys(details).length === 0 ? [] : [details];
}
