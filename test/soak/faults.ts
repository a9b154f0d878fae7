/** What is run to find a fault: a file of tests, and which of them. */
export type Check =
  | 'golden'
  | 'segments'
  | 'places'
  | 'near'
  | 'guards'
  | 'ranges'
  | `presearch for ${string}`;

/** A change of one line that makes the embedded engine mean something else, or lose queries. */
export interface Fault {
  readonly name: string;
  /** In src/. */
  readonly file: string;
  /** Stands there once. */
  readonly find: string;
  readonly replace: string;
  readonly foundBy: Check;
}

const fault = (
  foundBy: Check,
  name: string,
  file: string,
  find: string,
  replace: string,
): Fault => ({ name, file, find, replace, foundBy });

const SEGMENTS = 'percolate/embedded/segments';
const MATCH = 'percolate/embedded/match';
const SCAN = 'percolate/embedded/scan';
const COMPILE = 'percolate/embedded/compile';
const GEO = 'percolate/embedded/geo';
const DOC_RANGES = 'percolate/embedded/doc-ranges';

const MEANING: readonly Fault[] = [
  fault(
    'golden',
    'analysis: ASCII letters keep their case',
    `${SCAN}/ascii-words.ts`,
    '? byte + 32 : byte',
    '? byte : byte',
  ),
  fault(
    'golden',
    'analysis: values of a list stand next to each other',
    'mapping/field-type.ts',
    'POSITION_GAP = 100',
    'POSITION_GAP = 0',
  ),
  fault(
    'golden',
    'date math: rounding up reaches into the next unit',
    'mapping/date-math.ts',
    'at = add(at, rounding, 1) - 1;',
    'at = add(at, rounding, 1);',
  ),
  fault(
    'golden',
    'date math: weeks begin on Thursday',
    'mapping/date-math.ts',
    "unit === 'w' ? MONDAY : 0",
    "unit === 'w' ? 0 : 0",
  ),
  fault(
    'golden',
    'ranges of whole numbers hold bounds that they leave out',
    'mapping/number-kinds.ts',
    'const excluded = !hasFraction(text) && ',
    'const excluded = text === null && ',
  ),
  fault(
    'golden',
    'ranges of floats hold bounds that they leave out',
    'mapping/number-kinds.ts',
    "if (kind === 'float') return included ? float",
    "if (kind === 'float') return true ? float",
  ),
  fault(
    'golden',
    'ranges of documents hold an end that they leave out',
    'mapping/range-kinds.ts',
    "const moved = name === 'gte' || name === 'lte' ? end",
    "const moved = name !== 'gt' ? end",
  ),
  fault(
    'golden',
    'what is within a range may end behind it',
    `${DOC_RANGES}/range-verifier.ts`,
    'first >= 0 && second <= 0',
    'first >= 0 && (second <= 0 || relation === F.WITHIN)',
  ),
  fault(
    'golden',
    'ranges of texts hold an upper bound that they leave out',
    `${MATCH}/verifier.ts`,
    'if (order > 0 || (order === 0 && !(bits & INCLUDE_UPPER))) continue;',
    'if (order > 0) continue;',
  ),
  fault(
    'golden',
    'wildcards: ? stands for a byte',
    `${MATCH}/wildcard.ts`,
    't += characterLength(text[t]!);',
    't += 1;',
  ),
  fault(
    'golden',
    'phrases: slop is one less',
    `${MATCH}/words.ts`,
    'at <= low + slop',
    'at <= low + slop - 1',
  ),
  fault(
    'golden',
    'phrases: one place is taken by two words',
    `${MATCH}/words.ts`,
    '!taken.has(at + offset)',
    '!taken.has(-1 - offset)',
  ),
  fault(
    'golden',
    'minimum_should_match: percentages are rounded up',
    'query/minimum-should-match.ts',
    ': Math.trunc(asked);',
    ': Math.ceil(asked);',
  ),
  fault(
    'golden',
    'minimum_should_match: one clause is enough',
    `${MATCH}/verifier.ts`,
    'if (this.verify(child) && --missing === 0) return true;',
    'if (this.verify(child) && --missing < 9) return true;',
  ),
  fault(
    'golden',
    'NOT holds always',
    `${MATCH}/verifier.ts`,
    'return !this.verify(at + 2);',
    'return true;',
  ),
  fault(
    'golden',
    'regular expressions: the last repetition is left out',
    'query/regexp/nfa.ts',
    'for (let time = least; time < most; time++)',
    'for (let time = least + 1; time < most; time++)',
  ),
  fault(
    'golden',
    'regular expressions: case_insensitive is not heard',
    'query/regexp/nfa.ts',
    'this.#caseless ? casesOf(code) : [code]',
    'this.#caseless ? [code] : [code]',
  ),
  fault(
    'golden',
    'near terms: one edit less',
    `${MATCH}/near-text.ts`,
    'return last[columns]! <= edits;',
    'return last[columns]! < edits;',
  ),
  fault(
    'golden',
    'near terms: neighbours do not change places',
    `${MATCH}/near-text.ts`,
    'this.#swaps &&\n',
    '!this.#swaps &&\n',
  ),
  fault(
    'golden',
    'places: one point inside is enough for all',
    `${GEO}/geo-verifier.ts`,
    '} else if (inside !== isWithin) return false;',
    '} else if (inside === isWithin) return true;',
  ),
  fault(
    'golden',
    'places: boxes end before their eastern edge',
    `${GEO}/contains.ts`,
    'lon <= c[at + 5]!',
    'lon < c[at + 5]! - 1e5',
  ),
  fault(
    'golden',
    'addresses: blocks are twice as large',
    'mapping/ip.ts',
    'short ? bits + 96 : bits',
    'short ? bits + 95 : bits',
  ),
  fault(
    'golden',
    'ignore_above takes no value of that length',
    `${SCAN}/kind-values.ts`,
    'text.length > (kind.ignoreAbove ??',
    'text.length >= (kind.ignoreAbove ??',
  ),
  fault(
    'golden',
    'keywords below texts: ignore_above is not heard',
    `${SCAN}/value-reader.ts`,
    'if (close - from <= IGNORE_ABOVE)',
    'if (close - from <= 9 * IGNORE_ABOVE)',
  ),
  fault(
    'golden',
    'field patterns: a star at the end needs a character',
    'query/field-patterns.ts',
    "while (field[at] === '*') at++;",
    "while (field[at] === '*' && path === '') at++;",
  ),
  fault(
    'golden',
    'exists: objects above a field are not there',
    `${SCAN}/offers.ts`,
    'at = parents[at]!) {',
    'at = -1) {',
  ),
  fault(
    'golden',
    'cross_fields: one word is enough',
    `${COMPILE}/compile-cross-fields.ts`,
    "operator === 'and') return and(clauses)",
    "operator === 'and') return or(clauses)",
  ),
  fault(
    'golden',
    'copy_to copies nothing',
    `${SCAN}/kind-values.ts`,
    'if (target >= 0) this.#sink.copied(',
    'if (target < 0) this.#sink.copied(',
  ),
  fault(
    'golden',
    'null_value stands for nothing',
    `${SCAN}/kind-values.ts`,
    'if (kind.nullValue === undefined) return;',
    "if (kind.nullValue !== '') return;",
  ),
  fault(
    'golden',
    'ranges of dates: a bound that is left out leaves out a millisecond',
    `${COMPILE}/compile-range.ts`,
    'includeLower ? from.from : from.to + 1;',
    'includeLower ? from.from : from.from + 1;',
  ),
];

const PRESEARCH: readonly Fault[] = [
  fault(
    'guards',
    'second conditions: a range ends before its upper bound',
    `${MATCH}/guard-probe.ts`,
    'key >= constants[constant]! && key <=',
    'key >= constants[constant]! && key <',
  ),
  fault(
    'guards',
    'second conditions: the index is not asked for',
    `${MATCH}/segment-matcher.ts`,
    'if (entry & NEEDS_INDEX && !this.#isInIndex(query)) return;',
    'if (entry & NEEDS_INDEX && query < 0) return;',
  ),
  fault(
    'guards',
    'second conditions: exclusions let nothing through',
    `${MATCH}/guard-probe.ts`,
    'return isNegated;',
    'return false;',
  ),
  fault(
    'presearch for mixtures',
    'anchors: one alternative too few',
    `${SEGMENTS}/anchors.ts`,
    'const needed = clauses - atLeast + 1;',
    'const needed = Math.max(1, clauses - atLeast);',
  ),
  fault(
    'presearch for negations',
    'anchors: of what must not all hold, only the last is looked for',
    `${SEGMENTS}/anchors.ts`,
    'const found = chooseAbsent(source, child);\n',
    'const found = chooseAbsent(source, child);\n    anchors.length = 0;\n',
  ),
  fault(
    'golden',
    'anchors: ? is looked for as a letter',
    `${SEGMENTS}/pattern-parts.ts`,
    'if (byte === STAR || byte === QUESTION) {',
    'if (byte === STAR) {',
  ),
  fault(
    'near',
    'anchors: the middle of a near term is not looked for',
    `${COMPILE}/fuzzy-outlines.ts`,
    "    pattern(prefix, '*', second!, '*'),\n",
    '',
  ),
  fault(
    'presearch for ranges',
    'interval index: upper bounds are left out',
    `${MATCH}/interval-index.ts`,
    'if (intervalHighs[at]! < value) continue;',
    'if (intervalHighs[at]! <= value) continue;',
  ),
  fault(
    'presearch for ranges',
    'interval index: lower bounds are left out',
    `${MATCH}/interval-index.ts`,
    'if (values[first + middle]! <= limit)',
    'if (values[first + middle]! < limit)',
  ),
  fault(
    'presearch for ranges',
    'interval index: blocks are stepped over whose last interval ends at the value',
    `${MATCH}/interval-index.ts`,
    'if (maxima[levels[level]! + place]! >= value) break;',
    'if (maxima[levels[level]! + place]! > value) break;',
  ),
  fault(
    'presearch for negations',
    'negation index: values above a range are not outside of it',
    `${SEGMENTS}/range-anchors.ts`,
    'if (isBound(high)) add(high, Number.POSITIVE_INFINITY);',
    '',
  ),
  fault(
    'presearch for negations',
    'negation index: what is excluded by one term is stepped over for another',
    `${MATCH}/segment-matcher.ts`,
    'if (this.#offered.has(absentGroups[group]!)) at = end;',
    'if (this.#offered.size > 1) at = end;',
  ),
  fault(
    'ranges',
    'document ranges: what contains a range is looked for by its upper end',
    `${DOC_RANGES}/range-probe.ts`,
    'this.#index.find(key | CONTAINING, -low, candidates, -high);',
    'this.#index.find(key | CONTAINING, -high, candidates, -high);',
  ),
  fault(
    'ranges',
    'document ranges: those behind a range are not outside of it',
    `${DOC_RANGES}/range-anchors.ts`,
    'if (last !== Number.POSITIVE_INFINITY) {',
    'if (first === Number.POSITIVE_INFINITY) {',
  ),
  fault(
    'places',
    'cells: shapes stand under their southern half',
    `${GEO}/cover.ts`,
    'for (let row = low; row <= high; row++)',
    'for (let row = low; row <= low; row++)',
  ),
];

const SETS: readonly Fault[] = [
  fault(
    'segments',
    'merges bring back what was removed meanwhile',
    `${SEGMENTS}/segment-set.ts`,
    'if (!from.has(this.#places.segment(ordinal))) merged.kill(query);',
    'if (merged.queries === 0) merged.kill(query);',
  ),
  fault(
    'segments',
    'what was removed is told',
    `${MATCH}/segment-matcher.ts`,
    'if (!this.segment.isLive(query)) return;',
    '',
  ),
  fault(
    'segments',
    'ordinals of removed queries are kept for the head',
    `${SEGMENTS}/segment-set.ts`,
    'this.#head.forget(gone);',
    '',
  ),
  fault(
    'segments',
    'merges forget that there are phrases',
    `${SEGMENTS}/merge.ts`,
    'this.#to.hasWords ||= this.#from.hasWords;',
    '',
  ),
];

export const FAULTS: readonly Fault[] = [...MEANING, ...PRESEARCH, ...SETS];
