/** Why nothing matches a query, although it is registered. */
export interface HeldBack {
  readonly reason: string;
  /** Fields that are not mapped; with one of them the query may go live. */
  readonly unmapped: readonly string[];
  /** It is not asked for a while: it took too long, or the engine failed with it. */
  readonly paused?: 'cost' | 'failure';
}

/**
 * The same for those who see a query that is matched together with a row filter: they need not see what
 * that asks for, and other reasons than cost may quote it.
 */
export function besideRowFilter(held: HeldBack): HeldBack {
  switch (held.paused) {
    case 'cost':
      return held;
    case 'failure':
      return {
        ...held,
        reason: 'paused: the engine fails with it and the row filter',
        unmapped: [],
      };
    default:
      return { reason: 'it cannot be matched together with the row filter yet', unmapped: [] };
  }
}
