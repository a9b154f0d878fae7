import type { Dynamic, Found, IndexRules } from './dynamic-rules.ts';
import type { FieldKind } from './field-kind.ts';

/** `deleted`: the index is gone, with all that was learnt of it; the next document begins a new one. */
export type MappingChange = 'changed' | 'deleted';

/** The fields that documents have brought, where the engine fixed their types. */
export interface LearntFields {
  /** In any order; an object before or after what is in it. */
  fieldsOf(index: string): Iterable<readonly [path: string, kind: FieldKind]>;
}

/**
 * What mappings and templates say, as the embedded engine needs it. The rules of an index are those
 * of its mapping; before it has one, those that the templates give to a new index of its name.
 *
 * How an engine uses it: for the first document of an index {@link open}, then {@link describe} goes to
 * the workers as it is, where `DynamicRules` evaluates it; again after each {@link onChange}. Before a
 * document is answered, {@link kept} has to resolve.
 */
export interface MappingRules {
  /** As plain JSON, the same object until something changes. */
  describe(index: string): IndexRules;
  /** Fields that the index's mapping names, with objects. */
  fieldsOf(index: string): ReadonlyMap<string, FieldKind>;
  /** As `DynamicRules.kindOf` has it. */
  dynamicKind(
    index: string,
    path: string,
    found: Found,
    format?: string,
  ): FieldKind | null | undefined;
  /** What becomes of a field at this path that the mapping does not name: `strict` refuses the document. */
  dynamicAt(index: string, path: string): Dynamic;
  /** A document has come for the index: from now on its mapping is its own, whatever becomes of templates. */
  open(index: string): void;
  /** Every index with a mapping of its own, and the aliases. */
  readonly names: Iterable<string>;
  /** Whether the index has a mapping of its own. */
  isOpen(index: string): boolean;
  /** Resolves when all that was opened or changed so far is kept; undefined when it is already. */
  kept(): Promise<void> | undefined;
  /**
   * Calls back when the mapping of an index has changed, under its name and those of its aliases. Not
   * when templates change: they change nothing for what was opened.
   */
  onChange(listener: (index: string, change: MappingChange) => void): void;
  /** Where learnt fields are read from, for `GET /{index}/_mapping` and for conflicts. */
  learnFrom(source: LearntFields): void;
}
