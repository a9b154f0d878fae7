import { compileIndexExpression } from '../../../query/index-expression.ts';
import { INDEX } from '../compile/term-class.ts';
import type { Segment } from '../segments/segment.ts';
import type { TermSet } from './term-set.ts';

/** Offers the index expressions of a segment's queries that cover a document's index. */
export class IndexProbe {
  readonly #offered: TermSet;
  /** Terms of expressions that are one name, by the name. */
  readonly #names = new Map<string, number>();
  readonly #expressions: { term: number; covers: (index: string) => boolean }[] = [];
  /** Terms that cover an index, by its root. */
  readonly #covering = new Map<number, readonly number[]>();

  constructor(segment: Segment, offered: TermSet) {
    this.#offered = offered;
    for (const term of segment.indexTerms) {
      if (segment.termClass(term) !== INDEX) continue;
      const text = segment.termText(term);
      if (/[*,]|^_all$/.test(text)) {
        this.#expressions.push({ term, covers: compileIndexExpression(text) });
      } else this.#names.set(text, term);
    }
  }

  offer(root: number, index: string): void {
    let covering = this.#covering.get(root);
    if (covering === undefined) {
      covering = this.#find(index);
      this.#covering.set(root, covering);
    }
    for (let i = 0; i < covering.length; i++) this.#offered.add(covering[i]!);
  }

  #find(index: string): number[] {
    const covering = this.#expressions
      .filter(({ covers }) => covers(index))
      .map(({ term }) => term);
    const named = this.#names.get(index);
    if (named !== undefined) covering.push(named);
    return covering;
  }
}
