/** A place in the stream of documents: `_seq` of a hit, and what `after` and `Last-Event-ID` take. */
export interface Position {
  /** Names one run of one node; admission numbers mean something within it only. */
  readonly epoch: string;
  /** Admission number; everything up to this document, itself included, lies before the position. */
  readonly seq: number;
}

export const POSITION_FORM = '<node epoch>-<number>, the _seq of a hit';

const POSITION = /^([0-9A-Za-z_.-]{1,64})-(\d{1,15})$/;

export function parsePosition(text: string): Position | undefined {
  const [, epoch, seq] = POSITION.exec(text) ?? [];
  return epoch === undefined ? undefined : { epoch, seq: Number(seq) };
}

export function formatPosition({ epoch, seq }: Position): string {
  return `${epoch}-${seq}`;
}
