import { EstromError } from './errors.ts';

const MAX_NAME_BYTES = 255;

/**
 * What Elasticsearch would not accept in the name of a concrete index.
 * @returns the reason, or null when the name is valid
 */
export function validateIndexName(name: string): string | null {
  if (name.length === 0) return 'must not be empty';
  if (name === '.' || name === '..') return "must not be '.' or '..'";
  const problem = indexPartProblem(name);
  if (problem !== null) return problem;
  if (name.includes('*')) return 'must not contain *';
  if (/^[-_+]/.test(name)) return "must not start with '_', '-', or '+'";
  return null;
}

/** The rules that names and patterns of names share. */
export function indexPartProblem(part: string): string | null {
  const found = /[\\/?"<>| ,#:]/.exec(part);
  if (found !== null) return `must not contain the character [${found[0]}]`;
  if (part.toLowerCase() !== part) return 'must be lowercase';
  if (part.length * 3 > MAX_NAME_BYTES && Buffer.byteLength(part) > MAX_NAME_BYTES) {
    return `must not be longer than ${MAX_NAME_BYTES} bytes`;
  }
  return null;
}

/** The error BAD_INDEX_NAME in Elasticsearch's words. */
export function badIndexName(name: string, problem: string): EstromError {
  return new EstromError('BAD_INDEX_NAME', `Invalid index name [${name}], ${problem}`, {
    index: name,
  });
}
