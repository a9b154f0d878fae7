import type { BulkOp } from '../ingest/item.ts';

/** What a request is to estrom; what is not told apart passes through as it is. */
export type RequestKind =
  | { readonly kind: 'own' | 'other' }
  | { readonly kind: 'bulk'; readonly index: string | undefined }
  | {
      readonly kind: 'document';
      readonly op: BulkOp;
      readonly index: string;
      readonly id: string | undefined;
    };

const OWN: RequestKind = { kind: 'own' };
const OTHER: RequestKind = { kind: 'other' };
const OWN_PAGES = new Set(['healthz', 'readyz', 'metrics', 'ws']);

/**
 * Reads method and path as Elasticsearch does: names are percent-decoded, and a slash at the end does
 * not count.
 * @param path without the query
 */
export function kindOf(method: string, path: string): RequestKind {
  const parts = partsOf(path);
  if (parts === null) return OTHER;
  const [first = '', second, third, fourth] = parts;
  if (parts.length === 1 && OWN_PAGES.has(first)) return OWN;
  if (first === 'api' && second === 'v0.1') return OWN;
  if (method !== 'POST' && method !== 'PUT') return OTHER;
  if (parts.length <= 3 && parts.at(-1) === '_bulk') {
    const index = parts.length === 1 ? undefined : first;
    return index?.startsWith('_') ? OTHER : { kind: 'bulk', index };
  }
  if (first.startsWith('_') || second === undefined) return OTHER;
  const document = (op: BulkOp, id = third): RequestKind => ({
    kind: 'document',
    op,
    index: first,
    id,
  });
  const isPost = method === 'POST';
  if (parts.length === 2) {
    const isType = second === '_doc' || !second.startsWith('_');
    return isPost && isType ? document('index') : OTHER;
  }
  if (parts.length === 3) {
    if (second === '_create') return document('create');
    if (second === '_update') return isPost ? document('update') : OTHER;
    if (second === '_doc') return document('index');
    return second.startsWith('_') || third!.startsWith('_') ? OTHER : document('index');
  }
  if (parts.length > 4 || (second.startsWith('_') && second !== '_doc')) return OTHER;
  if (fourth === '_create') return document('create');
  return fourth === '_update' && isPost ? document('update') : OTHER;
}

/** Null for what cannot be decoded, which Elasticsearch refuses. */
function partsOf(path: string): string[] | null {
  const parts = path.split('/');
  if (parts[0] === '') parts.shift();
  while (parts.at(-1) === '') parts.pop();
  try {
    return parts.map((part) => (part.includes('%') ? decodeURIComponent(part) : part));
  } catch {
    return null;
  }
}
