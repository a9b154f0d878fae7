/** A word, a run of words or a quoted text, as a field's name or a value. */
export interface KqlLiteral {
  /** What stands between its wildcards, in which nothing is escaped any more; without one it is one part. */
  readonly parts: readonly string[];
  /** In quotes there are no wildcards, and no `null`. */
  readonly isQuoted: boolean;
  /** Where it begins in the query text, in UTF-16 units. */
  readonly offset: number;
}

export type KqlOperator = 'gt' | 'gte' | 'lt' | 'lte';

/** A query in the Kibana Query Language, as it is written. */
export type KqlNode =
  | { readonly kind: 'and' | 'or'; readonly nodes: readonly KqlNode[] }
  | { readonly kind: 'not'; readonly node: KqlNode }
  /** `path: { … }`: the names inside go on from it. */
  | { readonly kind: 'nested'; readonly path: KqlLiteral; readonly node: KqlNode }
  /** `field: value`; null where no field is named. */
  | { readonly kind: 'is'; readonly field: KqlLiteral | null; readonly value: KqlLiteral }
  | {
      readonly kind: 'range';
      readonly field: KqlLiteral;
      readonly operator: KqlOperator;
      readonly value: KqlLiteral;
    };

export function hasWildcard(literal: KqlLiteral): boolean {
  return literal.parts.length > 1;
}

/** A lone `*`. */
export function isStar({ parts }: KqlLiteral): boolean {
  return parts.length === 2 && parts[0] === '' && parts[1] === '';
}

/** The word `null`, which is no text. */
export function isNull({ parts, isQuoted }: KqlLiteral): boolean {
  return !isQuoted && parts.length === 1 && parts[0] === 'null';
}

/** The literal with a `*` for each wildcard. */
export function literalText({ parts }: KqlLiteral): string {
  return parts.join('*');
}
