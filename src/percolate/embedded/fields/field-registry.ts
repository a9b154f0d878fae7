import { EstromError } from '../../../errors.ts';
import type { IndexRules } from '../../../mapping/dynamic-rules.ts';
import type { MappingRules } from '../../../mapping/explicit-mappings.ts';
import { type FieldKind, mayBecome } from '../../../mapping/field-kind.ts';
import { type FieldType, fieldCount, UNMAPPED } from '../../../mapping/field-type.ts';
import { type FieldProposal, IndexMappings } from '../../../mapping/index-mappings.ts';
import {
  dynamicKind,
  FIRST_KIND,
  KindTable,
  kindSize,
  kindText,
} from '../../../mapping/kind-table.ts';
import { builtInMeaning } from '../compile/analysis.ts';
import type { IndexFacts, KnownIndices } from '../lacks.ts';
import type { KeptFields } from './kept-fields.ts';
import { type FreshForms, KnownForms } from './known-forms.ts';
import { LOG_FORGET, LOG_KIND, LOG_RULES, type MappingLog } from './mapping-log.ts';

/** Rows of the store without an index's name hold the kinds, in the order of their numbers. */
const KIND_ROW = '';
/** A row without a path: what came before of the index does not count any more. */
const FORGET_PATH = '';

/** A batch between its admission and its answer. */
export interface Admission {
  /** Indices that were deleted meanwhile: what the batch learnt of them is of those that are gone. */
  readonly gone: ReadonlySet<string>;
}

interface RegistryParts {
  readonly limits: { readonly maxIndices: number; readonly maxFields: number };
  readonly log: MappingLog;
  readonly kept: KeptFields;
  /** What explicit mappings say; without it there are none. */
  readonly rules?: MappingRules | undefined;
}

/**
 * The fields of all indices on the main thread, explicit ones and those that documents brought. What is
 * fixed here reaches the workers when {@link tell} is called: only then may they offer its terms.
 */
export class FieldRegistry {
  readonly mappings: IndexMappings;
  readonly forms = new KnownForms();
  readonly #kinds = new KindTable();
  readonly #log: MappingLog;
  readonly #kept: KeptFields;
  readonly #rules: MappingRules | undefined;
  /** What was last laid down of each index. */
  readonly #laid = new Map<string, IndexRules>();
  readonly #changed = new Set<string>();
  /** Versions laid down of indices that have no mapping of their own: documents were only tried on them. */
  readonly #tried = new Map<string, number>();
  readonly #admitted = new Set<{ readonly gone: Set<string> }>();
  #untold: FieldProposal[] = [];

  constructor({ limits, log, kept, rules }: RegistryParts) {
    this.mappings = new IndexMappings(
      limits,
      (type) => this.#sizeOf(type),
      (index) => this.#laid.get(index)?.fieldLimit,
      (before, after) => this.#mayBecome(before, after),
    );
    this.#log = log;
    this.#kept = kept;
    this.#rules = rules;
    rules?.onChange((index, change) => {
      if (change === 'deleted') this.#forget(index);
      else if (this.#laid.has(index)) this.#changed.add(index);
    });
    rules?.learnFrom({ fieldsOf: (index) => this.#fieldsOf(index) });
  }

  #sizeOf(type: FieldType): number {
    return type < FIRST_KIND ? fieldCount(type) : kindSize(this.#kinds.kind(type));
  }

  #mayBecome(before: FieldType, after: FieldType): boolean {
    if (before < FIRST_KIND || after < FIRST_KIND) return false;
    return mayBecome(this.#kinds.kind(before), this.#kinds.kind(after));
  }

  *#fieldsOf(index: string): Generator<readonly [string, FieldKind]> {
    if (this.#tried.has(index)) return;
    for (const [path, type] of this.mappings.fieldsOf(index)) {
      const kind = this.#kindOf(type);
      if (kind !== undefined) yield [path, kind];
    }
  }

  #kindOf(type: FieldType | undefined): FieldKind | undefined {
    if (type === undefined) return undefined;
    return type < FIRST_KIND ? dynamicKind(type) : this.#kinds.kind(type);
  }

  /**
   * Makes room for an index that a document names, and fixes the fields that its mapping has by now.
   * @returns false when there is no room
   */
  open(index: string): boolean {
    if (this.#tried.has(index)) this.#retract(index);
    if (!this.mappings.ensureIndex(index)) return false;
    const rules = this.#rules;
    if (rules === undefined) return true;
    if (this.#laid.has(index) && !this.#changed.has(index)) return true;
    rules.open(index);
    this.#lay(index, rules.describe(index), true);
    return true;
  }

  /**
   * Makes room for an index that documents are tried on. One that has no mapping of its own yet does not
   * get it by this: its fields are those of its templates, until those change.
   * @returns false when there is no room
   */
  try(index: string): boolean {
    const rules = this.#rules;
    const tried = this.#tried.get(index);
    // What an earlier run, or no template, has fixed stands.
    const isOpen = tried === undefined && (this.#laid.has(index) || this.mappings.has(index));
    if (rules === undefined || isOpen || rules.isOpen(index)) return this.open(index);
    const description = rules.describe(index);
    if (tried === description.version) return true;
    if (tried !== undefined) this.#retract(index);
    if (!this.mappings.ensureIndex(index)) return false;
    this.#tried.set(index, description.version);
    this.#lay(index, description, false);
    return true;
  }

  /** Takes back what was laid down for trying documents. */
  #retract(index: string): void {
    this.#tried.delete(index);
    this.#drop(index);
  }

  #drop(index: string): void {
    this.#laid.delete(index);
    this.#changed.delete(index);
    this.mappings.forget(index);
    this.#untold.push({ index, path: '', type: LOG_FORGET });
  }

  /** What explicit mappings and documents have fixed, also where no document came since. */
  get known(): KnownIndices {
    return {
      names: new Set([...this.mappings.names, ...(this.#rules?.names ?? [])]),
      factsOf: (index) => this.#factsOf(index),
    };
  }

  #factsOf(index: string): IndexFacts {
    const fields = this.#rules?.fieldsOf(index);
    const analyzers = this.#rules?.describe(index).analyzers ?? {};
    return {
      isNested: (path) => {
        const kind = fields?.get(path) ?? this.#kindOf(this.mappings.typeAt(index, path));
        return kind?.type === 'nested';
      },
      hasAnalyzer: (name) => {
        if (Object.hasOwn(analyzers, name)) return analyzers[name] !== null;
        return builtInMeaning(name) !== undefined;
      },
    };
  }

  /** A batch begins; {@link release} it. */
  admit(): Admission {
    const admission = { gone: new Set<string>() };
    this.#admitted.add(admission);
    return admission;
  }

  release(admission: Admission): void {
    this.#admitted.delete(admission as { gone: Set<string> });
  }

  /** @param isKept whether the fields are the index's own from now on */
  #lay(index: string, rules: IndexRules, isKept: boolean): void {
    this.#changed.delete(index);
    this.#laid.set(index, rules);
    const isPlain = Object.keys(rules).every((key) => key === 'version' || key === 'fields');
    for (const [path, kind] of rules.fields) this.#put(index, path, kind, isKept);
    // Forms of aliases are those of what they stand for, which may come after them.
    for (const [path, kind] of rules.fields) {
      if (kind.type === 'alias') this.#addAlias(index, path, kind.path!);
    }
    this.forms.addAnalyzers(rules.analyzers ?? {});
    // Without anything of its own an index is as it always was.
    if (isPlain && rules.fields.every(([, kind]) => kind.dynamic === undefined)) return;
    this.#untold.push({ index, path: JSON.stringify(rules), type: LOG_RULES });
  }

  #put(index: string, path: string, kind: FieldKind, isKept: boolean): void {
    const type = this.#intern(kindText(kind));
    const known = this.mappings.typeAt(index, path);
    // What a document has set stays, though the mapping leaves it open.
    if (known === type || (known !== undefined && this.#mayBecome(type, known))) return;
    const field = { index, path, type };
    this.mappings.put(field, this.#sizeOf(type));
    this.#untold.push(field);
    if (isKept) this.#kept.put([field]);
    if (type >= FIRST_KIND) this.forms.add(path, kind);
  }

  #addAlias(index: string, path: string, target: string): void {
    const kind = this.#kindOf(this.mappings.typeAt(index, target));
    if (kind === undefined) return;
    const { fields: _fields, ...own } = kind;
    this.forms.add(path, own);
    // A field with aliases is read by its kind, also where it has a dynamic type: see KindNodes.
    this.forms.add(target, own);
  }

  #intern(text: string): FieldType {
    const { size } = this.#kinds;
    const type = this.#kinds.intern(text);
    if (this.#kinds.size > size) this.#noteKind(text);
    return type;
  }

  #noteKind(text: string): void {
    this.#untold.push({ index: '', path: text, type: LOG_KIND });
    this.#kept.put([{ index: KIND_ROW, path: text, type: this.#kinds.size - 1 + FIRST_KIND }]);
  }

  #forget(index: string): void {
    this.#tried.delete(index);
    this.#drop(index);
    for (const { gone } of this.#admitted) gone.add(index);
    this.#kept.put([{ index, path: FORGET_PATH, type: UNMAPPED }]);
  }

  /** Types in a worker's proposals as they are numbered here. */
  numbered(proposals: readonly FieldProposal[]): FieldProposal[] {
    return proposals.map(({ index, path, type, kind }) => ({
      index,
      path,
      type: kind === undefined ? type : this.#intern(kind),
    }));
  }

  /** Fixes accepted proposals. */
  add(proposals: readonly FieldProposal[]): void {
    const fresh = this.mappings.add(proposals);
    if (fresh.length === 0) return;
    for (const field of fresh) {
      this.#untold.push(field);
      if (field.type >= FIRST_KIND) this.forms.add(field.path, this.#kinds.kind(field.type));
    }
    this.#kept.put(fresh);
  }

  /** Takes the forms of fields that are not fixed. */
  addForms(proposals: readonly FieldProposal[]): void {
    for (const { path, kind } of proposals) {
      if (kind !== undefined) this.forms.add(path, JSON.parse(kind) as FieldKind);
    }
  }

  takeFresh(): FreshForms | undefined {
    return this.forms.takeFresh();
  }

  /** Resolves when the mappings that were opened are kept; undefined when they are. */
  get rulesKept(): Promise<void> | undefined {
    return this.#rules?.kept();
  }

  /** Takes back what an earlier run has fixed, in its order. */
  restore(rows: readonly FieldProposal[]): void {
    for (const row of rows) {
      if (row.index === KIND_ROW) {
        const { size } = this.#kinds;
        this.#kinds.intern(row.path);
        if (this.#kinds.size > size) this.#untold.push({ ...row, type: LOG_KIND });
      } else if (row.path === FORGET_PATH) {
        this.mappings.forget(row.index);
        this.#untold.push({ ...row, type: LOG_FORGET });
      } else this.#restoreField(row);
    }
    for (const row of rows) {
      if (row.index === KIND_ROW || row.type < FIRST_KIND) continue;
      const kind = this.#kinds.kind(row.type);
      if (kind.type === 'alias') this.#addAlias(row.index, row.path, kind.path!);
    }
    // Nothing is compiled yet.
    if (this.forms.takeFresh() !== undefined) this.forms.done();
    this.tell();
  }

  #restoreField(row: FieldProposal): void {
    this.mappings.put(row, this.#sizeOf(row.type));
    this.#untold.push(row);
    if (row.type >= FIRST_KIND) this.forms.add(row.path, this.#kinds.kind(row.type));
  }

  /** Tells the workers what was fixed since. @throws EstromError when the arena is full */
  tell(): void {
    if (this.#untold.length === 0) return;
    const untold = this.#untold;
    this.#untold = [];
    if (this.#log.append(untold)) return;
    throw new EstromError(
      'ENGINE_FAILED',
      'no room for further fields: the arena is full; raise the setting arena, or delete queries',
    );
  }
}
