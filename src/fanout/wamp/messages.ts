import { ProtocolError } from '../../wamp/protocol-error.ts';

export const HELLO = 1;
export const WELCOME = 2;
export const ABORT = 3;
export const CHALLENGE = 4;
export const AUTHENTICATE = 5;
export const GOODBYE = 6;
export const ERROR = 8;
export const PUBLISH = 16;
export const SUBSCRIBE = 32;
export const SUBSCRIBED = 33;
export const UNSUBSCRIBE = 34;
export const UNSUBSCRIBED = 35;
export const EVENT = 36;
export const CALL = 48;
export const CANCEL = 49;
export const RESULT = 50;
export const REGISTER = 64;
export const UNREGISTER = 66;

export type Dict = Readonly<Record<string, unknown>>;

/** What a client may say, with its fields in their order. */
export type ClientMessage =
  | readonly [typeof HELLO, realm: string, details: Dict]
  | readonly [typeof ABORT, details: Dict, reason: string]
  | readonly [typeof AUTHENTICATE, signature: string, extra: Dict]
  | readonly [typeof GOODBYE, details: Dict, reason: string]
  | readonly [typeof PUBLISH, request: number, options: Dict, topic: string]
  | readonly [typeof SUBSCRIBE, request: number, options: Dict, topic: string]
  | readonly [typeof UNSUBSCRIBE, request: number, subscription: number]
  | readonly [
      typeof CALL,
      request: number,
      options: Dict,
      procedure: string,
      args?: readonly unknown[],
      kwargs?: Dict,
    ]
  | readonly [typeof CANCEL, request: number, options: Dict]
  | readonly [typeof REGISTER, request: number, options: Dict, procedure: string]
  | readonly [typeof UNREGISTER, request: number, registration: number];

type Field = 'id' | 'uri' | 'text' | 'dict' | 'list';

interface Shape {
  readonly name: string;
  readonly fields: readonly Field[];
  /** How many of the fields have to be there. */
  readonly least: number;
}

function shape(name: string, fields: readonly Field[], least = fields.length): Shape {
  return { name, fields, least };
}

const CALL_FIELDS: readonly Field[] = ['id', 'dict', 'uri', 'list', 'dict'];

const SHAPES: ReadonlyMap<unknown, Shape> = new Map([
  [HELLO, shape('HELLO', ['uri', 'dict'])],
  [ABORT, shape('ABORT', ['dict', 'uri'])],
  [AUTHENTICATE, shape('AUTHENTICATE', ['text', 'dict'])],
  [GOODBYE, shape('GOODBYE', ['dict', 'uri'])],
  [PUBLISH, shape('PUBLISH', CALL_FIELDS, 3)],
  [SUBSCRIBE, shape('SUBSCRIBE', ['id', 'dict', 'uri'])],
  [UNSUBSCRIBE, shape('UNSUBSCRIBE', ['id', 'id'])],
  [CALL, shape('CALL', CALL_FIELDS, 3)],
  [CANCEL, shape('CANCEL', ['id', 'dict'])],
  [REGISTER, shape('REGISTER', ['id', 'dict', 'uri'])],
  [UNREGISTER, shape('UNREGISTER', ['id', 'id'])],
]);

const CHECKS: Readonly<Record<Field, (value: unknown) => boolean>> = {
  id: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  uri: (value) => typeof value === 'string' && value !== '',
  text: (value) => typeof value === 'string',
  dict: isDict,
  list: Array.isArray,
};

const WANTED: Readonly<Record<Field, string>> = {
  id: 'an integer from 0 to 2^53 - 1',
  uri: 'a URI',
  text: 'a text',
  dict: 'a dictionary',
  list: 'a list',
};

/**
 * Checks that a value is a message that a client may send; which ones it may send when is not
 * looked at here.
 * @throws ProtocolError that names the message and the field
 */
export function checkMessage(value: unknown): ClientMessage {
  if (!Array.isArray(value)) throw new ProtocolError('a message is a list');
  const [code] = value;
  const known = SHAPES.get(code);
  if (known === undefined) {
    const shown = typeof code === 'number' ? `of type ${code}` : 'without a number for its type';
    throw new ProtocolError(`a message ${shown} is not one that a client sends here`);
  }
  const { name, fields, least } = known;
  const count = value.length - 1;
  if (count < least || count > fields.length) {
    throw new ProtocolError(`${name} has ${count} fields; it takes ${least} to ${fields.length}`);
  }
  for (let k = 0; k < count; k++) {
    const field = fields[k]!;
    if (!CHECKS[field](value[k + 1])) {
      throw new ProtocolError(`field ${k + 1} of ${name} has to be ${WANTED[field]}`);
    }
  }
  return value as unknown as ClientMessage;
}

function isDict(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
  );
}
