import { lowerCase } from '../../standard-analyzer.ts';
import { list } from '../part-settings.ts';
import type { CharFilterSpec } from './char-filter.ts';
import { HtmlText } from './html-text.ts';

const OWN = ['BR', 'SCRIPT', 'STYLE'];

/** Takes away what HTML consists of beside its text; tags that are no part of a line become line ends. */
export const htmlStrip: CharFilterSpec = {
  parameters: { escaped_tags: list([]) },
  build({ escaped_tags }) {
    const kept = new Set((escaped_tags as readonly string[]).map(tagName));
    return { filter: (text) => new HtmlText(text, kept).strip() };
  },
};

/** In lower case: those that Lucene has rules of their own for as Java's `equalsIgnoreCase` finds them. */
function tagName(tag: string): string {
  const own = tag.replaceAll('\u0130', 'i').toUpperCase();
  return OWN.includes(own) ? own.toLowerCase() : lowerCase(tag);
}
