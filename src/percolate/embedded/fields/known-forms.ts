import type { FieldKind } from '../../../mapping/field-kind.ts';
import { coversPath, isFieldPattern } from '../../../query/field-patterns.ts';
import type { FieldForm, FieldForms } from '../compile/field-forms.ts';
import { isKeywordBelowText } from '../compile/field-forms.ts';
import { hashBytes } from '../memory/hash.ts';
import { FlattenedRoots } from './flattened-roots.ts';
import { formOf, formPlace, isKeyword } from './form-names.ts';
import { MAPPED_PLACE } from './mapped-fields.ts';

/** What is new to queries: those that name one of the paths, or no field, have to be compiled again. */
export interface FreshForms {
  readonly paths: ReadonlySet<string>;
  readonly anyField: boolean;
  /** What is below them is new as well. */
  readonly roots: ReadonlySet<string>;
}

const NOTHING: readonly FieldForm[] = [];
const NO_ANALYZERS: readonly string[] = [];

/**
 * Every form that a field has in some index. They only become more: a daily index with the mapping of
 * the day before brings nothing new.
 */
export class KnownForms implements FieldForms {
  readonly #forms = new Map<string, FieldForm[]>();
  readonly #ofAny: FieldForm[] = [];
  readonly #flattened = new FlattenedRoots();
  readonly #keywords = new Set<string>();
  /** Of the settings of indices, by name: what they mean. No part of the signature, see addAnalyzers. */
  readonly #analyzers = new Map<string, Set<string | null>>();
  #hasKeywords = false;
  #freshPaths = new Set<string>();
  #freshRoots = new Set<string>();
  #freshAny = false;
  /** Of what was taken as fresh, but is not compiled for yet. */
  #underWay = 0;
  #compiledFor = 0;

  canBeKeyword(path: string | null): boolean {
    if (path === null) return this.#hasKeywords;
    if (isKeywordBelowText(path) || this.#keywords.has(path)) return true;
    return isFieldPattern(path) && [...this.#keywords].some((each) => coversPath(path, each));
  }

  of(path: string | null): readonly FieldForm[] {
    if (path === null) return this.#ofAny;
    if (this.#forms.size === 0) return NOTHING;
    if (isFieldPattern(path)) return this.#covered(path);
    const own = this.#forms.get(path) ?? NOTHING;
    const keyed = this.#flattened.of(path);
    return keyed.length === 0 ? own : [...own, ...keyed];
  }

  /** Forms of all fields that a pattern covers; those without a place of their own are asked by the pattern. */
  #covered(pattern: string): readonly FieldForm[] {
    const found = new Map<string, FieldForm>();
    for (const [path, forms] of this.#forms) {
      if (!coversPath(pattern, path)) continue;
      for (const form of forms) {
        const place = form.place === path ? pattern : form.place;
        found.set(`${place}\0${form.name}`, { ...form, place });
      }
    }
    return [...found.values()];
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

  /** Takes what an index calls its analyzers. */
  addAnalyzers(own: Readonly<Record<string, string | null>>): void {
    for (const [name, meaning] of Object.entries(own)) {
      const known = this.#analyzers.get(name);
      if (known?.has(meaning)) continue;
      if (known === undefined) this.#analyzers.set(name, new Set([meaning]));
      else known.add(meaning);
      // What asks for it, as for all that indices map, is compiled again.
      this.#freshPaths.add(MAPPED_PLACE);
    }
  }

  analyzers(name: string): Iterable<string | null> {
    return this.#analyzers.get(name) ?? NO_ANALYZERS;
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
    if (kind.type === 'flattened') {
      this.#flattened.add(path, name, kind);
      this.#freshRoots.add(path);
    }
    if (!own && this.#ofAny.some((any) => any.name === name && any.place === null)) return;
    this.#ofAny.push(own ? form : { ...form, place: null });
    this.#freshAny = true;
  }

  /** What has come since this was asked the last time, to be {@link done} or {@link owe}d; undefined when nothing has. */
  takeFresh(): FreshForms | undefined {
    if (this.#freshPaths.size === 0 && !this.#freshAny) return undefined;
    const [paths, roots] = [this.#freshPaths, this.#freshRoots];
    const fresh = { paths, anyField: this.#freshAny, roots };
    this.#freshPaths = new Set();
    this.#freshRoots = new Set();
    this.#freshAny = false;
    this.#underWay++;
    return fresh;
  }

  /** Told that every query is compiled for what was taken. */
  done(): void {
    this.#underWay--;
  }

  /** Has what could not be done with them done later. */
  owe({ paths, anyField, roots }: FreshForms): void {
    this.#underWay--;
    for (const path of paths) this.#freshPaths.add(path);
    for (const root of roots) this.#freshRoots.add(root);
    this.#freshAny ||= anyField;
  }

  /**
   * What all queries are compiled for, at least: 32 bits, 0 for no forms, the same for the same ones in whatever
   * order they came. While queries are compiled for further forms it stays what it was.
   */
  get compiledFor(): number {
    const isAll = this.#underWay === 0 && this.#freshPaths.size === 0 && !this.#freshAny;
    if (isAll) this.#compiledFor = this.#signature;
    return this.#compiledFor;
  }

  get #signature(): number {
    if (this.#forms.size === 0 && this.#keywords.size === 0) return 0;
    const forms = [...this.#forms].flatMap(([path, all]) =>
      all.map(({ name }) => formPlace(path, name)),
    );
    const text = Buffer.from(JSON.stringify([[...this.#keywords].sort(), forms.sort()]));
    return hashBytes(text, 0, text.length) >>> 0 || 1;
  }
}
