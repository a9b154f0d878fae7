import { analyzeStandard } from '../../../mapping/standard-analyzer.ts';
import { isFieldPattern, patternBelow } from '../../../query/field-patterns.ts';
import type {
  Ir,
  Leaf,
  MatchLeaf,
  PhraseLeaf,
  RangeLeaf,
  TermLeaf,
  WildcardLeaf,
} from '../../../query/ir.ts';
import { RegexpProblem } from '../../../query/regexp/syntax.ts';
import { TooComplex } from '../../../query/regexp/work.ts';
import { compileGeo } from '../geo/geo-plan.ts';
import {
  AnalyzedCompiler,
  type AnalyzedLeaf,
  isAnalyzed,
  meaningsOf,
  withoutAnalyzer,
} from './compile-analyzed.ts';
import { compileBeginning } from './compile-beginning.ts';
import { compileCrossFields } from './compile-cross-fields.ts';
import { compileMapped, startingWith } from './compile-fields.ts';
import { compileForm } from './compile-form.ts';
import { compileIntervals } from './compile-intervals.ts';
import { compileMetadata } from './compile-metadata.ts';
import { compileNested } from './compile-nested.ts';
import { compileRange } from './compile-range.ts';
import { compileSpans } from './compile-spans.ts';
import { DYNAMIC_FORMS, type FieldForms } from './field-forms.ts';
import { foldPattern } from './form-texts.ts';
import { compileFuzzyMatch } from './fuzzy-match.ts';
import { caselessPlan, compileFuzzyLeaf, compileRegexpLeaf } from './near-plans.ts';
import { ALL, and, NONE, not, or, type Plan } from './plan.ts';
import { ANY_TEXT, EXISTS, INDEX, KEYWORD, MAPPED_TEXT, TEXT } from './term-class.ts';
import { matchTokens, phraseTokens } from './text-tokens.ts';
import { wholeValue } from './whole-values.ts';

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
  const requires: Plan[] = [];
  into.requires = requires;
  const plans = [compile(query, into)];
  plans.push(...requires);
  for (const text of new Set([index, scope])) {
    if (text !== '*') plans.push({ op: 'term', path: null, termClass: INDEX, text });
  }
  return plans.length === 1 ? plans[0]! : and(plans);
}

/** What a query is compiled with, and what is learnt on the way. */
export interface Compilation {
  readonly forms: FieldForms;
  /** The plan does not tell all that it depends on: some clause can match nothing with the forms that there are. */
  isHollow: boolean;
  /** What has to hold of a document's index, or the whole query fails there; absent: every clause sees to it itself. */
  requires?: Plan[];
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
  if (isAnalyzed(query)) return compileAnalyzed(query, into);
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
    case 'nested':
      return compileNested(query, into, compile);
    case 'crossFields':
      return compileCrossFields(query, into.forms, (field) =>
        wholeValue(field, query.text, into.forms),
      );
    case 'mapped':
      return compileMapped(query);
    case 'intervals': {
      const plan = compileIntervals(query, into.forms);
      if (plan.op === 'none') into.isHollow = true;
      return plan;
    }
    case 'spans':
      return compileSpans(query.span, into.forms);
    case 'beginning':
      return compileBeginning(query, null, into.forms);
    default: {
      if (asksValue(query)) return compileOpen(query.field, into);
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

/** A range without bounds of the Query DSL, which objects are not asked. */
function compileOpen(field: string, into: Compilation): Plan {
  const isMapped = (name: string) => compileMapped({ fields: [name], among: 'all', atLeast: 1 });
  const isField = or([isMapped(field), not(isMapped(patternBelow(`.${field}`)))]);
  return and([compile({ kind: 'exists', field }, into), isField]);
}

/** Without bounds the Query DSL asks whether there is a value. */
function asksValue(leaf: Leaf): leaf is RangeLeaf & { readonly field: string } {
  if (leaf.kind !== 'range' || leaf.field === null) return false;
  return leaf.lower === null && leaf.upper === null && !leaf.normalize;
}

/** A clause that names its analyzer. */
function compileAnalyzed(leaf: AnalyzedLeaf, into: Compilation): Plan {
  const meanings = meaningsOf(leaf.analyzer, into.forms);
  const plan = or(
    meanings.map(({ when, analyzer }) => and([when, compileRead(leaf, analyzer, into)])),
  );
  if (plan.op === 'none') into.isHollow = true;
  return plan;
}

function compileRead(leaf: AnalyzedLeaf, analyzer: string, into: Compilation): Plan {
  const plain = withoutAnalyzer(leaf, analyzer);
  if (plain !== null) return compilePlain(plain, into);
  const compiler = new AnalyzedCompiler(into.forms, analyzer);
  switch (leaf.kind) {
    case 'match':
      return compiler.match(leaf);
    case 'phrase':
      return compiler.phrase(leaf);
    case 'crossFields':
      return compiler.crossFields(leaf);
    case 'wildcard':
      return compiler.wildcard(leaf);
    case 'wordless':
      return compiler.wordless(leaf.field, leaf.text);
    case 'beginning':
      return compileBeginning(leaf, analyzer, into.forms);
    default:
      return NONE;
  }
}

/** In lower case an expression may be none, or too large: Elasticsearch fails then. */
function compilePlain(leaf: Leaf, into: Compilation): Plan {
  try {
    return compile(leaf, into);
  } catch (error) {
    if (error instanceof RegexpProblem || error instanceof TooComplex) return NONE;
    throw error;
  }
}

function compileLeaf(query: Exclude<Leaf, { kind: 'beginning' }>, forms: FieldForms): Plan {
  switch (query.kind) {
    case 'match':
      if (query.fuzzy) return compileFuzzyMatch(query, query.fuzzy, forms);
      return or([
        matchTokens(query, analyzeStandard(query.text), { path: query.field, termClass: TEXT }),
        ...wholeValue(query.field, query.text, forms, query.timeZone),
        ...(query.prefix ? keywordPrefix(query, forms) : []),
      ]);
    case 'phrase':
      return compilePhrase(query, forms);
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
      return { op: 'term', path: query.field, termClass: MAPPED_TEXT, text: ANY_TEXT };
  }
}

function compilePhrase(leaf: PhraseLeaf, forms: FieldForms): Plan {
  const { field: path, text, expansions, timeZone } = leaf;
  const onText = phraseTokens(leaf, analyzeStandard(text), { path, termClass: TEXT });
  // Only texts have phrases whose last word is begun.
  if (expansions !== undefined) return onText;
  return or([onText, ...wholeValue(path, text, forms, timeZone)]);
}

/** A keyword below a text may start with it where the text's tokens do not: `a.` in `a.b`. */
function keywordPrefix({ field, text: source }: MatchLeaf, forms: FieldForms): Plan[] {
  return field === null || forms.canBeKeyword(field) ? [startingWith(field, KEYWORD, source)] : [];
}

function termText({ field: path, value: text }: TermLeaf): Plan {
  return { op: 'term', path, termClass: TEXT, text };
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
