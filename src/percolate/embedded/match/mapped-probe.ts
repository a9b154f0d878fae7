import { ANY_TEXT, INDEX } from '../compile/term-class.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import { type IndexQuestion, indexQuestion, MAPPED_PLACE } from '../fields/mapped-fields.ts';
import type { Segment } from '../segments/segment.ts';
import type { TermSet } from './term-set.ts';

interface Asked {
  readonly term: number;
  readonly question: Pick<IndexQuestion, 'holds'>;
}

/** Offers the terms that ask what the document's index maps. Answers are kept until its fields change. */
export class MappedProbe {
  readonly #tree: FieldTree;
  readonly #offered: TermSet;
  readonly #ofFields: Asked[] = [];
  readonly #ofSettings: Asked[] = [];
  /** Terms that hold, by the root of an index. */
  readonly #holding = new Map<number, { readonly changes: number; readonly terms: number[] }>();

  constructor(segment: Segment, tree: FieldTree, offered: TermSet) {
    this.#tree = tree;
    this.#offered = offered;
    for (const term of segment.indexTerms) {
      if (segment.termClass(term) === INDEX) continue;
      const path = segment.fieldPath(segment.termField(term));
      if (path === MAPPED_PLACE) {
        const question = indexQuestion(tree, segment.termText(term));
        (question.isOfFields ? this.#ofFields : this.#ofSettings).push({ term, question });
      } else {
        const isAny = segment.termText(term) === ANY_TEXT;
        const holds = (root: number) => tree.kinds.mapsText(root, path, isAny);
        this.#ofFields.push({ term, question: { holds } });
      }
    }
  }

  get isEmpty(): boolean {
    return this.#ofFields.length === 0 && this.#ofSettings.length === 0;
  }

  /** @param root of the document's index */
  offer(root: number): void {
    const changes = this.#tree.changesOf(root);
    let known = this.#holding.get(root);
    if (known?.changes !== changes) {
      known = { changes, terms: termsThatHold(this.#ofFields, root) };
      this.#holding.set(root, known);
    }
    for (const term of known.terms) this.#offered.add(term);
    if (this.#ofSettings.length === 0) return;
    for (const term of termsThatHold(this.#ofSettings, root)) this.#offered.add(term);
  }
}

function termsThatHold(asked: readonly Asked[], root: number): number[] {
  return asked.filter(({ question }) => question.holds(root)).map(({ term }) => term);
}
