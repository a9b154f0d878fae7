import type { Element, NumberElement } from './elements.ts';
import { OFFSET_SECONDS } from './fields.ts';
import { parseLocalizedOffset, parseOffset } from './offsets.ts';
import type { Parsed } from './parsed.ts';
import { parseZone } from './zones.ts';

/** Where the text goes on behind the element; -1 if it does not stand there. */
export function parseElement(element: Element, text: string, at: number, into: Parsed): number {
  switch (element.kind) {
    case 'group':
      return parseGroup(element, text, at, into);
    case 'number':
      return element.fraction
        ? parseFraction(element, element.fraction, text, at, into)
        : parseNumber(element, text, at, into);
    case 'literal':
      return startsWith(text, at, element.text, into) ? at + element.text.length : -1;
    case 'text':
      for (const [name, value] of element.names)
        if (startsWith(text, at, name, into))
          return give(into, element.field, value, at + name.length);
      return -1;
    case 'offset': {
      if (startsWith(text, at, element.zero, into))
        return give(into, OFFSET_SECONDS, 0, at + element.zero.length);
      const found = parseOffset(text, at, element.pattern);
      return found ? give(into, OFFSET_SECONDS, found.seconds, found.end) : -1;
    }
    case 'localized offset': {
      if (!startsWith(text, at, 'GMT', into)) return -1;
      const found = parseLocalizedOffset(text, at + 3, element.full);
      return found ? give(into, OFFSET_SECONDS, found.seconds, found.end) : -1;
    }
    case 'zone': {
      const found = parseZone(text, at, into.anyCase);
      if (found === null) return -1;
      into.zone = found.zone;
      return found.end;
    }
    case 'any case':
      into.anyCase = true;
      return at;
    case 'default':
      if (!into.has(element.field)) into.set(element.field, element.value);
      return at;
  }
}

function parseGroup(
  { optional, elements }: Element & { kind: 'group' },
  text: string,
  from: number,
  into: Parsed,
): number {
  const { count, zone } = into;
  let at = from;
  for (const element of elements) {
    at = parseElement(element, text, at, into);
    if (at >= 0) continue;
    if (!optional) return -1;
    into.forget(count);
    into.zone = zone;
    return from;
  }
  return at;
}

function give(into: Parsed, field: number, value: number, end: number): number {
  return into.give(field, value) ? end : -1;
}

function startsWith(text: string, at: number, part: string, into: Parsed): boolean {
  if (text.startsWith(part, at)) return true;
  if (!into.anyCase) return false;
  return text.slice(at, at + part.length).toLowerCase() === part.toLowerCase();
}

const digitAt = (text: string, at: number): number => {
  const digit = text.charCodeAt(at) - 48;
  return digit >= 0 && digit <= 9 ? digit : -1;
};

const PLUS = 43;
const MINUS = 45;
/** Digits that a double surely holds. */
const EXACT = 15;
const LONG_MAX = 2n ** 63n - 1n;

function parseNumber(element: NumberElement, text: string, from: number, into: Parsed): number {
  const { field, min, max, sign, behind } = element;
  const first = text.charCodeAt(from);
  const negative = first === MINUS;
  const positive = first === PLUS;
  if (positive && sign !== 'exceeds') return -1;
  if (negative && sign === 'never') return -1;
  const start = negative || positive ? from + 1 : from;
  const most = start + max + Math.max(behind, 0);
  let at = start;
  while (at < most && digitAt(text, at) >= 0) at += 1;
  if (at - start < min) return -1;
  if (behind > 0) at = start + Math.max(min, at - start - behind);
  let value = 0;
  if (at - start <= EXACT) {
    for (let digit = start; digit < at; digit += 1) value = value * 10 + digitAt(text, digit);
  } else {
    let exact = BigInt(text.slice(start, at));
    if (exact > LONG_MAX) {
      // What does not fit is left to what follows.
      at -= 1;
      exact /= 10n;
    }
    value = Number(exact);
  }
  if (negative) {
    if (value === 0) return -1;
    value = -value;
  } else if (sign === 'exceeds' && positive !== at - start > min) return -1;
  const { reduced } = element;
  if (reduced !== undefined && at - start === min) value += value < reduced - 1900 ? 2000 : 1900;
  return give(into, field, value, at);
}

const POINT = 46;

function parseFraction(
  { field, min, max }: NumberElement,
  { range, point }: { range: number; point: boolean },
  text: string,
  from: number,
  into: Parsed,
): number {
  let at = from;
  if (at === text.length) return min > 0 ? -1 : at;
  if (point) {
    if (text.charCodeAt(at) !== POINT) return min > 0 ? -1 : at;
    at += 1;
  }
  const start = at;
  let value = 0;
  let unit = range;
  while (at < start + max && digitAt(text, at) >= 0) {
    unit /= 10;
    value += digitAt(text, at) * unit;
    at += 1;
  }
  if (at - start < min) return -1;
  return give(into, field, value, at);
}
