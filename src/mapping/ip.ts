import { asciiDigits } from './digits.ts';

/**
 * Addresses as Elasticsearch's `ip` fields hold them: 16 bytes, those of version 4 as `::ffff:a.b.c.d`.
 * Four unsigned words of 32 bits, most significant first, compare as numbers.
 */
export type Address = readonly [number, number, number, number];

/** Addresses from one to another, both included. */
export interface AddressRange {
  readonly from: Address;
  readonly to: Address;
}

const V4_PREFIX = 0xffff;
const LAST = 0xffff_ffff;
export const LOWEST_ADDRESS: Address = [0, 0, 0, 0];
export const HIGHEST_ADDRESS: Address = [LAST, LAST, LAST, LAST];

const OCTETS = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

/**
 * Reads an address of version 4 or 6 in any of its spellings, as Elasticsearch's InetAddresses does: also
 * one of version 6 with a zone (`fe80::1%eth0`), which is left out, with zeros before a group, or in
 * another script's digits. Null for anything else, such as brackets or octets with leading zeros.
 */
export function parseAddress(given: string): Address | null {
  const text = asciiDigits(given);
  const percent = text.indexOf('%');
  const bare = percent < 0 ? text : text.slice(0, percent);
  if (bare.includes(':')) {
    // The zone has a name, and does not stand behind octets.
    if (percent >= 0 && (percent === text.length - 1 || bare.includes('.'))) return null;
    return parseV6(bare);
  }
  const word = parseV4(text);
  return word === null ? null : [0, 0, V4_PREFIX, word];
}

function parseV4(text: string): number | null {
  const octets = OCTETS.exec(text);
  if (octets === null) return null;
  let word = 0;
  for (let at = 1; at <= 4; at += 1) {
    const octet = Number(octets[at]);
    if (octet > 255) return null;
    word = word * 256 + octet;
  }
  return word;
}

const GROUP = /^0*[0-9a-fA-F]{1,4}$/;

function parseV6(text: string): Address | null {
  let rest = text;
  const dot = text.indexOf('.');
  if (dot >= 0) {
    // The last two groups may be written as an address of version 4.
    const start = text.lastIndexOf(':') + 1;
    const word = parseV4(text.slice(start));
    if (word === null) return null;
    rest = `${text.slice(0, start)}${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`;
  }
  const gap = rest.indexOf('::');
  const head = groupsOf(gap < 0 ? rest : rest.slice(0, gap));
  const tail = gap < 0 ? [] : groupsOf(rest.slice(gap + 2));
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  // A gap stands for one group at least.
  if (gap < 0 ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  const word = (at: number): number => groups[at]! * 0x1_0000 + groups[at + 1]!;
  return [word(0), word(2), word(4), word(6)];
}

function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const groups = text.split(':');
  return groups.every((group) => GROUP.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : null;
}

/** The addresses of a block such as `10.0.0.0/8` or `2001:db8::/32`; null for anything else. */
export function parseBlock(given: string): AddressRange | null {
  const text = asciiDigits(given);
  const slash = text.indexOf('/');
  if (slash < 0 || !/^\+?\d+$/.test(text.slice(slash + 1))) return null;
  const address = parseAddress(text.slice(0, slash));
  const bits = Number(text.slice(slash + 1));
  if (address === null) return null;
  const short = isV4(address);
  // Which of the two lengths would be meant?
  if (short && text.includes(':')) return null;
  if (bits > (short ? 32 : 128)) return null;
  const length = short ? bits + 96 : bits;
  const masks = address.map((_, at) => maskOf(length - at * 32));
  const from = address.map((word, at) => (word & masks[at]!) >>> 0);
  const to = address.map((word, at) => (word | ~masks[at]!) >>> 0);
  return { from: from as unknown as Address, to: to as unknown as Address };
}

/** A word whose first so many bits are set. */
function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? LAST : (LAST << (32 - bits)) >>> 0;
}

/** Whether an address is one of version 4, however it was written. */
export const isV4 = ([a, b, c]: Address): boolean => a === 0 && b === 0 && c === V4_PREFIX;

/** The addresses that a term of a query asks for: one, or those of a block. */
export function parseAddressTerm(text: string): AddressRange | null {
  if (text.includes('/')) return parseBlock(text);
  const address = parseAddress(text);
  return address === null ? null : { from: address, to: address };
}

/** Below 0, 0 or above 0, as the first is before, equal to or behind the second. */
export function compareAddresses(left: Address, right: Address): number {
  for (let at = 0; at < 4; at += 1) if (left[at] !== right[at]) return left[at]! - right[at]!;
  return 0;
}

/** The next address; null behind the last one. */
export function addressAfter(address: Address): Address | null {
  return step(address, LAST, 0, 1);
}

/** The address before; null before the first one. */
export function addressBefore(address: Address): Address | null {
  return step(address, 0, LAST, -1);
}

function step(address: Address, full: number, start: number, by: number): Address | null {
  const words: [number, number, number, number] = [...address];
  for (let at = 3; at >= 0; at -= 1) {
    if (words[at] !== full) {
      words[at]! += by;
      return words;
    }
    words[at] = start;
  }
  return null;
}
