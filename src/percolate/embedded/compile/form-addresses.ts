import {
  type Address,
  type AddressRange,
  addressAfter,
  addressBefore,
  HIGHEST_ADDRESS,
  isV4,
  LOWEST_ADDRESS,
  parseAddress,
  parseAddressTerm,
} from '../../../mapping/ip.ts';
import type { Leaf, RangeLeaf } from '../../../query/ir.ts';
import { NONE, type Plan } from './plan.ts';
import { IP } from './term-class.ts';

/**
 * An address as a text that sorts as addresses do. Those of version 4 are short, with a letter of their
 * own before them: the first bytes of a text are what ranges are looked up by.
 */
export function addressText(address: Address): string {
  const hex = (word: number) => word.toString(16).padStart(8, '0');
  if (isV4(address)) return `4${hex(address[3])}`;
  const [a, b, c] = address;
  const isBelow = a === 0 && b === 0 && c < 0xffff;
  return `${isBelow ? '0' : '6'}${address.map(hex).join('')}`;
}

/** A clause on addresses: one, a block such as `10.0.0.0/8`, or a range. */
export function compileAddresses(leaf: Leaf, path: string | null): Plan {
  switch (leaf.kind) {
    case 'match':
      return covering(leaf.text, path);
    case 'phrase':
      return covering(leaf.text, path);
    case 'term':
      return covering(leaf.value, path);
    case 'range':
      return between(leaf, path);
    default:
      return NONE;
  }
}

function covering(text: string, path: string | null): Plan {
  const range = parseAddressTerm(text);
  return range === null ? NONE : within(range, path);
}

function within({ from, to }: AddressRange, path: string | null): Plan {
  const [lower, upper] = [addressText(from), addressText(to)];
  if (lower === upper) return { op: 'term', path, termClass: IP, text: lower };
  if (lower > upper) return NONE;
  const included = { includeLower: true, includeUpper: true };
  return { op: 'stringRange', path, termClass: IP, lower, upper, ...included };
}

function between(range: RangeLeaf, path: string | null): Plan {
  let from: Address | null = LOWEST_ADDRESS;
  let to: Address | null = HIGHEST_ADDRESS;
  if (range.lower !== null) {
    from = parseAddress(range.lower);
    if (from !== null && !range.includeLower) from = addressAfter(from);
  }
  if (range.upper !== null) {
    to = parseAddress(range.upper);
    if (to !== null && !range.includeUpper) to = addressBefore(to);
  }
  return from === null || to === null ? NONE : within({ from, to }, path);
}
