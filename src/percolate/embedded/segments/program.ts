/**
 * A verification program: a plan as flat words. Every node is `[op, size, …]`, where `size` counts
 * the node's own words with its children's, so that a child can be stepped over unread.
 */
export const OP_ALL = 1; // [op, 2]
export const OP_NONE = 2; // [op, 2]
export const OP_TERM = 3; // [op, 3, term]
export const OP_AND = 4; // [op, size, children…]
export const OP_OR = 5; // [op, size, at least, children…]
export const OP_NOT = 6; // [op, size, child]
export const OP_WORDS = 7; // [op, size, slop, (term, position)…]
export const OP_RANGE = 8; // [op, 6, anchor term, field + 1, class, first constant]
export const OP_STRING_RANGE = 9; // [op, 8, anchor term, field + 1, class, lower term + 1, upper term + 1, inclusive bits]

/** Like OP_STRING_RANGE, over dates, with bounds that depend on the time. */
export const OP_NOW_RANGE = 10;

/** [op, 8, anchor term, field + 1, class, pattern term, how, part + 1] */
export const OP_WILDCARD = 11;

/** [op, size, anchor term, field + 1, class, term of the automaton, how, (outline, part + 1)…] */
export const OP_AUTOMATON = 12;
/** [op, size, anchor term, field + 1, class, term of the text, prefix and edits, (outline, part + 1)…]; see near-programs.ts */
export const OP_FUZZY = 13;

/**
 * [op, size, slop, expansions, field + 1, class, term of the start, its position, (term, position)…]; terms at the start's position
 * are further starts.
 */
export const OP_PHRASE_START = 16;
/** [op, size, at least, field + 1, class, term of the start + 1, terms…] */
export const OP_SOME_WORDS = 17;
/** [op, size, at least, children…] of which so many hold for the same field; see match/together.ts */
export const OP_TOGETHER = 20;

/** [op, size, shape, two numbers, children…], which are such programs or leaves; see span-programs.ts */
export const OP_SPANS = 21;

/** [op, size, words before its nodes, programs of its leaves…, nodes…]; see interval-programs.ts */
export const OP_INTERVALS = 23;

/** [op, 6, anchor term, field + 1, first constant, count of constants]; see geo/geo-constants.ts */
export const OP_GEO = 14;
/** The same of a field of shapes. */
export const OP_GEO_SHAPE = 27;

/** [op, 8, anchor term, field + 1, class, flags, term + 1, term + 1]; see doc-ranges/range-flags.ts */
export const OP_DOC_RANGE = 26;

/** [op, size, term of the objects, child] of which some object of a kind fulfils the child; see match/nested-probe.ts */
export const OP_NESTED = 25;

/** [op, size, term of the name, program] behind a program: a clause of it that has a name. */
export const OP_NAMED = 18;

/** [op, 2] right behind a program: it does not tell all fields that its query asks for. It is never run. */
export const OP_HOLLOW = 19;

/** What patterns take besides: letters in any case. */
export const IGNORE_CASE = 1;
/** Set when anchors are chosen: a token that has the part matches. */
export const EXACT_PART = 2;
/**
 * Where a pattern has the term of a part that all its tokens have, if there is one: 0 until anchors are
 * chosen, for parts belong to one segment.
 */
export const WILDCARD_PART = 7;
/** Where outlines, and their parts, begin in programs of both kinds that have them. */
export const OUTLINES = 7;

export const INCLUDE_LOWER = 1;
export const INCLUDE_UPPER = 2;
