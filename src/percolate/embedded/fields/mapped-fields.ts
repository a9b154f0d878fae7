import type { FieldKind } from '../../../mapping/field-kind.ts';
import { coversPath, isFieldPattern } from '../../../query/field-patterns.ts';
import type { MappedLeaf } from '../../../query/ir.ts';
import type { FieldTree } from './field-tree.ts';

type Asked = Pick<MappedLeaf, 'fields' | 'among' | 'atLeast'>;

/** Pseudo-field of the terms that stand for a {@link MappedLeaf}: no path is so, and no pattern. */
export const MAPPED_PLACE = '.';

export function mappedTerm({ fields, among, atLeast }: Asked): string {
  return JSON.stringify([fields, among, atLeast]);
}

/**
 * The term of an index whose settings define an analyzer.
 * @param meaning as `analyzerText` has it; left out: any
 */
export function analyzerTerm(name: string, meaning?: string): string {
  return JSON.stringify([ANALYZER, name, ...(meaning === undefined ? [] : [meaning])]);
}

/** In place of the fields of a {@link mappedTerm}. */
const ANALYZER = 'analyzer';

/** What a term with {@link MAPPED_PLACE} asks of an index, which its root stands for. */
export interface IndexQuestion {
  /** Whether the answer stays as long as {@link FieldTree.changesOf} the root does. */
  readonly isOfFields: boolean;
  holds(root: number): boolean;
}

export function indexQuestion(tree: FieldTree, term: string): IndexQuestion {
  const [kind, name, meaning] = JSON.parse(term) as [unknown, string, string?];
  if (kind !== ANALYZER) return new MappedQuestion(tree, term);
  return {
    isOfFields: false,
    holds(root) {
      const own = tree.kinds.analyzerOf(tree.indexOf(root), name);
      return meaning === undefined ? own !== undefined : own === meaning;
    },
  };
}

/** Answers for one {@link mappedTerm}, by the root of an index. */
class MappedQuestion implements IndexQuestion {
  readonly isOfFields = true;
  readonly #asked: Asked;
  readonly #tree: FieldTree;

  constructor(tree: FieldTree, term: string) {
    const [fields, among, atLeast] = JSON.parse(term) as [
      Asked['fields'],
      Asked['among'],
      Asked['atLeast'],
    ];
    this.#asked = { fields, among, atLeast };
    this.#tree = tree;
  }

  holds(root: number): boolean {
    return this.#count(root) >= this.#asked.atLeast;
  }

  #count(root: number): number {
    const { fields, among } = this.#asked;
    if (among === 'nested' || among === 'objects') return this.#objects(root, fields, among);
    const names = new Set(fields.filter((field) => !isFieldPattern(field)));
    const patterns = fields.filter(isFieldPattern);
    let count = 0;
    const analyzers = new Set<string>();
    for (const [path, kind] of this.#tree.fieldsOf(root)) {
      if (!counts(kind, among)) continue;
      // Whatever is below a flattened object is a field, though no pattern covers it.
      if (kind.type === 'flattened') {
        for (const name of names) if (name.startsWith(`${path}.`)) count++;
      }
      if (!names.has(path) && !patterns.some((pattern) => coversPath(pattern, path))) continue;
      count++;
      analyzers.add(kind.searchAnalyzer ?? kind.analyzer ?? 'standard');
    }
    return among === 'analyzers' ? analyzers.size : count;
  }

  #objects(root: number, paths: readonly string[], among: 'nested' | 'objects'): number {
    const type = among === 'nested' ? 'nested' : 'object';
    const kinds = paths.map((path) => this.#tree.kinds.kindOfType(this.#tree.typeAt(root, path)));
    return kinds.filter((kind) => kind?.type === type).length;
  }
}

const NUMBERS: ReadonlySet<string> = new Set([
  ...['long', 'integer', 'short', 'byte', 'unsigned_long'],
  ...['double', 'float', 'half_float', 'scaled_float', 'token_count'],
]);

function counts({ type }: FieldKind, among: Asked['among']): boolean {
  switch (among) {
    case 'all':
      return true;
    case 'others':
      return type !== 'text';
    case 'numbers':
      return NUMBERS.has(type);
    case 'dates':
      return type === 'date' || type === 'date_nanos';
    case 'points':
      return type === 'geo_point';
    default:
      return type === 'text';
  }
}
