import { type AnchorSource, type Anchors, MARKER_COST, markerAnchors } from './anchor.ts';

/**
 * A document with a nested object that fulfils the clause has what that object must have, among all that its objects
 * have; whether one of them has it together is for its program to say. At least there is such an object.
 * @param inside anchors of what an object must have: what it must lack tells nothing, for others may have it
 */
export function nestedAnchors(
  source: AnchorSource,
  at: number,
  inside: (source: AnchorSource, at: number) => Anchors | null,
): Anchors {
  const found = inside(source, at + 3);
  if (found === null) return markerAnchors(source, at);
  return {
    anchors: found.anchors.map((anchor) => ({
      at: anchor.at,
      required: anchor.required,
      exact: false,
    })),
    cost: Math.min(found.cost, MARKER_COST),
  };
}
