/** A cell: numbers are printed with separators. */
export type Value = number | string;
export type Row = Readonly<Record<string, Value>>;

export interface BenchOptions {
  /** About how long each thing is measured. */
  readonly seconds: number;
  /** Kinds and sizes of queries, where a suite has them; none: all. */
  readonly kinds: readonly string[];
  readonly sizes: readonly string[];
  /** With the pool of threads, where a suite also measures one thread alone. */
  readonly pool: boolean;
  /** Against other programs, where a suite knows some. */
  readonly peers: boolean;
  /** Parts of the names of the programs that are wanted; none: all. */
  readonly only: readonly string[];
}

export interface Suite {
  readonly about: string;
  /** What it takes beside the usual options. */
  readonly usage?: string;
  /** Names of the cases. Each runs in a process of its own, so that none finds the heap of another. */
  readonly cases: readonly string[] | ((options: BenchOptions) => readonly string[]);
  /**
   * Measures one case, after checking that what it measures gives the right result.
   * @throws Error when it does not
   */
  run(name: string, options: BenchOptions): Promise<readonly Row[]>;
  /** What the rows say of the numbers to reach. */
  targets?(rows: readonly Row[]): readonly Row[];
}
