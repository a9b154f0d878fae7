import { dependsOnNow, resolveDateMath } from '../../../mapping/date-math.ts';
import { analyzeStandard } from '../../../mapping/standard-analyzer.ts';
import { isFieldPattern } from '../../../query/field-patterns.ts';
import type {
  Ir,
  Leaf,
  MatchLeaf,
  PhraseLeaf,
  RangeLeaf,
  TermLeaf,
  WildcardLeaf,
} from '../../../query/ir.ts';
import { minimumShouldMatch } from '../../../query/minimum-should-match.ts';
import { compileGeo } from '../geo/geo-plan.ts';
import { compileCrossFields } from './compile-cross-fields.ts';
import {
  compileMapped,
  isManyFields,
  phraseStart,
  startingWith,
  wordsTogether,
} from './compile-fields.ts';
import { compileForm } from './compile-form.ts';
import { compileMetadata } from './compile-metadata.ts';
import { compileRange, DATE_CLASSES, dateRange, dateSpan } from './compile-range.ts';
import { DYNAMIC_FORMS, type FieldForms } from './field-forms.ts';
import { numberEqual } from './form-numbers.ts';
import { foldPattern } from './form-texts.ts';
import { compileFuzzyMatch } from './fuzzy-match.ts';
import { caselessPlan, compileFuzzyLeaf, compileRegexpLeaf } from './near-plans.ts';
import { ALL, and, NONE, not, or, type Plan } from './plan.ts';
import { BOOLEAN, EXISTS, INDEX, KEYWORD, MAPPED_TEXT, TEXT } from './term-class.ts';

/**
 * Compiles a query and the index expression it is restricted to.
 * @param scope a second such expression
 */
export function compileQuery(
  query: Ir,
  index: string,
  scope = '*',
  into: Compilation = { forms: DYNAMIC_FORMS, isHollow: false },
): Plan {
  const plans = [compile(query, into)];
  for (const text of new Set([index, scope])) {
    if (text !== '*') plans.push({ op: 'term', path: null, termClass: INDEX, text });
  }
  return plans.length === 1 ? plans[0]! : and(plans);
}

/** What a query is compiled with, and what is learnt on the way. */
export interface Compilation {
  readonly forms: FieldForms;
  /** Some clause can match nothing with the forms that there are, so the plan does not tell that it asks. */
  isHollow: boolean;
  /** Clauses with names, as they are met; absent: nobody asks for them. */
  readonly names?: NamedPlan[];
}

export interface NamedPlan {
  readonly name: string;
  readonly plan: Plan;
}

/** A query in terms of every type that its fields can have. */
export function compile(
  query: Ir,
  into: Compilation = { forms: DYNAMIC_FORMS, isHollow: false },
): Plan {
  switch (query.kind) {
    case 'all':
      return ALL;
    case 'none':
      return NONE;
    case 'and':
      return and(query.clauses.map((clause) => compile(clause, into)));
    case 'or':
      return or(
        query.clauses.map((clause) => compile(clause, into)),
        query.atLeast,
      );
    case 'not':
      return not(compile(query.clause, into));
    case 'named': {
      const plan = compile(query.clause, into);
      into.names?.push({ name: query.name, plan });
      return query.decides === false ? ALL : plan;
    }
    case 'crossFields':
      return compileCrossFields(query, into.forms, (field) =>
        wholeValue(field, query.text, into.forms),
      );
    case 'mapped':
      return compileMapped(query);
    default: {
      const metadata = compileMetadata(query);
      if (metadata !== null) return metadata;
      const { forms } = into;
      const plan = compileLeaf(query, forms);
      const further = forms.of(query.field).map((form) => compileForm(query, form));
      const whole = further.length === 0 ? plan : or([plan, ...further]);
      if (whole.op === 'none') into.isHollow = true;
      return whole;
    }
  }
}

function compileLeaf(query: Leaf, forms: FieldForms): Plan {
  switch (query.kind) {
    case 'match':
      if (query.fuzzy) return compileFuzzyMatch(query, query.fuzzy, forms);
      return or([
        matchText(query),
        ...wholeValue(query.field, query.text, forms, query.timeZone),
        ...(query.prefix ? keywordPrefix(query, forms) : []),
      ]);
    case 'phrase':
      if (query.expansions !== undefined) {
        const tokens = analyzeStandard(query.text);
        return phraseStart(query, query.expansions, query.field, TEXT, tokens);
      }
      return or([phraseText(query), ...wholeValue(query.field, query.text, forms, query.timeZone)]);
    case 'term':
      return or([termText(query), ...wholeValue(query.field, query.value, forms)]);
    case 'geo':
      return compileGeo(query);
    case 'range':
      return compileRange(query, forms);
    case 'wildcard':
      return wildcard(query, forms);
    case 'regexp':
      return compileRegexpLeaf(query, forms);
    case 'fuzzy':
      return compileFuzzyLeaf(query, forms);
    case 'exists':
      return { op: 'term', path: query.field, termClass: EXISTS, text: '' };
    case 'wordless':
      if (analyzeStandard(query.text).length > 0) return NONE;
      if (isFieldPattern(query.field)) {
        return compileMapped({ fields: [query.field], among: 'texts', atLeast: 1 });
      }
      return { op: 'term', path: query.field, termClass: MAPPED_TEXT, text: '' };
  }
}

function text(path: string | null, word: string): Plan {
  return { op: 'term', path, termClass: TEXT, text: word };
}

function matchText({ field, text: source, operator, minimum, prefix }: MatchLeaf): Plan {
  const tokens = analyzeStandard(source);
  if (tokens.length === 0) return NONE;
  const beginning = prefix === true ? tokens.findLast(({ end }) => end === source.length) : null;
  const start = beginning?.text ?? null;
  const whole = tokens.filter((token) => token !== beginning).map((token) => token.text);
  if (minimum !== undefined && tokens.length > 1) {
    const least = minimumShouldMatch(minimum, tokens.length, 'minimum_should_match');
    // A token that the text has twice counts twice, so none is left out.
    if (least > 1) return wordsTogether(field, whole, start, least);
  }
  const words = [...new Set(whole)];
  if (start !== null) {
    return wordsTogether(field, words, start, operator === 'or' ? 1 : words.length + 1);
  }
  if (operator === 'or' || words.length === 1) return or(words.map((word) => text(field, word)));
  if (!isManyFields(field)) return and(words.map((word) => text(field, word)));
  return { op: 'words', path: field, words, positions: words.map((_, i) => i), slop: -1 };
}

/** A keyword below a text may start with it where the text's tokens do not: `a.` in `a.b`. */
function keywordPrefix({ field, text: source }: MatchLeaf, forms: FieldForms): Plan[] {
  return field === null || forms.canBeKeyword(field) ? [startingWith(field, KEYWORD, source)] : [];
}

function phraseText({ field, text: source, slop }: PhraseLeaf): Plan {
  const tokens = analyzeStandard(source);
  if (tokens.length === 0) return NONE;
  if (tokens.length === 1) return text(field, tokens[0]!.text);
  return {
    op: 'words',
    path: field,
    words: tokens.map((token) => token.text),
    positions: tokens.map((token) => token.position - tokens[0]!.position),
    slop,
  };
}

function termText({ field, value }: TermLeaf): Plan {
  return text(field, value);
}

function wildcard(leaf: WildcardLeaf, forms: FieldForms): Plan {
  const { field: path, pattern, normalize } = leaf;
  if (leaf.caseInsensitive) {
    const onText = caselessPlan(leaf, path, TEXT);
    if (path !== null && !forms.canBeKeyword(path)) return onText;
    return or([onText, caselessPlan(leaf, path, KEYWORD)]);
  }
  const onText = {
    op: 'wildcard',
    path,
    termClass: TEXT,
    pattern: normalize ? foldPattern(pattern) : pattern,
  } as const;
  if (path !== null && !forms.canBeKeyword(path)) return onText;
  return or([onText, { op: 'wildcard', path, termClass: KEYWORD, pattern }]);
}

/** The alternatives for fields that hold one value: each type that could hold this text. */
function wholeValue(
  path: string | null,
  value: string,
  forms: FieldForms,
  timeZone?: string,
): Plan[] {
  const plans: Plan[] = [];
  const add = (termClass: number, canonical: string) =>
    plans.push({ op: 'term', path, termClass, text: canonical });
  // Where any field will do, a keyword never matches alone unless the analyser finds no token in
  // the text: under dynamic mapping each keyword stands below a text with the same value.
  if (forms.canBeKeyword(path) || (path === null && analyzeStandard(value).length === 0))
    add(KEYWORD, value);
  if (value === 'true' || value === 'false') add(BOOLEAN, value);
  for (const kind of ['long', 'float'] as const) {
    const plan = numberEqual(value, path, kind);
    if (plan.op !== 'none') plans.push(plan);
  }
  for (const [termClass, format] of DATE_CLASSES) {
    if (timeZone !== undefined) {
      plans.push(dateRange(valueRange(path, value, timeZone), termClass, format));
      continue;
    }
    if (isMathOnNow(value)) {
      const bounds = { lower: value, upper: value, includeLower: true, includeUpper: true };
      plans.push({ op: 'nowRange', path, termClass, ...bounds });
    }
    const span = dateSpan(value, format);
    if (span !== null) plans.push(between(path, termClass, span.from, span.to));
  }
  return plans;
}

/** What a value covers, as the range that it is on dates. */
function valueRange(field: string | null, value: string, timeZone: string): RangeLeaf {
  const bounds = { lower: value, upper: value, includeLower: true, includeUpper: true };
  return { kind: 'range', field, ...bounds, normalize: true, timeZone };
}

/** `now` alone is a word like others: as a date it would be one millisecond that no document meets. */
function isMathOnNow(value: string): boolean {
  return dependsOnNow(value) && value.length > 3 && resolveDateMath(value, 0) !== null;
}

function between(path: string | null, termClass: number, from: number, to: number): Plan {
  if (from === to) return { op: 'term', path, termClass, text: String(from) };
  return { op: 'range', path, termClass, bounds: [from, 0, to, 0] };
}
