import {
  fieldOfSpan,
  hasMask,
  type MultiLeaf,
  type Span,
  type SpanMulti,
  type SpanNear,
} from '../../../query/spans/span.ts';
import { startingWith } from './compile-fields.ts';
import type { FieldForms } from './field-forms.ts';
import { caselessPlan, nearOn, regexpOn } from './near-plans.ts';
import { NONE, or, type Plan, type SpansPlan } from './plan.ts';
import { BOOLEAN, FORM_TEXT, KEYWORD, TEXT } from './term-class.ts';

/**
 * Spans over the texts that a field can be, as its tokens are not analysed again: in a document one of the
 * forms has all of them. Other types have no places.
 */
export function compileSpans(span: Span, forms: FieldForms): Plan {
  switch (span.op) {
    case 'term': {
      const { field, value: text } = span;
      return onTexts(field, forms, (path, termClass) => ({ op: 'term', path, termClass, text }));
    }
    case 'multi':
      return multi(span, forms);
    case 'never':
      return NONE;
    case 'mask':
      return compileSpans(span.query, forms);
    case 'near':
      return near(span, forms);
    case 'or':
      return either(span.clauses.map((clause) => compileSpans(clause, forms)));
    case 'not': {
      const include = compileSpans(span.include, forms);
      const exclude = compileSpans(span.exclude, forms);
      if (include.op === 'none' || exclude.op === 'none') return include;
      return spans('not', [include, exclude], span.pre, span.post);
    }
    case 'first':
      return all('first', [compileSpans(span.match, forms)], span.end);
    case 'containing':
    case 'within':
      return all(span.op, [compileSpans(span.big, forms), compileSpans(span.little, forms)]);
  }
}

function spans(
  shape: SpansPlan['shape'],
  children: readonly Plan[],
  first = 0,
  second = 0,
): SpansPlan {
  return { op: 'spans', shape, first, second, children };
}

/** What is nothing where one of the parts is. */
function all(shape: SpansPlan['shape'], children: readonly Plan[], first = 0): Plan {
  return children.some(({ op }) => op === 'none') ? NONE : spans(shape, children, first);
}

/** Where all are tokens, they are the tokens of one leaf. */
function either(clauses: readonly Plan[]): Plan {
  const kept = clauses.filter(({ op }) => op !== 'none');
  if (kept.length <= 1 || kept.every(({ op }) => op !== 'spans')) return or(kept);
  return spans('or', kept);
}

function near(span: SpanNear, forms: FieldForms): Plan {
  const { clauses, slop, inOrder } = span;
  const children = clauses.map((clause) =>
    clause.op === 'gap' ? spans('gap', [], clause.width) : compileSpans(clause, forms),
  );
  const plan = all(inOrder ? 'ordered' : 'unordered', children, slop);
  if (plan.op === 'none' || !hasMask(span)) return plan;
  // Lucene looks whether the field is there in which they seem to be.
  return spans('where', [someTerm(fieldOfSpan(span), forms), plan]);
}

/** Whether the field has any token or value that is kept as a term. */
function someTerm(path: string, forms: FieldForms): Plan {
  const values: Plan[] = ['true', 'false'].map((text) => ({
    op: 'term',
    path,
    termClass: BOOLEAN,
    text,
  }));
  const owned = forms
    .of(path)
    .filter(({ kind: { type } }) => type === 'text' || type === 'keyword')
    .map(({ place }) => startingWith(place, FORM_TEXT, ''));
  return or([startingWith(path, TEXT, ''), startingWith(path, KEYWORD, ''), ...values, ...owned]);
}

function multi({ leaf, most }: SpanMulti, forms: FieldForms): Plan {
  const plan = onTexts(leaf.field, forms, (path, termClass) => likeOn(leaf, path, termClass));
  const isOneTerm = plan.op === 'term' || (plan.op === 'or' && plan.children.every(isTerm));
  if (plan.op === 'none' || isOneTerm) return plan;
  return spans('terms', [plan], most ?? 0);
}

function isTerm({ op }: Plan): boolean {
  return op === 'term';
}

function likeOn(leaf: MultiLeaf, path: string | null, termClass: number): Plan {
  switch (leaf.kind) {
    case 'wildcard':
      if (leaf.caseInsensitive) return caselessPlan(leaf, path, termClass);
      return { op: 'wildcard', path, termClass, pattern: leaf.pattern };
    case 'regexp':
      return regexpOn(leaf, path, termClass);
    case 'fuzzy':
      return nearOn(leaf.text, leaf, path, termClass);
    case 'range': {
      const { lower, upper, includeLower, includeUpper } = leaf;
      return { op: 'stringRange', path, termClass, lower, upper, includeLower, includeUpper };
    }
  }
}

/** A leaf on each kind of text that the field can be. */
function onTexts(
  field: string,
  forms: FieldForms,
  make: (path: string | null, termClass: number) => Plan,
): Plan {
  const texts = forms.of(field).filter(({ kind }) => kind.type === 'text');
  return or([make(field, TEXT), ...texts.map(({ place }) => make(place, FORM_TEXT))]);
}
