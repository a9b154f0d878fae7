import {
  close,
  type Expression,
  either,
  fits,
  keyOf,
  many,
  maybe,
  type Node,
  node,
  one as oneOf,
  sequence,
  some,
} from './rule-expressions.ts';
import * as c from './word-break-classes.ts';

/**
 * The word-break rules as one deterministic automaton. They are written below as regular expressions
 * over word-break classes and compiled once, when the module is loaded: the rules overlap (a Hebrew
 * letter may end a word of letters or begin one with quotes), and the longest match wins.
 */
export interface Automaton {
  /** `next[state * CLASSES + class]`; 0 is the dead state, {@link START} the first one. */
  readonly next: Uint16Array;
  /** 0 where no token may end, else {@link WORD} or {@link EMOJI}. */
  readonly accepts: Uint8Array;
}

export const START = 1;

/** What may be either is an emoji. */
export const WORD = 1;
export const EMOJI = 2;

type Mask = Expression<number>;

const one = (...classes: number[]): Mask =>
  oneOf(classes.reduce((bits, type) => bits | (1 << type), 0));

/** Marks and joiners that belong to the character before them. */
const MARKS = [c.EXTEND, c.KEYCAP, c.ZWJ, c.TAG, c.TAG_END, c.SOUTHEAST_ASIAN_MARK];
const marks = many(one(...MARKS, c.TEXT_SELECTOR, c.EMOJI_SELECTOR));
const marked = (...classes: number[]): Mask => sequence(one(...classes), marks);

function words(): Mask {
  const letter = marked(c.LETTER, c.EMOJI_LETTER, c.HANGUL, c.HEBREW);
  const digit = marked(c.DIGIT, c.ASCII_DIGIT);
  const katakana = marked(c.KATAKANA);
  const hebrew = marked(c.HEBREW);
  const joins = many(marked(c.EXTEND_NUM_LET));
  const midLetter = marked(c.MID_LETTER, c.MID_NUM_LET, c.SINGLE_QUOTE);
  const midNumber = marked(c.MID_NUM, c.MID_NUM_LET, c.SINGLE_QUOTE);
  const part = either(
    sequence(katakana, many(sequence(joins, katakana))),
    some(
      either(
        sequence(hebrew, either(marked(c.SINGLE_QUOTE), sequence(marked(c.DOUBLE_QUOTE), hebrew))),
        sequence(digit, many(sequence(either(joins, midNumber), digit))),
        sequence(letter, many(sequence(either(joins, midLetter), letter))),
      ),
    ),
  );
  const join = some(marked(c.EXTEND_NUM_LET));
  return sequence(joins, part, many(sequence(join, part)), joins);
}

function emoji(): Mask {
  // Without the presentation selectors, which end a pictograph.
  const pictographMarks = many(one(...MARKS));
  const zwjs = many(one(c.ZWJ));
  const pictograph = sequence(one(c.EMOJI, c.EMOJI_BASE, c.EMOJI_LETTER), pictographMarks);
  const base = sequence(one(c.EMOJI_BASE), pictographMarks);
  const modifier = sequence(one(c.EMOJI_MODIFIER), pictographMarks);
  const selector = one(c.EMOJI_SELECTOR);
  const element = either(
    sequence(zwjs, pictograph, maybe(selector)),
    sequence(maybe(sequence(zwjs, base)), modifier),
  );
  const flag = marked(c.REGIONAL_INDICATOR);
  return either(
    sequence(
      element,
      either(many(sequence(one(c.ZWJ), element)), sequence(some(one(c.TAG)), one(c.TAG_END))),
    ),
    sequence(
      one(c.KEYCAP_BASE, c.ASCII_DIGIT),
      pictographMarks,
      maybe(selector),
      one(c.KEYCAP),
      pictographMarks,
    ),
    sequence(flag, flag),
  );
}

const RULES = either(
  sequence(emoji(), fits(EMOJI)),
  sequence(
    either(
      words(),
      some(marked(c.SOUTHEAST_ASIAN, c.SOUTHEAST_ASIAN_MARK)),
      marked(c.HAN),
      marked(c.HIRAGANA),
    ),
    fits(WORD),
  ),
);

/** Subset construction: a state is a set of nodes. */
function compile(rules: Mask): Automaton {
  const begin = node<number>();
  rules(begin);
  const states: Node<number>[][] = [[], close([begin])];
  const byClosure = new Map<string, number>([['', 0]]);
  const byTargets = new Map<string, number>([['', 0]]);
  const next: number[] = new Array(c.CLASSES).fill(0);
  for (let state = START; state < states.length; state += 1) {
    for (let type = 0; type < c.CLASSES; type += 1) {
      const targets = new Set<Node<number>>();
      for (const { moves } of states[state]!)
        for (const { on, to } of moves) if (on & (1 << type)) targets.add(to);
      const targetsKey = keyOf([...targets]);
      let reached = byTargets.get(targetsKey);
      if (reached === undefined) {
        const closed = close(targets);
        const key = keyOf(closed);
        reached = byClosure.get(key) ?? states.push(closed) - 1;
        byClosure.set(key, reached);
        byTargets.set(targetsKey, reached);
      }
      next.push(reached);
    }
  }
  return {
    next: Uint16Array.from(next),
    accepts: Uint8Array.from(states, (nodes) => Math.max(0, ...nodes.map((at) => at.rule))),
  };
}

export const WORD_BREAK: Automaton = compile(RULES);
