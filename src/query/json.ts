import { EstromError } from '../errors.ts';
import { jsonErrorOffset } from './json-offset.ts';

/**
 * A number of the input that keeps its source text: 12345678901234567890 and 1.10 survive, and
 * `JSON.stringify` writes them as they came.
 */
export interface JsonNumber {
  readonly rawJSON: string;
}

/** JavaScript has raw JSON since Node 21; TypeScript's library does not know it yet. */
const RAW = JSON as unknown as {
  rawJSON(text: string): JsonNumber;
  isRawJSON(value: unknown): value is JsonNumber;
};

/** Nesting that JSON may have: what a query of the deepest kind needs, with room to spare. */
const MAX_JSON_DEPTH = 300;

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const keepNumbers: Reviver = (_key, value, context) =>
  typeof value === 'number' ? RAW.rawJSON(context.source ?? String(value)) : value;

/**
 * Parses JSON with its numbers as {@link JsonNumber}; everything else is as `JSON.parse` gives it.
 * @param what names the text in errors
 * @throws EstromError BAD_JSON with `offset`; QUERY_LIMIT when nested too deeply
 */
export function parseJson(text: string, what = 'the body'): unknown {
  checkDepth(text, what);
  try {
    return JSON.parse(text, keepNumbers as (key: string, value: unknown) => unknown);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const offset = jsonErrorOffset(text);
    const found = offset < text.length ? `found [${text.slice(offset, offset + 20)}]` : 'it ends';
    throw new EstromError('BAD_JSON', `${what} is not valid JSON: ${found} at offset ${offset}`, {
      offset,
    });
  }
}

export function isJsonNumber(value: unknown): value is JsonNumber {
  return RAW.isRawJSON(value);
}

/** A plain object, as opposed to an array, a number or null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !isJsonNumber(value)
  );
}

/** The reviver recurses, so the nesting is checked before it runs. */
function checkDepth(text: string, what: string): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) {
      inString = true;
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > MAX_JSON_DEPTH) {
        throw new EstromError(
          'QUERY_LIMIT',
          `${what} is nested deeper than ${MAX_JSON_DEPTH} levels`,
          {
            offset: at,
          },
        );
      }
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
    }
  }
}

/**
 * The text that Elasticsearch sees of a scalar: integers keep their digits, other numbers take the
 * form of Java's `Double.toString`, so that 1.10 and 1.1 are one value.
 * @returns undefined when the value is not a string, number or boolean
 */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number' || typeof value === 'bigint') return numberText(String(value));
  if (isJsonNumber(value)) return numberText(value.rawJSON);
  return undefined;
}

function numberText(source: string): string {
  if (/^-?\d+$/.test(source)) return source === '-0' ? '0' : source;
  return javaDouble(Number(source));
}

/** Java's `Double.toString`: plain between 10^-3 and 10^7, scientific outside. */
function javaDouble(value: number): string {
  if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    const plain = String(value);
    return plain.includes('.') ? plain : `${plain}.0`;
  }
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`;
}
