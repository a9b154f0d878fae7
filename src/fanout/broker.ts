import type { QueryOrdinal } from '../document.ts';
import type { CountedMemory } from './counted-memory.ts';
import type { Gap } from './gap.ts';

/** A match as delivered: framed once, shared by all receivers. */
export interface Hit {
  /** Admission number of the document. */
  readonly seq: number;
  /** Its maker releases it after the last `publish()`; a broker that keeps the hit longer retains it. */
  readonly memory: CountedMemory;
  /** `{"_index","_id","_seq","_source"}` on one line: this range of the memory's bytes. */
  readonly start: number;
  readonly end: number;
}

export interface Publication {
  readonly ordinal: QueryOrdinal;
  readonly hit: Hit;
}

/** Brings hits to the subscribers of their topics. */
export interface Broker {
  /** False: over the high-water mark; the publication was taken, await `drained()` before the next. */
  publish(publication: Publication): boolean;
  drained(): Promise<void>;
  close(): Promise<void>;
}

/** A broker that knows which topics anybody listens to: only those are framed and published. */
export interface ActiveTopics {
  isActive(ordinal: QueryOrdinal): boolean;
}

/** A broker that lets subscribers resume, and therefore knows how far publication has come. */
export interface Progress {
  /** Every match of the document with this admission number, and of all before, was published. */
  passed(seq: number): void;
}

/** A broker that can tell all who listen to a topic that hits are missing in it. */
export interface GapTeller {
  /** Answers as `publish`. */
  publishGap(ordinal: QueryOrdinal, gap: Gap): boolean;
}

/** A broker behind which others have to take the publications. */
export interface Settling {
  /** Resolves when everything published so far has been acknowledged, or reported as shed. */
  settled(): Promise<void>;
}
