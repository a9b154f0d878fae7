import { LRUCache } from 'lru-cache';
import { compileIndexExpression } from '../query/index-expression.ts';

const MAX_EXPRESSIONS = 10_000;

/** Index expressions, each compiled once as long as it is in use. */
export class IndexTests {
  readonly #compiled = new LRUCache<string, (index: string) => boolean>({ max: MAX_EXPRESSIONS });

  /** @param expression canonical */
  covers(expression: string, index: string): boolean {
    if (expression === '*') return true;
    let test = this.#compiled.get(expression);
    if (test === undefined) {
      test = compileIndexExpression(expression);
      this.#compiled.set(expression, test);
    }
    return test(index);
  }
}
