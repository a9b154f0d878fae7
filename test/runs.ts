/** What the oracles draw by themselves; `npm run check` says fewer. */
const USUAL = 60;

/**
 * How many runs of a property are drawn: as many, or the share of them that ESTROM_ORACLE_RUNS asks for. For
 * properties that take a second or more, and seldom fail in the later runs only.
 */
export function runs(full: number): number {
  const asked = Number(process.env['ESTROM_ORACLE_RUNS'] ?? USUAL);
  return Math.ceil((full * asked) / USUAL);
}
