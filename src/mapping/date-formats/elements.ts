/** How a number's sign is read. */
export type Sign = 'normal' | 'never' | 'exceeds';

/** A number of `min` to `max` digits. */
export interface NumberElement {
  readonly kind: 'number';
  readonly field: number;
  readonly min: number;
  readonly max: number;
  readonly sign: Sign;
  /** Digits of the numbers right behind it, which it leaves to them; -1: it is one of those. */
  behind: number;
  /** Of a fraction: its field's range; the digits are behind the point of one. */
  readonly fraction?: { readonly range: number; readonly point: boolean };
  /** Of a year of two digits: the first year that they can mean. */
  readonly reduced?: number;
}

export type Element =
  | NumberElement
  | { readonly kind: 'literal'; readonly text: string }
  /** Names, longest first. */
  | { readonly kind: 'text'; readonly field: number; readonly names: readonly [string, number][] }
  | { readonly kind: 'offset'; readonly pattern: OffsetPattern; readonly zero: string }
  | { readonly kind: 'localized offset'; readonly full: boolean }
  /** `Z`, an offset, or the name of a zone. */
  | { readonly kind: 'zone' }
  | { readonly kind: 'group'; readonly optional: boolean; readonly elements: readonly Element[] }
  /** From here on capital letters do not matter. */
  | { readonly kind: 'any case' }
  /** A field's value, unless the text gave one. */
  | { readonly kind: 'default'; readonly field: number; readonly value: number };

/** Minutes and seconds in small letters may be missing. */
export type OffsetPattern = (typeof OFFSET_PATTERNS)[number];
export const OFFSET_PATTERNS = [
  '+HH',
  '+HHmm',
  '+HH:mm',
  '+HHMM',
  '+HH:MM',
  '+HHMMss',
  '+HH:MM:ss',
  '+HHMMSS',
  '+HH:MM:SS',
] as const;

/**
 * Collects elements as Java's DateTimeFormatterBuilder does: of numbers side by side the first gives
 * digits to the others when those have fixed widths.
 */
export class ElementBuilder {
  #stack: { optional: boolean; elements: Element[]; first: NumberElement | null }[] = [
    { optional: false, elements: [], first: null },
  ];

  get #top() {
    return this.#stack.at(-1)!;
  }

  get depth(): number {
    return this.#stack.length - 1;
  }

  add(element: Element): this {
    this.#top.elements.push(element);
    this.#top.first = null;
    return this;
  }

  literal(text: string): this {
    return text === '' ? this : this.add({ kind: 'literal', text });
  }

  number(field: number, min: number, max: number, sign: Sign, more: Partial<NumberElement> = {}) {
    const element: NumberElement = { kind: 'number', field, min, max, sign, behind: 0, ...more };
    const top = this.#top;
    const { first } = top;
    const fixed = min === max && sign === 'never';
    if (first !== null && fixed) {
      first.behind = Math.max(first.behind, 0) + max;
      element.behind = -1;
    } else {
      if (first !== null) first.behind = -1;
      top.first = element;
    }
    top.elements.push(element);
    return this;
  }

  open(optional: boolean): this {
    this.#top.first = null;
    this.#stack.push({ optional, elements: [], first: null });
    return this;
  }

  close(): this {
    const { optional, elements } = this.#stack.pop()!;
    return elements.length === 0 ? this : this.add({ kind: 'group', optional, elements });
  }

  build(): Element {
    while (this.depth > 0) this.close();
    return { kind: 'group', optional: false, elements: this.#top.elements };
  }
}
