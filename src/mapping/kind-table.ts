import type { FieldKind } from './field-kind.ts';
import * as T from './field-type.ts';

/** Numbers below are the types of dynamic mapping. */
export const FIRST_KIND = 16;

/** What dynamic mapping gives to dates with slashes. */
export const SLASH_FORMAT = 'yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis';
const DYNAMIC: readonly (readonly [FieldKind, T.FieldType])[] = [
  [{ type: 'object' }, T.OBJECT],
  [
    { type: 'text', fields: { keyword: { type: 'keyword', ignoreAbove: T.IGNORE_ABOVE } } },
    T.TEXT_FIELD,
  ],
  [{ type: 'long' }, T.LONG_FIELD],
  [{ type: 'float' }, T.FLOAT_FIELD],
  [{ type: 'boolean' }, T.BOOLEAN_FIELD],
  [{ type: 'date' }, T.DATE_FIELD],
  [{ type: 'date', format: SLASH_FORMAT }, T.SLASH_DATE_FIELD],
];
const TYPES = new Map(DYNAMIC.map(([kind, type]) => [kindText(kind), type]));
const KINDS = new Map(DYNAMIC.map(([kind, type]) => [type, kind]));

/** The one JSON text of a kind: its members sorted. */
export function kindText(kind: FieldKind): string {
  return JSON.stringify(kind, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** What a type of dynamic mapping is in the words of explicit ones; undefined for UNMAPPED. */
export function dynamicKind(type: T.FieldType): FieldKind | undefined {
  return KINDS.get(type);
}

/** How many fields a kind counts for. */
export function kindSize({ fields }: FieldKind): number {
  return 1 + Object.keys(fields ?? {}).length;
}

/**
 * Numbers for kinds: those that dynamic mapping makes too have its type, others are numbered in order
 * of first use. Numbers and texts only grow in number, and are the same on all threads.
 */
export class KindTable {
  readonly #numbers = new Map<string, number>();
  readonly #kinds: FieldKind[] = [];
  readonly #texts: string[] = [];

  /** Kinds with a number of their own. */
  get size(): number {
    return this.#kinds.length;
  }

  /**
   * The number of the kind with this text, see {@link kindText}; a new one if there is none.
   * @param own a number of its own even for what dynamic mapping makes
   */
  intern(text: string, own = false): number {
    const dynamic = TYPES.get(text);
    if (dynamic !== undefined && !own) return dynamic;
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = FIRST_KIND + this.#kinds.length;
      this.#numbers.set(text, number);
      this.#kinds.push(JSON.parse(text) as FieldKind);
      this.#texts.push(text);
    }
    return number;
  }

  /** @throws Error for a number that was not given out */
  kind(type: number): FieldKind {
    const kind = type < FIRST_KIND ? KINDS.get(type) : this.#kinds[type - FIRST_KIND];
    if (kind === undefined) throw new Error(`there is no kind ${type}`);
    return kind;
  }

  text(type: number): string {
    return this.#texts[type - FIRST_KIND]!;
  }
}
