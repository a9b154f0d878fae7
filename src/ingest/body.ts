import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Readable, Transform } from 'node:stream';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';
import type { Config } from '../config.ts';
import { EstromError } from '../errors.ts';

/** Output piece of a decompressor: large enough for few calls, small enough to stop soon. */
const CHUNK = { chunkSize: 64 * 1024 };
const ENCODINGS = 'identity, gzip, deflate, br, zstd';

/** A request body on its way in. */
export interface Body {
  /** Decoded bytes. */
  readonly stream: Readable;
  readonly encoding: string;
  /** Length of the decoded body, if known. */
  readonly expected: number | undefined;
  /** Bytes that came over the wire so far, of an encoded body. */
  readonly wireBytes: () => number;
  /** Bytes that may come out of it at most. */
  readonly limit: number;
  /** What to tell about more. */
  readonly overLimit: () => EstromError;
  /** Chunks are nobody else's: made by a decompressor or read from a real socket. */
  readonly ownsChunks: boolean;
}

/** In bytes; 0 is no limit. */
export type BodyLimits = Pick<Config, 'maxBodyBytes' | 'maxDecompressedBytes'>;

/**
 * Opens a request's body, whatever its `Content-Encoding`. Several members of gzip in a row are
 * one body; `deflate` may come with or without its zlib wrapper, as senders differ.
 * @throws EstromError UNSUPPORTED_ENCODING
 */
export async function openBody(request: IncomingMessage, limits: BodyLimits): Promise<Body> {
  const maxWire = limits.maxBodyBytes || Number.POSITIVE_INFINITY;
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') {
    const length = Number(request.headers['content-length'] ?? Number.NaN);
    const expected = Number.isSafeInteger(length) ? length : undefined;
    const ownsChunks = request.socket instanceof Socket;
    return {
      stream: request,
      encoding: 'identity',
      expected,
      wireBytes: () => 0,
      limit: maxWire,
      overLimit: () => tooLarge('max-body-bytes', `longer than ${maxWire} bytes`),
      ownsChunks,
    };
  }
  const decoder = await makeDecoder(encoding, request);
  let wire = 0;
  request.on('data', (chunk: Buffer) => {
    wire += chunk.length;
    if (wire > maxWire) decoder.destroy(tooLarge('max-body-bytes', `longer than ${maxWire} bytes`));
  });
  const limit = limits.maxDecompressedBytes || Number.POSITIVE_INFINITY;
  // Not `pipeline`: it would destroy the request, and with it the socket of the answer.
  request.on('error', (error) => decoder.destroy(error));
  request.on('close', () => {
    if (!request.complete) decoder.destroy(new Error('the sender broke off'));
  });
  decoder.on('error', () => request.unpipe(decoder));
  request.pipe(decoder);
  return {
    stream: decoder,
    encoding,
    expected: undefined,
    wireBytes: () => wire,
    limit,
    overLimit: () => {
      decoder.destroy();
      const what = `more than ${limit} bytes when unpacked, from ${wire} so far`;
      return tooLarge('max-decompressed-bytes', what);
    },
    ownsChunks: true,
  };
}

function tooLarge(setting: string, what: string): EstromError {
  return new EstromError(
    'TOO_LARGE',
    `the body is ${what}: what came before may have been taken; send less at once, or raise --${setting}`,
    { setting },
  );
}

async function makeDecoder(encoding: string, request: IncomingMessage): Promise<Transform> {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(CHUNK);
    case 'deflate':
      return (await startsWithZlibHeader(request)) ? createInflate(CHUNK) : createInflateRaw(CHUNK);
    case 'br':
      return createBrotliDecompress(CHUNK);
    case 'zstd':
      return createZstdDecompress(CHUNK);
    default:
      throw new EstromError(
        'UNSUPPORTED_ENCODING',
        `Content-Encoding [${encoding.slice(0, 100)}] is not supported: use one of ${ENCODINGS}`,
      );
  }
}

/** Looks at the first two bytes and puts them back. */
async function startsWithZlibHeader(request: IncomingMessage): Promise<boolean> {
  const first = await new Promise<Buffer | null>((resolve) => {
    const look = (): void => {
      request.off('readable', look);
      request.off('end', look);
      request.off('close', look);
      resolve(request.read() as Buffer | null);
    };
    request.on('readable', look);
    request.on('end', look);
    request.on('close', look);
  });
  if (first === null) return true;
  request.unshift(first);
  const [a, b] = first;
  // A lone first byte is taken for zlib's when it says "deflate, window of 32 KiB or less".
  return (a! & 0x0f) === 8 && a! >> 4 <= 7 && (b === undefined || ((a! << 8) | b) % 31 === 0);
}

/** What to tell the sender about a body that could not be read. */
export function bodyError(
  body: Body,
  request: IncomingMessage,
  error: unknown,
): EstromError | null {
  if (error instanceof EstromError) return error;
  if (body.encoding === 'identity' || (request.destroyed && !request.complete)) return null;
  const detail = error instanceof Error ? error.message : String(error);
  return new EstromError(
    'BAD_REQUEST',
    `the body is not valid ${body.encoding}: ${detail}, within the first ${body.wireBytes()} encoded bytes`,
  );
}
