import { INDEX } from '../compile/term-class.ts';
import { type Anchor, type AnchorSource, EVERY_DOCUMENT } from './anchor.ts';
import { OP_TERM } from './program.ts';

/**
 * The index expression among the clauses in [first, end), if one is there: of several that which the
 * fewest queries have.
 */
export function indexBound(source: AnchorSource, first: number, end: number): number | undefined {
  const program = source.programs.values;
  let best: number | undefined;
  for (let child = first; child < end; child += program[child + 1]!) {
    if (program[child] !== OP_TERM) continue;
    const term = program[child + 2]!;
    if (source.classOf(term) !== INDEX) continue;
    if (best === undefined || source.uses(term) < source.uses(best)) best = term;
  }
  return best;
}

/**
 * Where many small groups of queries are each bound to an index of their own and ask for the same words, a
 * document meets the words of all of them, but one index: then that is what stands with the posting.
 * An expression that all queries share is never narrower than what some of them ask for.
 */
export function boundToIndex(
  source: AnchorSource,
  anchor: Anchor,
  index: number | undefined,
): Anchor {
  const { required } = anchor;
  if (index === undefined || required === undefined || required === index) return anchor;
  const shared = sharing(source, required);
  if (source.uses(index) >= shared) return anchor;
  return { at: anchor.at, required: index, exact: false };
}

/** How many queries may have the same second condition. */
function sharing(source: AnchorSource, required: NonNullable<Anchor['required']>): number {
  if (typeof required === 'object') {
    // Who asks for the same guard is not counted; as many meet it as documents are guessed to.
    if ('tests' in required) return (source.size * required.cost) / EVERY_DOCUMENT;
    return source.partUses(required);
  }
  return source.uses(required < 0 ? ~required : required);
}
