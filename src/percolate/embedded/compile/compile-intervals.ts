import { type BuiltSource, type Need, sourcesOf } from '../../../query/intervals/build-sources.ts';
import type { IntervalsLeaf } from '../../../query/intervals/intervals-ir.ts';
import { type Source, TooManySources } from '../../../query/intervals/sources.ts';
import { wordedRules } from '../../../query/intervals/walk-rules.ts';
import { analyzeWhole, normalized } from './analysis.ts';
import { meaningsOf } from './compile-analyzed.ts';
import { compileMapped, definesAnalyzer } from './compile-fields.ts';
import { compileMetadata } from './compile-metadata.ts';
import type { FieldForms } from './field-forms.ts';
import { intervalsPlan, leafPlan } from './interval-plans.ts';
import { wordUnits } from './interval-words.ts';
import { and, NONE, not, or, type Plan } from './plan.ts';
import { FORM_TEXT, MAPPED_TEXT, TEXT } from './term-class.ts';
import type { TextPlace } from './token-clauses.ts';

/** A field as one of the texts that it can be. */
interface TextForm extends TextPlace {
  readonly analyzer: string;
  /** The index maps the field in this way. */
  readonly when: Plan;
}

/** What a name of an analyzer may mean; undefined: nothing, so that the field's own reads the text. */
interface Meaning {
  readonly when: Plan;
  readonly analyzer: string | undefined;
}

type PlaceOf = (field: string) => TextPlace;

/** One of the ways in which an index can have all that a clause names. */
interface Setting {
  readonly forms: ReadonlyMap<string, TextForm>;
  readonly analyzers: ReadonlyMap<string, Meaning>;
}

/** Of a clause that names many fields and analyzers; each of its ways is a plan of its own. */
const MAX_SETTINGS = 256;

/** A clause, for each text that its fields can be, and each meaning that its analyzers can have. */
export function compileIntervals(leaf: IntervalsLeaf, forms: FieldForms): Plan {
  const { field, rule } = leaf;
  const worded = [...wordedRules(rule, field, field)];
  const read = new Set(worded.map((one) => one.read));
  const fields = [...new Set([...read, ...worded.map((one) => one.found)])];
  const analyzers = new Set(worded.map((one) => one.rule.analyzer));
  if ([...fields, field].some((name) => isMetadata(name))) return NONE;
  const clauses: Plan[] = [];
  // Without it Elasticsearch looks for nothing, even where only other fields are asked.
  if (!fields.includes(field)) {
    clauses.push(compileMapped({ fields: [field], among: 'all', atLeast: 1 }));
  }
  const fieldForms = new Map(
    fields.map((name) => [name, textFormsOf(name, forms, read.has(name))]),
  );
  const settings = settingsOf(fieldForms, [...analyzers], forms);
  const plans = settings.map((setting) => inSetting(leaf, setting, fields.length > 1));
  return and([...clauses, or(plans)]);
}

function isMetadata(name: string): boolean {
  return compileMetadata({ kind: 'term', field: name, value: '' }) !== null;
}

function settingsOf(
  fields: ReadonlyMap<string, readonly TextForm[]>,
  analyzers: readonly (string | undefined)[],
  forms: FieldForms,
): readonly Setting[] {
  let settings: readonly Setting[] = [{ forms: new Map(), analyzers: new Map() }];
  for (const [field, ownForms] of fields) {
    settings = settings.flatMap((one) =>
      ownForms.map((form) => ({
        ...one,
        forms: new Map([...one.forms, [field, form]]),
      })),
    );
    if (settings.length > MAX_SETTINGS) return [];
  }
  for (const name of analyzers) {
    if (name === undefined) continue;
    settings = settings.flatMap((one) =>
      readings(name, forms).map((meaning) => ({
        ...one,
        analyzers: new Map([...one.analyzers, [name, meaning]]),
      })),
    );
    if (settings.length > MAX_SETTINGS) return [];
  }
  return settings;
}

/** @param isRead whether a rule is read with the field's analyzer, which only texts have */
function textFormsOf(field: string, forms: FieldForms, isRead: boolean): readonly TextForm[] {
  const place: TextPlace = { path: field, termClass: TEXT };
  const dynamic: TextForm = { ...place, analyzer: 'standard', when: isText(field) };
  const own = forms
    .of(field)
    .filter(({ kind }) => kind.type === 'text')
    .map(({ place: path, kind }): TextForm => {
      const analyzer = kind.searchAnalyzer ?? kind.analyzer ?? 'standard';
      return { path, termClass: FORM_TEXT, analyzer, when: isText(path) };
    });
  if (isRead) return [dynamic, ...own];
  // Where it is no text, there is nothing to be found in it.
  const isMapped = (among: 'all' | 'texts') =>
    compileMapped({ fields: [field], among, atLeast: 1 });
  const when = and([isMapped('all'), not(isMapped('texts'))]);
  return [dynamic, ...own, { ...dynamic, when }];
}

function readings(name: string, forms: FieldForms): readonly Meaning[] {
  const known = meaningsOf(name, forms);
  const isBuiltIn = known.some(({ when }) => when.op === 'not');
  return isBuiltIn ? known : [...known, { when: not(definesAnalyzer(name)), analyzer: undefined }];
}

function inSetting(leaf: IntervalsLeaf, setting: Setting, isGuarded: boolean): Plan {
  const { forms, analyzers } = setting;
  const readerOf = (field: string, name: string | undefined) =>
    (name === undefined ? undefined : analyzers.get(name)!.analyzer) ?? forms.get(field)!.analyzer;
  const built = builtOf(leaf, readerOf);
  if (built === null) return NONE;
  const { source, need } = built;
  const placeOf: PlaceOf = (field) => {
    const { path, termClass } = forms.get(field)!;
    return { path, termClass };
  };
  const plain = plainPlan(source, leaf.field, placeOf);
  const clauses =
    plain === null ? [needed(need, placeOf), intervalsPlan(source, leaf.field, placeOf)] : [plain];
  for (const { when } of analyzers.values()) clauses.push(when);
  // What is looked for in one field alone is not found where it is another text.
  if (isGuarded) for (const form of forms.values()) clauses.push(form.when);
  return and(clauses);
}

function builtOf(
  { rule, field }: IntervalsLeaf,
  readerOf: (field: string, name: string | undefined) => string,
): BuiltSource | null {
  try {
    return sourcesOf(rule, field, {
      units: (text, name, analyzer) => wordUnits(analyzeWhole(readerOf(name, analyzer), text)),
      pattern: (text, name, analyzer) => normalized(readerOf(name, analyzer), text),
    });
  } catch (error) {
    // Elasticsearch fails then.
    if (error instanceof TooManySources) return null;
    throw error;
  }
}

function isText(path: string | null): Plan {
  return { op: 'term', path, termClass: MAPPED_TEXT, text: '' };
}

/** What finds something wherever the words that it asks for are there, however they stand; null for other sources. */
function plainPlan(source: Source, field: string, placeOf: PlaceOf): Plan | null {
  const { kind, parts, text } = source;
  switch (kind) {
    case 'nowhere':
      return NONE;
    case 'term':
      return leafPlan(source, placeOf(field));
    case 'extended':
      return plainPlan(parts[0]!, field, placeOf);
    case 'inField':
      return plainPlan(parts[0]!, text, placeOf);
    case 'or':
    case 'unordered': {
      const plans = parts.map((part) => plainPlan(part, field, placeOf));
      if (plans.includes(null)) return null;
      return kind === 'or' ? or(plans as Plan[]) : and(plans as Plan[]);
    }
    default:
      return null;
  }
}

function needed(need: Need, placeOf: PlaceOf): Plan {
  if (need.op === 'leaf') return leafPlan(need.leaf, placeOf(need.field));
  const parts = need.parts.map((part) => needed(part, placeOf));
  return need.op === 'and' ? and(parts) : or(parts);
}
