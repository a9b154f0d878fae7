import { type FieldType, fieldCount } from './field-type.ts';

/** One field's type, as fixed by the first document that had it. */
export interface FieldProposal {
  readonly index: string;
  readonly path: string;
  readonly type: FieldType;
  /** Text of its kind, where the type is not one of dynamic mapping: numbers of those differ between threads. */
  readonly kind?: string;
}

/**
 * The mappings of all indices: types are fixed here, on one thread and in admission order, and never
 * change afterwards. Readers follow by the log of additions.
 */
export class IndexMappings {
  readonly #indices = new Map<string, { fields: Map<string, FieldType>; count: number }>();
  readonly #maxIndices: number;
  readonly #maxFields: number;
  readonly #sizeOf: (type: FieldType) => number;
  readonly #limitOf: (index: string) => number | undefined;
  readonly #mayBecome: (before: FieldType, after: FieldType) => boolean;

  /**
   * @param sizeOf how many fields one of a type counts for
   * @param limitOf what the index itself says it may have
   * @param mayBecome whether a document may change a field of the one type to the other
   */
  constructor(
    limits: { maxIndices: number; maxFields: number },
    sizeOf: (type: FieldType) => number = fieldCount,
    limitOf: (index: string) => number | undefined = () => undefined,
    mayBecome: (before: FieldType, after: FieldType) => boolean = () => false,
  ) {
    this.#mayBecome = mayBecome;
    this.#limitOf = limitOf;
    this.#maxIndices = limits.maxIndices;
    this.#maxFields = limits.maxFields;
    this.#sizeOf = sizeOf;
  }

  has(index: string): boolean {
    return this.#indices.has(index);
  }

  /** Makes room for an index; false when there are too many. */
  ensureIndex(index: string): boolean {
    if (this.#indices.has(index)) return true;
    if (this.#indices.size >= this.#maxIndices) return false;
    this.#indices.set(index, { fields: new Map(), count: 0 });
    return true;
  }

  get names(): Iterable<string> {
    return this.#indices.keys();
  }

  get indexCount(): number {
    return this.#indices.size;
  }

  /** Type of a field of an index; undefined for none. */
  typeAt(index: string, path: string): FieldType | undefined {
    return this.#indices.get(index)?.fields.get(path);
  }

  /** Fields of an index with their types, objects included. */
  fieldsOf(index: string): Iterable<readonly [path: string, type: FieldType]> {
    return this.#indices.get(index)?.fields ?? [];
  }

  /** Fixes a type, whatever was fixed before: an explicit mapping says so. */
  put({ index, path, type }: FieldProposal, count: number): void {
    this.ensureIndex(index);
    const mapping = this.#indices.get(index);
    if (mapping === undefined) return;
    if (!mapping.fields.has(path)) mapping.count += count;
    mapping.fields.set(path, type);
  }

  /** The index is gone, and begins anew. */
  forget(index: string): void {
    this.#indices.delete(index);
  }

  /** Whether each of these could be taken as it is, or stands already with the same type. */
  accepts(proposals: readonly FieldProposal[]): boolean {
    const added = new Map<string, number>();
    for (const { index, path, type } of proposals) {
      const mapping = this.#indices.get(index);
      const known = mapping?.fields.get(path);
      const stands = known === type || (known !== undefined && this.#mayBecome(known, type));
      if (known !== undefined && !stands) return false;
      if (known !== undefined) continue;
      const count = (added.get(index) ?? mapping?.count ?? 0) + this.#sizeOf(type);
      if (count > Math.max(this.#maxFields, this.#limitOf(index) ?? 0)) return false;
      added.set(index, count);
    }
    return true;
  }

  /** Fixes the types of the new ones among accepted proposals, and of those that become others; returns these. */
  add(proposals: readonly FieldProposal[]): FieldProposal[] {
    const fresh: FieldProposal[] = [];
    for (const proposal of proposals) {
      const { index, path, type } = proposal;
      this.ensureIndex(index);
      const mapping = this.#indices.get(index);
      if (mapping === undefined) continue;
      const known = mapping.fields.get(path);
      if (known !== undefined && !this.#mayBecome(known, type)) continue;
      mapping.fields.set(path, type);
      if (known === undefined) mapping.count += this.#sizeOf(type);
      fresh.push(proposal);
    }
    return fresh;
  }
}
