import { readFileSync } from 'node:fs';

/**
 * A block of code from a page in docs/shippers, so that what users copy is what the tests run.
 * @param position among the blocks of that language
 */
export function codeBlock(page: string, language: string, position = 0): string {
  const text = readFileSync(new URL(`../../docs/shippers/${page}.md`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)];
  const found = blocks.filter(([, name]) => name === language)[position]?.[2];
  if (found === undefined) throw new Error(`${page}.md has no ${language} block ${position}`);
  return found;
}

/** Replaces what a user would change; a text that is not there is an error. */
export function adapt(text: string, changes: Readonly<Record<string, string>>): string {
  let adapted = text;
  for (const [from, to] of Object.entries(changes)) {
    if (!adapted.includes(from)) throw new Error(`nothing to replace: ${from}`);
    adapted = adapted.replaceAll(from, to);
  }
  return adapted;
}

/** The address that every page uses. */
export const ADDRESS = '127.0.0.1:9280';
