import type { PartName } from './prepare.ts';

/** Where a client sends, and how it learns that it may stop. */
export interface Target {
  readonly port: string;
  readonly index: string;
  /** The second half of the documents is sent when this resolves. */
  readonly half: Promise<void>;
  /**
   * Resolves when every document has arrived, or when none has for long: a shipper that never ends by
   * itself can be stopped then.
   */
  readonly settled: Promise<unknown>;
}

/** A real client: sends COUNT documents whose `message` is that of documents.ts. */
export interface Client {
  readonly name: string;
  /** What has to be made before. */
  readonly needs?: readonly PartName[];
  /** Resolves with the number of documents that the client itself takes for accepted. */
  send(target: Target): Promise<number>;
}
