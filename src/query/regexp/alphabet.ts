import { casesOf, LAST_CODE_POINT, type RegexpNode } from './syntax.ts';

/** All characters, cut into the intervals that an expression does not tell apart. */
export class Alphabet {
  /** First character of each interval, ascending from 0. */
  readonly starts: readonly number[];

  constructor(node: RegexpNode, caseless: boolean) {
    const starts = new Set([0]);
    const add = (from: number, to: number) => {
      starts.add(from);
      if (to < LAST_CODE_POINT) starts.add(to + 1);
    };
    const visit = (at: RegexpNode): void => {
      if (at.kind === 'text') {
        for (const code of at.codes)
          for (const one of caseless ? casesOf(code) : [code]) add(one, one);
      } else if (at.kind === 'set') for (const [from, to] of at.ranges) add(from, to);
      else if ('parts' in at) at.parts.forEach(visit);
      else if ('part' in at) visit(at.part);
    };
    visit(node);
    this.starts = [...starts].sort((a, b) => a - b);
  }

  get size(): number {
    return this.starts.length;
  }

  /** Number of the interval that a character is in. */
  intervalOf(code: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= code) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
