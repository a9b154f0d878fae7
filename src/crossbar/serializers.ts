import { jsonToMsgpack } from '../wamp/msgpack-writer.ts';
import { type SerializerName, SERIALIZERS as WHOLE } from '../wamp/serializers.ts';
import { elementRanges } from './json-ranges.ts';
import { msgpackElements } from './msgpack-to-json.ts';
import { RawJson } from './raw-json.ts';

export type { SerializerName };

const PUBLISH = 16;
const EVENT = 36;

/** Positional arguments of an event, as bytes until somebody wants values. */
export class RawArguments {
  /** A JSON list. */
  readonly json: RawJson;

  constructor(json: RawJson) {
    this.json = json;
  }

  /** The single argument as bytes; undefined when there are none or several. */
  get single(): RawJson | undefined {
    const { bytes, start } = this.json;
    const [from, to, more] = elementRanges(bytes, start);
    if (from === undefined || to === undefined || more !== undefined) return undefined;
    return new RawJson(bytes, from, to);
  }

  /** Parsed, integers beyond 2^53 as bigints. */
  get values(): unknown[] {
    const { bytes, start, end } = this.json;
    return WHOLE.json.decode(bytes.subarray(start, end)) as unknown[];
  }
}

/** How the messages of a session are written, seen from the client. */
export interface LinkSerializer {
  readonly name: SerializerName;
  readonly isBinary: boolean;
  /**
   * @param message of plain values; a publication's only argument may be {@link RawJson}
   * @throws TypeError for what cannot be written, such as cycles
   */
  encode(message: readonly unknown[]): Buffer;
  /** Arguments of events are left as {@link RawArguments}. @throws Error for what is no message */
  decode(data: Buffer): unknown[];
}

/** `[PUBLISH, request, options, topic, [bytes], kwargs]` around the bytes; undefined for anything else. */
function splicing(message: readonly unknown[]) {
  const [type, request, options, topic, args, kwargs] = message;
  if (type !== PUBLISH || !Array.isArray(args)) return undefined;
  const [raw] = args as readonly unknown[];
  if (!(raw instanceof RawJson) || args.length !== 1) return undefined;
  return { raw, head: [type, request, options, topic] as const, kwargs: kwargs ?? {} };
}

const json: LinkSerializer = {
  name: 'json',
  isBinary: false,
  encode(message) {
    const parts = splicing(message);
    if (parts === undefined) return WHOLE.json.encode(message);
    const { raw, head, kwargs } = parts;
    const before = `${JSON.stringify(head).slice(0, -1)},[`;
    const after = `],${JSON.stringify(kwargs)}]`;
    const beforeBytes = Buffer.byteLength(before);
    const out = Buffer.allocUnsafe(beforeBytes + raw.length + Buffer.byteLength(after));
    out.write(before);
    raw.bytes.copy(out, beforeBytes, raw.start, raw.end);
    out.write(after, beforeBytes + raw.length);
    return out;
  },
  decode(data) {
    if (!isEvent(data)) return WHOLE.json.decode(data) as unknown[];
    const ranges = elementRanges(data);
    const element = (k: number): unknown =>
      JSON.parse(data.toString('utf8', ranges[2 * k]!, ranges[2 * k + 1]!));
    const message = [EVENT, element(1), element(2), element(3)];
    if (ranges.length > 8) {
      message.push(new RawArguments(new RawJson(data, ranges[8], ranges[9])));
    }
    if (ranges.length > 10) message.push(element(5));
    return message;
  },
};

const msgpack: LinkSerializer = {
  name: 'msgpack',
  isBinary: true,
  encode(message) {
    const parts = splicing(message);
    if (parts === undefined) return WHOLE.msgpack.encode(message);
    const { raw, head, kwargs } = parts;
    const packed = WHOLE.msgpack.encode(head);
    // A list of 32-bit length has its count in bytes 1 to 4.
    packed.writeUInt32BE(head.length + 2, 1);
    const body = jsonToMsgpack(raw.bytes, raw.start, raw.end);
    return Buffer.concat([packed, LIST_OF_ONE, body, WHOLE.msgpack.encode([kwargs]).subarray(5)]);
  },
  decode(data) {
    const elements = msgpackElements(data).map((text) => Buffer.from(text));
    const isEvent = String(elements[0]) === String(EVENT);
    return elements.map((text, k) =>
      isEvent && k === 4 ? new RawArguments(new RawJson(text)) : WHOLE.json.decode(text),
    );
  },
};

const LIST_OF_ONE = Buffer.of(0x91);

/** Whether a message in JSON begins with `[36,`. */
function isEvent(data: Buffer): boolean {
  return data[0] === 0x5b && data[1] === 0x33 && data[2] === 0x36 && data[3] === 0x2c;
}

export const LINK_SERIALIZERS: Readonly<Record<SerializerName, LinkSerializer>> = { json, msgpack };
