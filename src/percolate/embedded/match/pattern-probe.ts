import { OBJECT } from '../../../mapping/field-type.ts';
import { coversPath, isFieldPattern } from '../../../query/field-patterns.ts';
import { EXISTS } from '../compile/term-class.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import {
  isNestedObject,
  scopeOf,
  scopeOfField,
  unscoped,
  unscopedField,
} from '../fields/nested-names.ts';
import { mix, termSalt } from '../memory/hash.ts';
import type { Atoms } from '../scan/atoms.ts';
import type { Segment } from '../segments/segment.ts';
import { FIELD_WORDS } from '../segments/segment-format.ts';
import { TERM_LENGTH, TERM_OFFSET, TERM_WORDS } from '../segments/term-table.ts';
import type { TermSet } from './term-set.ts';

const NONE = new Int32Array(0);

/**
 * The patterns of names that a segment's queries ask instead of a field. Each is a field of the segment,
 * whose terms a document offers by all the fields that the pattern covers; which those are is found out
 * once for each field of the documents.
 */
export class PatternProbe {
  readonly #segment: Segment;
  readonly #tree: FieldTree;
  readonly #offered: TermSet;
  readonly #patterns: readonly { readonly field: number; readonly name: string }[];
  /** By number of a field. */
  readonly #isPattern: Uint8Array;
  /** By node of the tree. */
  readonly #covering: (Int32Array | undefined)[] = [];

  constructor(segment: Segment, tree: FieldTree, offered: TermSet) {
    this.#segment = segment;
    this.#tree = tree;
    this.#offered = offered;
    const paths = segment.fieldPaths();
    this.#isPattern = Uint8Array.from(paths, (name) => (isFieldPattern(name) ? 1 : 0));
    this.#patterns = paths
      .map((name, field) => ({ field, name }))
      .filter(({ name }) => isFieldPattern(name));
  }

  get isEmpty(): boolean {
    return this.#patterns.length === 0;
  }

  /** Numbers of the patterns that cover a node's path. */
  covering(node: number): Int32Array {
    this.#covering[node] ??= this.#find(node);
    return this.#covering[node];
  }

  #find(node: number): Int32Array {
    const path = this.#tree.paths[node]!;
    if (this.#tree.isMetadata(node)) return NONE;
    // Those of nested objects are covered by patterns of their scope alone.
    const scope = scopeOf(path);
    const found = this.#patterns.filter(
      ({ name }) => scopeOfField(name) === scope && coversPath(unscopedField(name), unscoped(path)),
    );
    if (isNestedObject(path)) return NONE;
    return found.length === 0 ? NONE : Int32Array.from(found, ({ field }) => field);
  }

  #isObject(node: number): boolean {
    return this.#tree.types[node] === OBJECT || this.#tree.kinds.isObject(node);
  }

  /** Whether a field of the segment is a pattern. */
  isPattern(field: number): boolean {
    return this.#isPattern[field] === 1;
  }

  covers(field: number, node: number): boolean {
    return this.covering(node).includes(field);
  }

  /** Bits of the term classes that patterns ask of a node. */
  classesOf(node: number): number {
    const { fields } = this.#segment;
    let classes = 0;
    for (const field of this.covering(node)) classes |= fields[field * FIELD_WORDS]!;
    return classes;
  }

  /** Whether an atom is the term of a pattern. */
  isTerm({ classes, nodes, starts, lengths, scratch }: Atoms, atom: number, term: number): boolean {
    const { termMeta, termBytes } = this.#segment;
    const at = term * TERM_WORDS;
    if (this.#segment.termClass(term) !== classes[atom]) return false;
    const length = termMeta[at + TERM_LENGTH]!;
    if (length !== lengths[atom] || !this.covers(this.#segment.termField(term), nodes[atom]!)) {
      return false;
    }
    const [offset, start] = [termMeta[at + TERM_OFFSET]!, starts[atom]!];
    for (let i = 0; i < length; i++) {
      if (termBytes[offset + i] !== scratch[start + i]) return false;
    }
    return true;
  }

  /** Offers the terms of patterns. */
  offer(atoms: Atoms): void {
    const { fields, slots, slotMask } = this.#segment;
    const { count, hashes, classes, nodes } = atoms;
    for (let atom = 0; atom < count; atom++) {
      const node = nodes[atom]!;
      const covering = this.covering(node);
      if (covering.length === 0) continue;
      const termClass = classes[atom]!;
      // Patterns name fields, and an object is none.
      if (termClass === EXISTS && this.#isObject(node)) continue;
      for (let i = 0; i < covering.length; i++) {
        const at = covering[i]! * FIELD_WORDS;
        if ((fields[at]! & (1 << termClass)) === 0) continue;
        const hash = mix(hashes[atom]!, termSalt(fields[at + 1]!, termClass));
        if (slots[(hash & slotMask) * 2 + 1] === 0) continue;
        const term = this.#segment.lookup(
          ((covering[i]! + 1) << 5) | termClass,
          hash,
          atoms.scratch,
          atoms.starts[atom]!,
          atoms.lengths[atom]!,
        );
        if (term >= 0) this.#offered.add(term);
      }
    }
  }
}
