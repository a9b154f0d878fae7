/** An object of the document at hand, from its opening brace to its closing one. */
export interface OpenObject {
  /** -1 is the document. */
  readonly id: number;
  readonly node: number;
  readonly scope: string;
  /** See `Offers.enter`. */
  readonly stamp: number;
  /** Place in the log where it began. */
  readonly from: number;
}

/** Words of the log for each run of rows of one object: its id, first atom, first number. */
export const RUN_WORDS = 3;
