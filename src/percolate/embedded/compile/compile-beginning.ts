import type { BeginningLeaf } from '../../../query/ir.ts';
import { analyze, normalized } from './analysis.ts';
import { startingWith } from './compile-fields.ts';
import type { FieldForm, FieldForms } from './field-forms.ts';
import { constantLike } from './form-constant.ts';
import { keyBeginning } from './form-flattened.ts';
import { normalizedKey } from './normalized-key.ts';
import { NONE, or, type Plan } from './plan.ts';
import { FORM_TEXT, KEYWORD, TEXT } from './term-class.ts';
import { leastOf, type TextPlace, together } from './token-clauses.ts';

/**
 * Terms that begin so, where a query string says how the text is read.
 * @param analyzer that the query names; null is that of each field
 */
export function compileBeginning(
  leaf: BeginningLeaf,
  analyzer: string | null,
  forms: FieldForms,
): Plan {
  const { field: path } = leaf;
  const plans = [begun(leaf, { path, termClass: TEXT }, analyzer ?? 'standard')];
  if (path === null || forms.canBeKeyword(path)) {
    plans.push(onKeyword(leaf, { path, termClass: KEYWORD }, analyzer));
  }
  for (const form of forms.of(path)) plans.push(inForm(leaf, form, analyzer));
  return or(plans);
}

function inForm(leaf: BeginningLeaf, form: FieldForm, given: string | null): Plan {
  const { place: path, kind } = form;
  const place = { path, termClass: FORM_TEXT };
  if (kind.type === 'text') {
    return begun(leaf, place, given ?? kind.searchAnalyzer ?? kind.analyzer ?? 'standard');
  }
  if (kind.type === 'flattened') return onFlattened(leaf, form, given);
  if (kind.type === 'constant_keyword') return onConstant(leaf, path, given);
  if (kind.type !== 'keyword') return NONE;
  // The normalizer reads a whole beginning, tokens stay as they are.
  if (leaf.simple && leaf.tokens && given !== null) return onKeyword(leaf, place, given);
  return onKeyword({ ...leaf, text: normalizedKey(kind, leaf.text) }, place, given);
}

function onFlattened(leaf: BeginningLeaf, form: FieldForm, given: string | null): Plan {
  const { simple, tokens, text } = leaf;
  if (form.key === undefined) {
    return onKeyword(leaf, { path: form.place, termClass: FORM_TEXT }, given);
  }
  // Elasticsearch forgets the key of what the simple syntax analyzes.
  if (simple && tokens !== undefined) return NONE;
  return keyBeginning(simple && given !== null ? normalized(given, text) : text, form);
}

/** Patterns of constants know a star alone. Elasticsearch has none for what the simple syntax analyzes. */
function onConstant(leaf: BeginningLeaf, path: string | null, given: string | null): Plan {
  const { simple, tokens, text } = leaf;
  if (simple && tokens !== undefined) return NONE;
  return constantLike(path, simple && given !== null ? normalized(given, text) : text);
}

/** As the analyzer reads it. */
function begun(leaf: BeginningLeaf, place: TextPlace, analyzer: string): Plan {
  const { path, termClass } = place;
  const { text, tokens: operator } = leaf;
  if (operator === undefined) {
    return startingWith(path, termClass, normalized(analyzer, text));
  }
  const tokens = analyze(analyzer, text);
  if (tokens.length === 0) return NONE;
  const groups = [...Map.groupBy(tokens, ({ position }) => position).values()];
  const clauses = groups.map((group, at) =>
    or(
      group.map(
        (token): Plan =>
          at === groups.length - 1
            ? startingWith(path, termClass, token.text)
            : { op: 'term', path, termClass, text: token.text },
      ),
    ),
  );
  return together(path, clauses, leastOf({ operator }, groups.length));
}

/** Keywords are asked as it is written, but for an analyzer in the simple syntax. */
function onKeyword(leaf: BeginningLeaf, place: TextPlace, analyzer: string | null): Plan {
  return leaf.simple && analyzer !== null
    ? begun(leaf, place, analyzer)
    : startingWith(place.path, place.termClass, leaf.text);
}
