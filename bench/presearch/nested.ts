import type { Ir } from '../../src/query/ir.ts';
import type { Workload } from '../workload.ts';
import { makePatterns } from './patterns.ts';

const PATH = 'comments';
/** Objects of a document; each has some words of every field. */
const OBJECTS = 4;

/** The same patterns and words as outside of nested objects: what a document has is shared out among four of them. */
export function makeNested(count: number, kind: 'prefixes' | 'wildcards'): Workload {
  const made = makePatterns(count, kind);
  return {
    documents: made.documents.map(inObjects),
    queries: made.queries.map(ofObject),
    matches: made.matches,
    mapping: { message: { type: 'text' }, [PATH]: { type: 'nested' } },
  };
}

function inObjects(document: string): string {
  const fields = Object.entries(JSON.parse(document) as Record<string, string>);
  const objects = Array.from({ length: OBJECTS }, (_, object) =>
    Object.fromEntries(
      fields.map(([name, text]) => {
        const words = text.split(' ').filter((_word, at) => at % OBJECTS === object);
        return [name, words.join(' ')];
      }),
    ),
  );
  return JSON.stringify({ message: 'commented', [PATH]: objects });
}

function ofObject(query: Ir): Ir {
  if (query.kind !== 'wildcard') throw new Error(`${query.kind} is no pattern`);
  const clause: Ir = { ...query, field: `${PATH}.${query.field}` };
  return { kind: 'nested', path: PATH, clause };
}
