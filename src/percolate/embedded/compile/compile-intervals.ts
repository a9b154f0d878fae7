import { analyzerNamed } from '../../../mapping/analyzers/named.ts';
import { type BuiltSource, type Need, sourcesOf } from '../../../query/intervals/build-sources.ts';
import type { IntervalsLeaf } from '../../../query/intervals/intervals-ir.ts';
import { type Source, TooManySources } from '../../../query/intervals/sources.ts';
import { wordedRules } from '../../../query/intervals/walk-rules.ts';
import { analyze } from './analysis.ts';
import { meaningsOf } from './compile-analyzed.ts';
import { compileMapped, definesAnalyzer } from './compile-fields.ts';
import { compileMetadata } from './compile-metadata.ts';
import type { FieldForms } from './field-forms.ts';
import { intervalsPlan, leafPlan } from './interval-plans.ts';
import { and, NONE, not, or, type Plan } from './plan.ts';
import { FORM_TEXT, MAPPED_TEXT, TEXT } from './term-class.ts';
import type { TextPlace } from './text-tokens.ts';

/** A field as one of the texts that it can be. */
interface TextForm extends TextPlace {
  readonly analyzer: string;
}

/** What a name of an analyzer may mean; undefined: nothing, so that the field's own reads the text. */
interface Meaning {
  readonly when: Plan;
  readonly analyzer: string | undefined;
}

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
  const fields = [...new Set(worded.flatMap(({ read, found }) => [read, found]))];
  const analyzers = new Set(worded.map((one) => one.rule.analyzer));
  if ([...fields, field].some((name) => isMetadata(name))) return NONE;
  const clauses: Plan[] = [];
  // Without it Elasticsearch looks for nothing, even where only other fields are asked.
  if (!fields.includes(field)) {
    clauses.push(compileMapped({ fields: [field], among: 'all', atLeast: 1 }));
  }
  const settings = settingsOf(fields, [...analyzers], forms);
  const plans = settings.map((setting) => inSetting(leaf, setting, fields.length > 1));
  return and([...clauses, or(plans)]);
}

function isMetadata(name: string): boolean {
  return compileMetadata({ kind: 'term', field: name, value: '' }) !== null;
}

function settingsOf(
  fields: readonly string[],
  analyzers: readonly (string | undefined)[],
  forms: FieldForms,
): readonly Setting[] {
  let settings: readonly Setting[] = [{ forms: new Map(), analyzers: new Map() }];
  for (const field of fields) {
    settings = settings.flatMap((one) =>
      textFormsOf(field, forms).map((form) => ({
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

function textFormsOf(field: string, forms: FieldForms): readonly TextForm[] {
  const dynamic: TextForm = { path: field, termClass: TEXT, analyzer: 'standard' };
  const own = forms
    .of(field)
    .filter(({ kind }) => kind.type === 'text')
    .map(({ place, kind }): TextForm => {
      const analyzer = kind.searchAnalyzer ?? kind.analyzer ?? 'standard';
      return { path: place, termClass: FORM_TEXT, analyzer };
    });
  return [dynamic, ...own];
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
  const placeOf = (field: string): TextPlace => {
    const { path, termClass } = forms.get(field)!;
    return { path, termClass };
  };
  const clauses = [needed(need, placeOf)];
  if (!isPlain(source)) clauses.push(intervalsPlan(source, leaf.field, placeOf));
  for (const { when } of analyzers.values()) clauses.push(when);
  // What is looked for in one field alone is not found where it is another text.
  if (isGuarded) for (const field of forms.keys()) clauses.push(isText(placeOf(field)));
  return and(clauses);
}

function builtOf(
  { rule, field }: IntervalsLeaf,
  readerOf: (field: string, name: string | undefined) => string,
): BuiltSource | null {
  try {
    return sourcesOf(rule, field, {
      words: (text, name, analyzer) => analyze(readerOf(name, analyzer), text),
      pattern: (text, name, analyzer) =>
        analyzerNamed(readerOf(name, analyzer))?.normalize(text) ?? text,
    });
  } catch (error) {
    // Elasticsearch fails then.
    if (error instanceof TooManySources) return null;
    throw error;
  }
}

function isText({ path }: TextPlace): Plan {
  return { op: 'term', path, termClass: MAPPED_TEXT, text: '' };
}

/** Sources are found wherever what they need is there, however it stands. */
function isPlain({ kind, parts }: Source): boolean {
  switch (kind) {
    case 'term':
      return true;
    case 'or':
    case 'unordered':
    case 'extended':
    case 'inField':
      return parts.every(isPlain);
    default:
      return false;
  }
}

function needed(need: Need, placeOf: (field: string) => TextPlace): Plan {
  if (need.op === 'leaf') return leafPlan(need.leaf, placeOf(need.field));
  const parts = need.parts.map((part) => needed(part, placeOf));
  return need.op === 'and' ? and(parts) : or(parts);
}
