/** How a scalar stands in a document. */
export const STRING = 0;
export const NUMBER = 1;
export const BOOLEAN_VALUE = 2;

export type ValueForm = typeof STRING | typeof NUMBER | typeof BOOLEAN_VALUE;

/** What reads values for explicit kinds asks of the reader of all values. */
export interface ValueSink {
  /**
   * A value that is copied from another field.
   * @param asFloat what a field of 32-bit or 16-bit floats makes of it
   */
  copied(node: number, text: string, form: ValueForm, asFloat: string): void;
  /** An explicit null. */
  nothing(node: number): void;
  /** A value that its field's type cannot hold. */
  conflict(node: number, what: string): void;
}
