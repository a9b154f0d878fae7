import type { CrossFieldsLeaf } from '../../../query/ir.ts';
import { minimumShouldMatch } from '../../../query/minimum-should-match.ts';
import { analyze } from './analysis.ts';
import { compileForm } from './compile-form.ts';
import type { FieldForm, FieldForms } from './field-forms.ts';
import { and, NONE, or, type Plan } from './plan.ts';
import { FORM_TEXT, TEXT } from './term-class.ts';
import { unitsOf } from './token-units.ts';
import { unitPlan } from './unit-plans.ts';

/** Where one of the fields has its words: as dynamic mapping has them, or as a form of it. */
interface Place {
  readonly path: string | null;
  readonly termClass: number;
}

/**
 * Text whose tokens may be in different fields: in those that read it with the same analyzer, as
 * Elasticsearch groups them. What is no text in some index is asked for by itself.
 * @param values what else the leaf means in one of the fields, where it is neither text nor a form
 */
export function compileCrossFields(
  leaf: CrossFieldsLeaf,
  forms: FieldForms,
  values: (field: string | null) => readonly Plan[],
): Plan {
  const { fields, text, operator, minimum } = leaf;
  // Elasticsearch tells its default analyzer apart from one that a mapping names.
  const usual = fields.map((path): Place => ({ path, termClass: TEXT }));
  const groups = new Map<string, Place[]>();
  const alone: Plan[] = [];
  for (const field of fields) {
    for (const form of forms.of(field)) {
      if (form.kind.type !== 'text') {
        const match = {
          kind: 'match',
          field,
          text,
          operator,
          ...(minimum && { minimum }),
        } as const;
        alone.push(compileForm(match, form));
      } else addPlace(groups, form);
    }
  }
  const texts = [...groups].map(([analyzer, places]) => wordsOf(leaf, analyzer, places));
  return or([wordsOf(leaf, 'standard', usual), ...texts, ...fields.flatMap(values), ...alone]);
}

function addPlace(groups: Map<string, Place[]>, { place, kind }: FieldForm): void {
  const analyzer = kind.searchAnalyzer ?? kind.analyzer ?? 'standard';
  const places = groups.get(analyzer) ?? [];
  places.push({ path: place, termClass: FORM_TEXT });
  groups.set(analyzer, places);
}

function wordsOf(
  { text, operator, minimum }: CrossFieldsLeaf,
  analyzer: string,
  places: readonly Place[],
): Plan {
  const tokens = analyze(analyzer, text);
  if (tokens.length === 0) return NONE;
  const units = unitsOf(tokens);
  if (units === null) return NONE;
  const clauses = units.map((unit) => or(places.map((place) => unitPlan(unit, place, {}))));
  if (operator === 'and') return and(clauses);
  const least =
    minimum === undefined || units.length < 2
      ? 1
      : Math.max(1, minimumShouldMatch(minimum, units.length, 'minimum_should_match'));
  return or(clauses, least);
}
