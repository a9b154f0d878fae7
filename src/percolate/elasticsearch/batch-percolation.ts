import type { Batch, DocumentFailure } from '../../document.ts';
import { EstromError } from '../../errors.ts';
import { documentAt, groupsOf, slotsByIndex } from './batch-groups.ts';
import type { Patience } from './patience.ts';
import type { PercolatorDirectory } from './percolators/percolator-directory.ts';
import type { PercolatePool } from './search/percolate-pool.ts';
import type { PercolateAnswer } from './search/percolate-task.ts';
import { ignoring, parse, type Target, type Targets } from './targets.ts';

/** A batch's answer, and the targets as they were when it was asked. */
export interface Asked {
  readonly answer: PercolateAnswer;
  readonly targets: readonly Target[];
}

/** Documents that are learnt from before the batch is checked again: most bring what the first brought. */
const FIRST_LEARNT = 64;
/** Refused documents that are looked at for the mapping to have changed. */
const MAX_REFUSED = 64;

export interface BatchPercolationParts {
  readonly pool: Pick<PercolatePool, 'percolate'>;
  readonly targets: Targets;
  readonly directory: PercolatorDirectory;
  readonly patience: Patience;
}

/** Asks about a batch with what is known of its indices, and learns what it brings. */
export class BatchPercolation {
  readonly #pool: Pick<PercolatePool, 'percolate'>;
  readonly #targets: Targets;
  readonly #directory: PercolatorDirectory;
  readonly #patience: Patience;

  constructor({ pool, targets, directory, patience }: BatchPercolationParts) {
    this.#pool = pool;
    this.#targets = targets;
    this.#directory = directory;
    this.#patience = patience;
  }

  /** @param refused slots that are left out */
  async ask(batch: Batch, refused: ReadonlySet<number> = new Set()): Promise<Asked> {
    const targets = await Promise.all(batch.indices.map((index) => this.#targetOf(index)));
    return this.#askOf(batch, targets, refused);
  }

  async #askOf(
    batch: Batch,
    targets: readonly Target[],
    refused: ReadonlySet<number>,
  ): Promise<Asked> {
    const groups = groupsOf(batch, targets, refused);
    const { bytes, slots } = batch;
    try {
      return { answer: await this.#pool.percolate({ bytes, slots, groups }), targets };
    } catch (error) {
      // Somebody may have deleted the percolators.
      const left = await this.#directory.list();
      if (targets.every(({ percolator }) => left.has(percolator))) throw error;
      this.#targets.keepOnly(left);
      return this.ask(batch, refused);
    }
  }

  #targetOf(index: string): Target | Promise<Target> {
    const target = this.#targets.get(index);
    return target instanceof Promise
      ? this.#patience.insist(async () => this.#targets.get(index))
      : target;
  }

  /** Asks without learning: paths that are not known are passed over. */
  async askOnly(batch: Batch): Promise<PercolateAnswer> {
    const { answer, targets } = await this.ask(batch);
    if (answer.unknown.length === 0) return answer;
    const widened = [...targets];
    for (const [at, slots] of slotsByIndex(batch, answer.unknown)) {
      const documents = slots.map((slot) => parse(documentAt(batch, slot)));
      const { paths } = targets[at]!.known;
      const unknown = documents.flatMap((document) => paths.unknownPaths(document));
      widened[at] = ignoring(targets[at]!, unknown);
    }
    return (await this.#askOf(batch, widened, new Set())).answer;
  }

  /**
   * Learns what the batch brings until nothing in it is new. To be called when all batches before it
   * are settled: this is where types are fixed.
   * @param asked what {@link ask} answered, at any time before
   */
  async settle(batch: Batch, asked: Asked): Promise<PercolateAnswer> {
    const failures: DocumentFailure[] = [];
    const refused = new Set<number>();
    let { answer, targets } = asked;
    let learnt = FIRST_LEARNT;
    for (;;) {
      if (answer.unknown.length > 0) {
        // A batch before this one may have brought the same paths.
        if (!(await this.#moved(batch, targets))) {
          const first = answer.unknown.subarray(0, learnt);
          learnt *= 2;
          const fresh = await this.#learn(batch, first);
          if (fresh.length === 0 && !(await this.#moved(batch, targets))) {
            throw new EstromError('ENGINE_FAILED', 'a document has fields that cannot be mapped');
          }
          for (const failure of fresh) {
            failures.push(failure);
            refused.add(failure.slot);
          }
        }
      } else if (!(await this.#changed(batch, answer, targets))) {
        failures.push(...answer.failures);
        return { ...answer, failures: failures.toSorted((a, b) => a.slot - b.slot) };
      }
      ({ answer, targets } = await this.ask(batch, refused));
    }
  }

  /** Whether targets were replaced since the batch was asked about. */
  async #moved(batch: Batch, targets: readonly Target[]): Promise<boolean> {
    const now = await Promise.all(batch.indices.map((index) => this.#targetOf(index)));
    return now.some((target, at) => target !== targets[at]);
  }

  /** Whether documents were refused because their index is no longer mapped as was thought. */
  async #changed(
    batch: Batch,
    { failures }: PercolateAnswer,
    targets: readonly Target[],
  ): Promise<boolean> {
    const some = failures.slice(0, MAX_REFUSED);
    const documents = some.filter(({ slot }) => parse(documentAt(batch, slot)) !== null);
    if (documents.length === 0) return false;
    const slots = Uint32Array.from(documents, ({ slot }) => slot);
    const again = [...slotsByIndex(batch, slots).keys()].map(async (at) => {
      const index = batch.indices[at]!;
      return (await this.#patience.insist(() => this.#targets.again(index))) !== targets[at];
    });
    return (await Promise.all(again)).includes(true);
  }

  async #learn(batch: Batch, unknown: Uint32Array): Promise<DocumentFailure[]> {
    const failures: DocumentFailure[] = [];
    for (const [at, slots] of slotsByIndex(batch, unknown)) {
      const documents = slots.map((slot) => documentAt(batch, slot));
      const learnt = await this.#patience.insist(() =>
        this.#targets.learn(batch.indices[at]!, documents),
      );
      learnt.forEach((failure, k) => {
        if (failure !== undefined) failures.push({ slot: slots[k]!, ...failure });
      });
    }
    return failures;
  }
}
