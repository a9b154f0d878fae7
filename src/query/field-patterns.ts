/**
 * Names with `*` stand for all fields that they cover. In a query such a pattern has a dot before it:
 * `.log.*`. No field's name begins with a dot, so it is never taken for the plain name `log.*`, which a
 * document may have as well.
 */
const MARK = '.';
/** Every field, as a pattern. */
export const ALL_FIELDS = '.*';

/** What is not a pattern is the name of one field. */
export function isFieldPattern(field: string): boolean {
  return field.startsWith(MARK) && field.includes('*');
}

/**
 * The form that stands in queries; null for the pattern that covers every field.
 * @param text as written: `log.*`
 */
export function fieldPattern(text: string): string | null {
  const simple = text.replaceAll(/\*+/g, '*');
  return simple === '*' ? null : MARK + simple;
}

/** The pattern without its mark. */
export function patternText(field: string): string {
  return field.slice(MARK.length);
}

/** What the pattern's objects have in them: `.net*` becomes `.net*.*`. */
export function patternBelow(field: string): string {
  return `${field}.*`;
}

/**
 * Whether a pattern covers the path of a document's field. Names that begin with `_` are Elasticsearch's own:
 * a pattern that does not begin so leaves them out.
 * @param field with its mark
 */
export function coversPath(field: string, path: string): boolean {
  if (path.startsWith('_') && field[MARK.length] !== '_') return false;
  return coversName(field, path);
}

/**
 * Whether a pattern covers a name, as Elasticsearch's `Regex.simpleMatch` tells it: only `*` is special.
 * Takes time in proportion to both lengths at most.
 * @param field with its mark
 */
export function coversName(field: string, path: string): boolean {
  let at = MARK.length;
  let from = 0;
  let star = -1;
  let retry = 0;
  while (from < path.length) {
    if (field[at] === '*') {
      star = at++;
      retry = from;
    } else if (at < field.length && field[at] === path[from]) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++retry;
    } else return false;
  }
  while (field[at] === '*') at++;
  return at === field.length;
}
