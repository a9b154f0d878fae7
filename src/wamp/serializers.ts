import { readMsgpack } from './msgpack-reader.ts';
import { jsonToMsgpack } from './msgpack-writer.ts';
import { ProtocolError } from './protocol-error.ts';

export const SERIALIZER_NAMES = ['json', 'msgpack'] as const;
export type SerializerName = (typeof SERIALIZER_NAMES)[number];

/** How the messages of a session are written on its WebSocket. */
export interface Serializer {
  readonly name: SerializerName;
  readonly isBinary: boolean;
  /** @param message of plain values, raw JSON among them */
  encode(message: readonly unknown[]): Buffer;
  /** @throws ProtocolError */
  decode(data: Buffer): unknown;
}

/** `JSON.parse` with a reviver recurses, so nesting is bounded before it runs. */
const MAX_DEPTH = 300;
const LONG_INTEGER = /\d{16}/;
const INTEGER = /^-?\d+$/;

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** JavaScript has raw JSON since Node 21; TypeScript's library does not know it yet. */
const RAW = JSON as unknown as { rawJSON(text: string): unknown };

const keepIntegers: Reviver = (_key, value, { source }) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return source !== undefined && INTEGER.test(source) ? BigInt(source) : value;
};

/** JSON text of plain values, bigints with all their digits. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'bigint' ? RAW.rawJSON(member.toString()) : member,
  );
}

function parseJson(text: string): unknown {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text);
  let depth = 0;
  // Brackets inside strings count as well: at worst a strange message with long numbers is refused.
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) | 0x20;
    if (code === 0x7b) depth++;
    else if (code === 0x7d) depth--;
    if (depth > MAX_DEPTH) throw new Error(`nested deeper than ${MAX_DEPTH} levels`);
  }
  return JSON.parse(text, keepIntegers as (key: string, value: unknown) => unknown);
}

function decoding(read: (data: Buffer) => unknown): (data: Buffer) => unknown {
  return (data) => {
    try {
      return read(data);
    } catch (error) {
      throw new ProtocolError((error as Error).message);
    }
  };
}

const json: Serializer = {
  name: 'json',
  isBinary: false,
  encode: (message) => Buffer.from(toJson(message)),
  decode: decoding((data) => parseJson(data.toString())),
};

const msgpack: Serializer = {
  name: 'msgpack',
  isBinary: true,
  encode: (message) => jsonToMsgpack(Buffer.from(toJson(message))),
  decode: decoding(readMsgpack),
};

export const SERIALIZERS: Readonly<Record<SerializerName, Serializer>> = { json, msgpack };
