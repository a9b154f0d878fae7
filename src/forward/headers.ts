import type { IncomingMessage } from 'node:http';

/** They are about one connection only, and end with it. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Said anew for Elasticsearch, or answered here. */
const OWN = new Set(['host', 'expect', 'x-forwarded-for']);
/** What no longer fits a body that was unpacked, or an answer that is read. */
const OF_BODY = new Set(['content-length', 'content-encoding', 'accept-encoding']);

/**
 * The headers of a request as Elasticsearch gets them, as name, value, name, value.
 * @param readsBody the body was read here and is sent anew
 */
export function requestHeaders(request: IncomingMessage, readsBody: boolean): string[] {
  const named = namedByConnection(request.headers.connection);
  const kept: string[] = [];
  const { rawHeaders } = request;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (HOP_BY_HOP.has(name) || OWN.has(name) || named.has(name)) continue;
    if (readsBody && OF_BODY.has(name)) continue;
    kept.push(rawHeaders[i]!, rawHeaders[i + 1]!);
  }
  const { remoteAddress } = request.socket;
  const before = request.headers['x-forwarded-for'];
  const chain = [before, remoteAddress].flat().filter((each) => each !== undefined);
  if (chain.length > 0) kept.push('x-forwarded-for', chain.join(', '));
  return kept;
}

/**
 * The headers of an answer as the sender gets them.
 * @param raw name, value, name, value; as undici gives them
 * @param readsBody the body is written anew
 */
export function answerHeaders(raw: readonly (Buffer | string)[], readsBody: boolean): string[] {
  const texts = raw.map((each) => (typeof each === 'string' ? each : each.toString('latin1')));
  const connection = texts.findIndex((text, i) => i % 2 === 0 && /^connection$/i.test(text));
  const named = namedByConnection(connection < 0 ? undefined : texts[connection + 1]);
  const kept: string[] = [];
  for (let i = 0; i < texts.length; i += 2) {
    const name = texts[i]!.toLowerCase();
    if (HOP_BY_HOP.has(name) || named.has(name)) continue;
    if (readsBody && OF_BODY.has(name)) continue;
    kept.push(texts[i]!, texts[i + 1]!);
  }
  return kept;
}

function namedByConnection(value: string | undefined): ReadonlySet<string> {
  return new Set(value?.split(',').map((name) => name.trim().toLowerCase()));
}
