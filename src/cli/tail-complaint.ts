import { escapeControls } from './tail-fields.ts';

/** What is shown of a long query, on each side of the position. */
const AROUND = 60;

interface ErrorBody {
  readonly error?:
    | string
    | { readonly reason?: string; readonly offset?: number; readonly code?: string };
}

/** A server's refusal. */
export interface Refusal {
  readonly reason: string;
  /** Position in the query text, UTF-16 units. */
  readonly offset: number | undefined;
}

/** Reads the body of an error answer; anything but estrom's own shape is its own reason. */
export function readRefusal(status: number, body: string): Refusal {
  try {
    const { error } = JSON.parse(body) as ErrorBody;
    if (typeof error === 'object' && error.reason !== undefined) {
      return { reason: error.reason, offset: error.offset };
    }
  } catch {
    // Not from estrom: a proxy, perhaps.
  }
  const first = body.trim().split('\n', 1)[0]!.slice(0, 200);
  const text = first === '' || first.startsWith('<') ? '' : `: ${escapeControls(first)}`;
  return { reason: `the server answered ${status}${text}`, offset: undefined };
}

/** The query with a caret under the position, on two lines, cut to what is near. */
export function pointAt(query: string, offset: number): string {
  const at = Math.min(Math.max(0, offset), query.length);
  const from = Math.max(0, at - AROUND);
  const to = Math.min(query.length, at + AROUND);
  const before = (from > 0 ? '…' : '') + oneLine(query.slice(from, at));
  const after = oneLine(query.slice(at, to)) + (to < query.length ? '…' : '');
  // Characters, not units: a caret behind an emoji stands where the emoji ends.
  return `  ${before}${after}\n  ${' '.repeat([...before].length)}^`;
}

/** Everything one column wide. */
function oneLine(text: string): string {
  return escapeControls(text.replaceAll(/[\t\n\r]/g, ' '));
}
