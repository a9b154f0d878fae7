import type { StreamToken } from '../token-stream.ts';

/** What a phrase becomes. */
export interface Synonyms {
  /** Each of one word or several. */
  readonly outputs: readonly (readonly string[])[];
  /** The phrase itself stays as well. */
  readonly keeps: boolean;
}

/** Synonyms at the beginning of some tokens. */
export interface SynonymMatch extends Synonyms {
  /** Tokens that became them. */
  readonly count: number;
}

interface Node {
  next?: Map<string, Node>;
  outputs?: Map<string, readonly string[]>;
  keeps?: boolean;
}

/** Phrases and their synonyms, a tree whose branches are words. */
export class SynonymMap {
  readonly #root: Node = {};

  get isEmpty(): boolean {
    return this.#root.next === undefined;
  }

  /** What is added again, or to the same phrase, joins what is there. */
  add(input: readonly string[], output: readonly string[], keeps: boolean): void {
    let node = this.#root;
    for (const word of input) {
      node.next ??= new Map();
      const next: Node = node.next.get(word) ?? {};
      node.next.set(word, next);
      node = next;
    }
    node.outputs ??= new Map();
    const key = output.join('\0');
    if (!node.outputs.has(key)) node.outputs.set(key, output);
    node.keeps ||= keeps;
  }

  /** The longest phrase that begins with a token. */
  longest(tokens: readonly StreamToken[], first: number): SynonymMatch | undefined {
    let node: Node | undefined = this.#root;
    let found: SynonymMatch | undefined;
    for (let at = first; at < tokens.length; at += 1) {
      node = node.next?.get(tokens[at]!.text);
      if (node === undefined) break;
      if (node.outputs === undefined) continue;
      const outputs: readonly (readonly string[])[] = [...node.outputs.values()];
      found = { outputs, keeps: node.keeps === true, count: at - first + 1 };
    }
    return found;
  }
}
