import type { FieldKind } from '../../../mapping/field-kind.ts';
import type { FieldForm, FieldForms } from '../compile/field-forms.ts';
import { isKeywordBelowText } from '../compile/field-forms.ts';
import { formOf, formPlace, isKeyword } from './form-names.ts';

/** What is new to queries: those that name one of the paths, or no field, have to be compiled again. */
export interface FreshForms {
  readonly paths: ReadonlySet<string>;
  readonly anyField: boolean;
}

const NOTHING: readonly FieldForm[] = [];

/**
 * Every form that a field has in some index. They only become more: a daily index with the mapping of
 * the day before brings nothing new.
 */
export class KnownForms implements FieldForms {
  readonly #forms = new Map<string, FieldForm[]>();
  readonly #ofAny: FieldForm[] = [];
  readonly #keywords = new Set<string>();
  #hasKeywords = false;
  #freshPaths = new Set<string>();
  #freshAny = false;

  canBeKeyword(path: string | null): boolean {
    return path === null ? this.#hasKeywords : isKeywordBelowText(path) || this.#keywords.has(path);
  }

  of(path: string | null): readonly FieldForm[] {
    return path === null ? this.#ofAny : (this.#forms.get(path) ?? NOTHING);
  }

  paths(): Iterable<string> {
    return new Set([...this.#forms.keys(), ...this.#keywords]);
  }

  /** Takes a field of an index, with its multi-fields. */
  add(path: string, kind: FieldKind): void {
    if (isKeyword(kind)) this.#addKeyword(path);
    const form = formOf(kind);
    if (form !== undefined) this.#addForm(path, kind, form);
    for (const [name, field] of Object.entries(kind.fields ?? {})) {
      this.add(`${path}.${name}`, field);
    }
  }

  #addKeyword(path: string): void {
    if (!this.#hasKeywords) {
      this.#hasKeywords = true;
      this.#freshAny = true;
    }
    if (this.#keywords.has(path)) return;
    this.#keywords.add(path);
    if (!isKeywordBelowText(path)) this.#freshPaths.add(path);
  }

  #addForm(path: string, kind: FieldKind, { name, own }: { name: string; own: boolean }): void {
    const known = this.#forms.get(path) ?? [];
    if (known.some((form) => form.name === name)) return;
    const form = { name, place: own ? formPlace(path, name) : path, kind };
    this.#forms.set(path, [...known, form]);
    this.#freshPaths.add(path);
    if (!own && this.#ofAny.some((any) => any.name === name && any.place === null)) return;
    this.#ofAny.push(own ? form : { ...form, place: null });
    this.#freshAny = true;
  }

  /** What has come since this was asked the last time; undefined when nothing has. */
  takeFresh(): FreshForms | undefined {
    if (this.#freshPaths.size === 0 && !this.#freshAny) return undefined;
    const fresh = { paths: this.#freshPaths, anyField: this.#freshAny };
    this.#freshPaths = new Set();
    this.#freshAny = false;
    return fresh;
  }

  /** Has what could not be done with them done later. */
  owe({ paths, anyField }: FreshForms): void {
    for (const path of paths) this.#freshPaths.add(path);
    this.#freshAny ||= anyField;
  }

  /** The same text for the same forms, in whatever order they came: what saved segments were compiled for. */
  get signature(): string {
    const forms = [...this.#forms].flatMap(([path, all]) =>
      all.map(({ name }) => formPlace(path, name)),
    );
    return JSON.stringify([[...this.#keywords].sort(), forms.sort()]);
  }
}
