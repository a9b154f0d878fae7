import type { Token } from '../../../mapping/standard-analyzer.ts';
import { editsFor } from '../../../query/fuzziness.ts';
import type {
  CrossFieldsLeaf,
  Ir,
  Leaf,
  MatchLeaf,
  PhraseLeaf,
  WildcardLeaf,
} from '../../../query/ir.ts';
import { escapeWildcard } from '../../../query/query-string/query-string-text.ts';
import { analyze, builtInMeaning, normalized } from './analysis.ts';
import { compileMapped, definesAnalyzer, startingWith } from './compile-fields.ts';
import { compileForm } from './compile-form.ts';
import { compileMetadata } from './compile-metadata.ts';
import { DATE_CLASSES, dateRange } from './compile-range.ts';
import type { FieldForm, FieldForms } from './field-forms.ts';
import { foldPattern } from './form-texts.ts';
import { NONE, not, or, type Plan } from './plan.ts';
import { FORM_TEXT, KEYWORD, TEXT } from './term-class.ts';
import { phraseTokens } from './text-tokens.ts';
import { begunToken, leastOf, nearToken, type TextPlace, together } from './token-clauses.ts';
import { isPlain, type Unit, unitsOf } from './token-units.ts';
import { isBegun, unitPlan } from './unit-plans.ts';
import { datesOf, tokenValue, valueRange } from './whole-values.ts';

/** A leaf that names its analyzer. */
export type AnalyzedLeaf = Extract<Ir, { readonly analyzer?: string }> & {
  readonly analyzer: string;
};

export function isAnalyzed(query: Ir): query is AnalyzedLeaf {
  return 'analyzer' in query && query.analyzer !== undefined;
}

/** What indices mean by an analyzer, and which indices. */
export function meaningsOf(
  name: string,
  forms: FieldForms,
): { readonly when: Plan; readonly analyzer: string }[] {
  const known = [...forms.analyzers(name)].filter((meaning) => meaning !== null);
  const meanings = known.map((analyzer) => ({ when: definesAnalyzer(name, analyzer), analyzer }));
  const builtIn = builtInMeaning(name);
  if (builtIn === undefined) return meanings;
  // Also while no index has given the name away: by this the query is found once one has.
  return [...meanings, { when: not(definesAnalyzer(name)), analyzer: builtIn }];
}

/** An equal clause without an analyzer, of those that are not cut into tokens; else null. */
export function withoutAnalyzer(
  { analyzer: _, ...rest }: AnalyzedLeaf,
  analyzer: string,
): Leaf | null {
  const read = (text: string) => normalized(analyzer, text);
  switch (rest.kind) {
    case 'range': {
      const { lower, upper } = rest;
      // Without bounds a query string asks for tokens, the Query DSL for a value.
      const normalize = lower === null && upper === null;
      const bounds = { lower: lower && read(lower), upper: upper && read(upper) };
      return { ...rest, ...bounds, normalize };
    }
    case 'fuzzy':
      return { ...rest, text: read(rest.text), normalize: false };
    case 'regexp':
      return { ...rest, pattern: read(rest.pattern) };
    default:
      return null;
  }
}

/** A clause on text that one analyzer reads for whatever type: each of its tokens is a term of that type. */
export class AnalyzedCompiler {
  readonly #forms: FieldForms;
  readonly #analyzer: string;

  /** @param analyzer as analysis.ts knows it */
  constructor(forms: FieldForms, analyzer: string) {
    this.#forms = forms;
    this.#analyzer = analyzer;
  }

  match(leaf: MatchLeaf): Plan {
    const { field, text } = leaf;
    const tokens = analyze(this.#analyzer, text);
    if (tokens.length === 0) return or(this.#zonedDates(leaf));
    if (!isPlain(tokens)) return or([...this.#units(leaf, tokens), ...this.#zonedDates(leaf)]);
    const asked = { ...leaf, begun: begunToken(leaf, tokens) };
    const least = leastOf(leaf, tokens.length);
    const [shared, own] = this.#formsOf(field);
    const places = [
      together(
        field,
        tokens.map((token) => this.#dynamic(field, token, asked, shared)),
        least,
      ),
      ...own.map((form) =>
        or(
          tokens.map((token) => inForm(token, asked, form)),
          least,
        ),
      ),
    ];
    return or([...places, ...this.#zonedDates(leaf)]);
  }

  /** The same where some tokens stand at one position, or take up several. */
  #units(leaf: MatchLeaf, tokens: readonly Token[]): Plan[] {
    const { field } = leaf;
    const units = unitsOf(tokens);
    if (units === null) return [];
    const least = leastOf(leaf, units.length);
    const hasBegun = leaf.prefix === true && isBegun(leaf.text, tokens);
    const [shared, own] = this.#formsOf(field);
    const plan = (unit: Unit, at: number, make: (token: Token, asked: Asked) => Plan): Plan => {
      // Only texts have ways through several positions.
      const texts = this.#texts(field);
      if (unit.paths !== undefined) {
        return or(texts.map((place) => unitPlan(unit, place, { fuzzy: leaf.fuzzy })));
      }
      const [only] = unit.tokens;
      if (unit.tokens.length > 1) {
        return or(unit.tokens.map((token) => make(token, { begun: undefined })));
      }
      return make(only!, {
        ...leaf,
        begun: hasBegun && at === units.length - 1 ? only : undefined,
      });
    };
    return [
      together(
        field,
        units.map((unit, at) =>
          plan(unit, at, (token, asked) => this.#dynamic(field, token, asked, shared)),
        ),
        least,
      ),
      ...own.map((form) =>
        or(
          units.map((unit, at) => plan(unit, at, (token, asked) => inForm(token, asked, form))),
          least,
        ),
      ),
    ];
  }

  #texts(field: string | null): readonly TextPlace[] {
    const texts = this.#forms.of(field).filter(({ kind }) => kind.type === 'text');
    return [
      { path: field, termClass: TEXT },
      ...texts.map(({ place: path }) => ({ path, termClass: FORM_TEXT })),
    ];
  }

  /** Where a clause has a time zone, dates are ranges in it and have no tokens. */
  #zonedDates({ field, text, timeZone }: MatchLeaf): Plan[] {
    if (timeZone === undefined) return [];
    const written = normalized(this.#analyzer, text);
    const range = valueRange(field, written, timeZone);
    return [
      ...DATE_CLASSES.map(([termClass, format]) => dateRange(range, termClass, format)),
      ...this.#forms
        .of(field)
        .filter(isDate)
        .map((form) => compileForm(range, form)),
    ];
  }

  phrase(leaf: PhraseLeaf): Plan {
    const { field, text, expansions } = leaf;
    const tokens = analyze(this.#analyzer, text);
    const [only] = tokens;
    if (expansions === undefined && tokens.length === 1) {
      return this.#term(field, only!, { begun: undefined });
    }
    // Only texts have phrases.
    return or(this.#texts(field).map((place) => phraseTokens(leaf, tokens, place)));
  }

  crossFields(leaf: CrossFieldsLeaf): Plan {
    const tokens = analyze(this.#analyzer, leaf.text);
    if (tokens.length === 0) return NONE;
    const units = unitsOf(tokens);
    if (units === null) return NONE;
    const clauses = units.map((unit) =>
      or(
        leaf.fields.flatMap((field) =>
          unit.paths === undefined
            ? unit.tokens.map((token) => this.#term(field, token, { begun: undefined }))
            : this.#texts(field).map((place) => unitPlan(unit, place, {})),
        ),
      ),
    );
    return or(clauses, leastOf(leaf, units.length));
  }

  /** Only texts have it read by the analyzer. */
  wildcard({ analyzer: _, field: path, ...leaf }: WildcardLeaf): Plan {
    const { pattern } = leaf;
    const read = foldPattern(pattern, (part) => normalized(this.#analyzer, part));
    const plans: Plan[] = [{ op: 'wildcard', path, termClass: TEXT, pattern: read }];
    if (path === null || this.#forms.canBeKeyword(path)) {
      plans.push({ op: 'wildcard', path, termClass: KEYWORD, pattern });
    }
    for (const form of this.#forms.of(path)) {
      const own = form.kind.type === 'text' ? read : pattern;
      plans.push(compileForm({ ...leaf, field: path, pattern: own, normalize: false }, form));
    }
    return or(plans);
  }

  wordless(field: string, text: string): Plan {
    if (analyze(this.#analyzer, text).length > 0) return NONE;
    return compileMapped({ fields: [field], among: 'all', atLeast: 1 });
  }

  /** A token in the field, whatever its type. */
  #term(field: string | null, token: Token, asked: Asked): Plan {
    const [shared, own] = this.#formsOf(field);
    return or([
      this.#dynamic(field, token, asked, shared),
      ...own.map((form) => inForm(token, asked, form)),
    ]);
  }

  /** Forms whose terms stand under the field's own path, and the others. */
  #formsOf(field: string | null): readonly [FieldForm[], FieldForm[]] {
    const forms = this.#forms.of(field);
    return [
      forms.filter(({ place }) => place === field),
      forms.filter(({ place }) => place !== field),
    ];
  }

  /** A token as dynamic mapping, and forms that share its place, have it. */
  #dynamic(path: string | null, token: Token, asked: Asked, forms: readonly FieldForm[]): Plan {
    const { text } = token;
    const metadata =
      path === null ? null : compileMetadata({ kind: 'term', field: path, value: text });
    if (metadata !== null) return asked.fuzzy ? NONE : metadata;
    const classes = path === null || this.#forms.canBeKeyword(path) ? [TEXT, KEYWORD] : [TEXT];
    if (token === asked.begun) {
      return or(classes.map((termClass) => startingWith(path, termClass, text)));
    }
    const { fuzzy, timeZone } = asked;
    if (fuzzy) return or(classes.map((termClass) => nearToken(text, fuzzy, path, termClass)));
    return or([
      { op: 'term', path, termClass: TEXT, text },
      ...tokenValue(path, text, this.#forms),
      ...(timeZone === undefined ? datesOf(path, text) : []),
      ...forms.map((form) => inForm(token, asked, form)),
    ]);
  }
}

/** How a text's tokens are asked for. */
type Asked = Pick<MatchLeaf, 'fuzzy' | 'timeZone'> & { readonly begun: Token | undefined };

/** A token as a form has it. */
function inForm(token: Token, { begun, fuzzy, timeZone }: Asked, form: FieldForm): Plan {
  const { text } = token;
  // The form tells the field.
  const field = '';
  if (token === begun) {
    const pattern = `${escapeWildcard(text)}*`;
    return compileForm({ kind: 'wildcard', field, pattern, normalize: false }, form);
  }
  if (fuzzy) {
    const near = { ...fuzzy, edits: editsFor(fuzzy.edits, text), normalize: false };
    return compileForm({ kind: 'fuzzy', field, text, ...near }, form);
  }
  if (timeZone !== undefined && isDate(form)) return NONE;
  return compileForm({ kind: 'term', field, value: text }, form);
}

function isDate({ kind }: FieldForm): boolean {
  return kind.type === 'date' || kind.type === 'date_nanos';
}
