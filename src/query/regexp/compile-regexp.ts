import { LRUCache } from 'lru-cache';
import { EstromError } from '../../errors.ts';
import type { RegexpLeaf } from '../ir.ts';
import type { Budget, Place } from '../limits.ts';
import { Alphabet } from './alphabet.ts';
import { encodeAutomaton } from './automaton.ts';
import { compileNode } from './nfa.ts';
import { parseRegexp, RegexpProblem } from './syntax.ts';
import { MAX_REGEXP_LENGTH, MAX_STATES, TooComplex, Work } from './work.ts';

/** An expression is compiled when it is read, to check it, and soon again by an engine. */
const compiled = new LRUCache<string, Uint8Array>({
  maxSize: 4 * 1024 * 1024,
  sizeCalculation: ({ length }, key) => length + key.length * 2 + 100,
});

type Expression = Pick<RegexpLeaf, 'pattern' | 'flags' | 'caseInsensitive'>;

/**
 * The automaton of an expression, see automaton.ts.
 * @throws RegexpProblem for a syntax error
 * @throws TooComplex
 */
export function compileRegexp(
  { pattern, flags, caseInsensitive }: Expression,
  work: Work = new Work(),
): Uint8Array {
  const key = `${flags} ${caseInsensitive} ${pattern}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const node = parseRegexp(pattern, flags, caseInsensitive);
  const alphabet = new Alphabet(node, caseInsensitive);
  const dfa = compileNode(node, alphabet, caseInsensitive, work);
  const automaton = encodeAutomaton(dfa, alphabet, work);
  compiled.set(key, automaton);
  return automaton;
}

/**
 * Makes sure that an expression can be compiled.
 * @param place of the clause, and of the pattern's first character
 * @throws EstromError QUERY_SYNTAX with the place, QUERY_LIMIT
 */
export function checkRegexp(expression: Expression, budget: Budget, place: Place): void {
  const { pattern } = expression;
  if (pattern.length > MAX_REGEXP_LENGTH) {
    throw limit(
      `has ${pattern.length} characters; at most ${MAX_REGEXP_LENGTH} are allowed`,
      place,
    );
  }
  try {
    compileRegexp(expression, budget.regexps);
  } catch (error) {
    if (error instanceof TooComplex) {
      throw limit(
        `[${pattern}] is too complex: its automaton would need more than ${MAX_STATES} states, or too long to make; shorten its repetitions`,
        place,
      );
    }
    if (!(error instanceof RegexpProblem)) throw error;
    const at = place.offset === undefined ? {} : { offset: place.offset + error.position };
    const where = { ...place, ...at };
    if (error.isLimit) throw limit(`[${pattern}]: ${error.message}`, where);
    throw new EstromError(
      'QUERY_SYNTAX',
      `regular expression [${pattern}]: ${error.message} at position ${error.position}`,
      where,
    );
  }
}

function limit(reason: string, place: Place): EstromError {
  return new EstromError('QUERY_LIMIT', `the regular expression ${reason}`, { ...place });
}
