import type { FastifyReply } from 'fastify';
import { VERSION } from './handshake-identity.ts';

/** Clients take so many KB of headers at most. */
const MOST = 4;
const LONGEST = 500;
/** Clients show no others': the hash of its build may be none. */
const AGENT = `Elasticsearch-${VERSION}-unknown`;

/** Tells clients what is wrong with a request that was done, as Elasticsearch tells of what is deprecated: they show it. */
export function addWarnings(reply: FastifyReply, warnings: Iterable<string>): void {
  const all = [...warnings];
  const told = all.slice(0, MOST);
  if (all.length > MOST) told.push(`${all.length - MOST} more kinds of fields: the log tells them`);
  if (told.length > 0) reply.header('warning', told.map(warning));
}

function warning(text: string): string {
  const bytes = Buffer.from(text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text);
  return `299 ${AGENT} "estrom: ${Array.from(bytes, quoted).join('')}"`;
}

/** A byte in a quoted text; what a header cannot hold, and `%`, is percent-encoded. */
function quoted(byte: number): string {
  const char = String.fromCharCode(byte);
  if (char === '"' || char === '\\') return `\\${char}`;
  const isPlain = byte >= 0x20 && byte < 0x7f && char !== '%';
  return isPlain ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
