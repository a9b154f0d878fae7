import type { Atoms } from './atoms.ts';

/**
 * Atoms of one field and class that stand in a row, of the document at hand: what looks for the values of
 * a field steps over all others at once. Found when the first asks.
 */
export class AtomRuns {
  count = 0;
  starts = new Int32Array(64);
  /** Behind the last atom. */
  ends = new Int32Array(64);
  classes = new Uint8Array(64);
  nodes = new Int32Array(64);

  fill({ count, classes, nodes }: Atoms): void {
    let runs = 0;
    for (let atom = 0; atom < count; ) {
      const node = nodes[atom]!;
      const termClass = classes[atom]!;
      if (runs === this.starts.length) this.#grow();
      this.starts[runs] = atom++;
      while (atom < count && nodes[atom] === node && classes[atom] === termClass) atom++;
      this.ends[runs] = atom;
      this.classes[runs] = termClass;
      this.nodes[runs++] = node;
    }
    this.count = runs;
  }

  #grow(): void {
    const size = this.starts.length * 2;
    const { starts, ends, classes, nodes } = this;
    this.starts = new Int32Array(size);
    this.ends = new Int32Array(size);
    this.classes = new Uint8Array(size);
    this.nodes = new Int32Array(size);
    this.starts.set(starts);
    this.ends.set(ends);
    this.classes.set(classes);
    this.nodes.set(nodes);
  }
}
