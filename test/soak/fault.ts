/** What is run to find a fault: a file of tests, and which of them. */
export type Check =
  | 'golden'
  | 'segments'
  | 'places'
  | 'near'
  | 'guards'
  | 'ranges'
  | `presearch for ${string}`;

/** A change of one line that makes the embedded engine mean something else, or lose queries. */
export interface Fault {
  readonly name: string;
  /** In src/. */
  readonly file: string;
  /** Stands there once. */
  readonly find: string;
  readonly replace: string;
  readonly foundBy: Check;
}

export const fault = (
  foundBy: Check,
  name: string,
  file: string,
  find: string,
  replace: string,
): Fault => ({ name, file, find, replace, foundBy });
