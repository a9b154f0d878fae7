import { anyDouble } from './java-numbers.ts';
import { WrittenNumber } from './written-json.ts';

/** Types of which queries can only ask whether there is a value, while not every value is taken. */
export type HeldType = 'rank_feature' | 'rank_features' | 'percolator' | 'completion';

/** The least float with all its digits. */
const LEAST_FLOAT = 2 ** -126;

/**
 * Why Elasticsearch refuses a value of a `rank_feature`, or one in an object of `rank_features`; null where it takes it.
 * @param isInverse less is better
 */
export function featureProblem(value: unknown, isInverse: boolean): string | null {
  const text = value instanceof WrittenNumber ? value.text : value;
  const number = typeof text === 'string' ? anyDouble(text) : null;
  if (number === null) return `[${shown(text)}] is no number`;
  const read = Math.fround(number);
  const feature = isInverse ? Math.fround(1 / read) : read;
  if (!Number.isFinite(feature)) return `featureValue must be finite, got: ${feature}`;
  if (feature >= LEAST_FLOAT) return null;
  return `featureValue must be a positive normal float, got: ${feature}`;
}

/** Whether a value has the form of a query: one clause with a body. What is in it is not looked at. */
export function isQueryForm(value: unknown): boolean {
  if (!isObject(value)) return false;
  const bodies = Object.values(value);
  return bodies.length === 1 && isObject(bodies[0]);
}

/** The values of a `percolator` field. A scalar just before an object is passed over, as Elasticsearch does it. */
export function queriesIn(value: unknown): unknown[] {
  if (!Array.isArray(value)) return [value];
  const all: readonly unknown[] = value;
  return all.flatMap((one, i) => {
    if (Array.isArray(one)) return queriesIn(one);
    return isObject(all[i + 1]) && !isObject(one) ? [] : [one];
  });
}

/** Lucene keeps them for itself. */
const RESERVED = new Set([0x00, 0x1e, 0x1f]);
const MOST_WEIGHT = 2_147_483_647;

/**
 * Why Elasticsearch refuses a value of a `completion` field without contexts, or one of an array of them; null where it
 * takes it.
 * @param longest characters that are kept of an input
 */
export function suggestionProblem(value: unknown, longest: number): string | null {
  if (typeof value === 'string') return inputProblem(value, longest);
  if (!isObject(value)) return `expected text or object, but got [${shown(value)}]`;
  for (const [name, member] of Object.entries(value)) {
    const problem = memberProblem(name, member, longest);
    if (problem !== null) return problem;
  }
  return null;
}

function memberProblem(name: string, value: unknown, longest: number): string | null {
  switch (name) {
    case 'input': {
      const inputs: readonly unknown[] = Array.isArray(value) ? value : [value];
      for (const input of inputs) {
        if (typeof input !== 'string') return 'input must be a string or an array of strings';
        const problem = inputProblem(input, longest);
        if (problem !== null) return problem;
      }
      return null;
    }
    case 'weight': {
      const text = value instanceof WrittenNumber ? value.text : value;
      if (typeof text !== 'string') return 'weight must be a number or string';
      if (!/^[+-]?\d+$/.test(text)) return `weight must be an integer, but was [${text}]`;
      const weight = Number(text);
      if (weight >= 0 && weight <= MOST_WEIGHT) return null;
      return `weight must be in the interval [0..${MOST_WEIGHT}], but was [${text}]`;
    }
    case 'contexts':
      return 'contexts field is not supported for this field';
    default:
      return `unknown field name [${name}], must be one of [input, weight, contexts]`;
  }
}

function inputProblem(input: string, longest: number): string | null {
  // Java trims all control characters, and what is empty then is left out.
  if (/^[\0- ]*$/.test(input)) return null;
  const end = Math.min(longest, input.length);
  for (let i = 0; i < end; i++) {
    const code = input.charCodeAt(i);
    if (RESERVED.has(code)) return `the character 0x${code.toString(16)} at ${i} is reserved`;
  }
  return null;
}

function isObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return !Array.isArray(value) && !(value instanceof WrittenNumber);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof WrittenNumber) return value.text;
  return typeof value === 'object' && value !== null ? 'an object or array' : String(value);
}
