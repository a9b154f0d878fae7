import { type IntervalIterator, NO_MORE, type Spending, widthOf } from './interval-steps.ts';

/** Passes stretches of one part on: those that stand in a relation to stretches of the other. */
abstract class Related implements IntervalIterator {
  protected readonly own: IntervalIterator;
  protected readonly other: IntervalIterator;
  protected readonly work: Spending;
  /** Whether there may be a stretch of the other to compare with. */
  protected hasOther: boolean;

  constructor(own: IntervalIterator, other: IntervalIterator, work: Spending) {
    this.own = own;
    this.other = other;
    this.work = work;
    this.hasOther = other.next() !== NO_MORE;
  }

  get start(): number {
    return this.own.start;
  }

  get end(): number {
    return this.own.end;
  }

  get gaps(): number {
    return this.own.gaps;
  }

  get width(): number {
    return widthOf(this);
  }

  abstract next(): number;

  /** Moves the other on while it is behind. @returns whether it has come to its end */
  protected skip(isBehind: () => boolean): boolean {
    while (isBehind()) {
      this.work.spend(1);
      if (this.other.next() === NO_MORE) return true;
    }
    return false;
  }

  protected readonly endsBefore = (): boolean => this.other.end < this.own.end;
  protected readonly isBefore = (): boolean => this.other.end < this.own.start;
  protected readonly beginsAndEndsBefore = (): boolean =>
    this.other.start < this.own.start && this.other.end < this.own.end;
}

/** Of those that need another: once there is none, nothing is left. */
abstract class Needing extends Related {
  override get start(): number {
    return this.hasOther ? this.own.start : NO_MORE;
  }

  override get end(): number {
    return this.hasOther ? this.own.end : NO_MORE;
  }

  protected finish(): number {
    this.hasOther = false;
    return NO_MORE;
  }
}

export class Containing extends Needing {
  next(): number {
    if (!this.hasOther) return NO_MORE;
    const { own, other } = this;
    while (own.next() !== NO_MORE) {
      // Lucene does not note here that it is over, and others may see where it stopped.
      if (this.skip(this.beginsAndEndsBefore)) return NO_MORE;
      if (own.start <= other.start && own.end >= other.end) return own.start;
    }
    return NO_MORE;
  }
}

export class ContainedBy extends Needing {
  next(): number {
    if (!this.hasOther) return NO_MORE;
    while (this.own.next() !== NO_MORE) {
      if (this.skip(this.endsBefore)) return this.finish();
      if (this.other.start <= this.own.start) return this.own.start;
    }
    return this.finish();
  }
}

export class Overlapping extends Needing {
  next(): number {
    if (!this.hasOther) return NO_MORE;
    while (this.own.next() !== NO_MORE) {
      if (this.skip(this.isBefore)) return this.finish();
      if (this.other.start <= this.own.end) return this.own.start;
    }
    return this.finish();
  }
}

export class NotContaining extends Related {
  next(): number {
    if (!this.hasOther) return this.own.next();
    while (this.own.next() !== NO_MORE) {
      if (this.skip(this.beginsAndEndsBefore)) {
        this.hasOther = false;
        return this.own.start;
      }
      if (this.other.start > this.own.end) return this.own.start;
    }
    return NO_MORE;
  }
}

export class NotContainedBy extends Related {
  next(): number {
    if (!this.hasOther) return this.own.next();
    while (this.own.next() !== NO_MORE) {
      if (this.skip(this.endsBefore)) return this.own.start;
      if (this.own.start < this.other.start) return this.own.start;
    }
    return NO_MORE;
  }
}

export class NotOverlapping extends Related {
  next(): number {
    if (!this.hasOther) return this.own.next();
    while (this.own.next() !== NO_MORE) {
      if (this.skip(this.isBefore)) {
        this.hasOther = false;
        return this.own.start;
      }
      if (this.other.start > this.own.end) return this.own.start;
    }
    return NO_MORE;
  }
}
