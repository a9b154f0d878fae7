import type { FastifyRequest } from 'fastify';
import { EstromError } from '../errors.ts';
import { bodyError, openBody } from './body.ts';
import { forEachChunk } from './for-each-chunk.ts';

/** Longest body of a template, policy, pipeline or index, decoded; Filebeat's template has 98 kB. */
export const MAX_JSON_BODY = 2 * 1024 * 1024;

/** It has a limit of its own. */
const UNLIMITED = { maxBodyBytes: 0, maxDecompressedBytes: 0 };

export interface JsonBody {
  /** As it was sent; an empty body is `{}`. */
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly isEmpty: boolean;
}

/**
 * Reads a small JSON object, whatever its content type and encoding.
 * @throws EstromError TOO_LARGE, BAD_JSON, and what the encoding fails with
 */
export async function readJsonBody(request: FastifyRequest): Promise<JsonBody> {
  const body = await openBody(request.raw, UNLIMITED);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    await forEachChunk(body.stream, (chunk) => {
      bytes += chunk.length;
      if (bytes > MAX_JSON_BODY) {
        throw new EstromError('TOO_LARGE', `the body is longer than ${MAX_JSON_BODY} bytes`);
      }
      chunks.push(chunk);
      return undefined;
    });
  } catch (error) {
    // What feeds the decoder would wait for it for ever.
    if (body.stream !== request.raw) body.stream.destroy();
    throw bodyError(body, request.raw, error) ?? error;
  }
  const text = Buffer.concat(chunks).toString('utf8').trim();
  checkDepth(text);
  return { ...parse(text || '{}'), isEmpty: text === '' };
}

/** Whoever walks through a body may do so by recursion. */
function checkDepth(text: string): void {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isText) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) isText = false;
    } else if (code === QUOTE) isText = true;
    else if (code === BRACE || code === BRACKET) depth++;
    else if (code === BRACE_END || code === BRACKET_END) depth--;
    if (depth > MAX_DEPTH) {
      throw new EstromError('BAD_JSON', `the body is nested deeper than ${MAX_DEPTH}`);
    }
  }
}

const [QUOTE, BACKSLASH] = [34, 92];
const [BRACKET, BRACKET_END, BRACE, BRACE_END] = [91, 93, 123, 125];
const MAX_DEPTH = 500;

function parse(text: string): Omit<JsonBody, 'isEmpty'> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new EstromError('BAD_JSON', `the body is not JSON: ${detail}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new EstromError('BAD_JSON', 'the body must be a JSON object');
  }
  return { text, value: value as Record<string, unknown> };
}
