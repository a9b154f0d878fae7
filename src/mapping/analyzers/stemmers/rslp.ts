/** A step of RSLP: the first rule that fits a word changes it, and the others are not asked. */
export interface RslpStep {
  /** Shorter words stay. */
  readonly least?: number;
  /** Words with none of these endings stay. */
  readonly only?: readonly string[];
  /** Whether words that end in an exception are left alone too, not those alone that are one. */
  readonly exceptionsEnd?: boolean;
  /**
   * Rules with `;` between them: the ending, how many units there must be before it, what comes in its place
   * (`-` for nothing), and words that the rule leaves alone.
   */
  readonly rules: string;
}

interface Rule {
  readonly ending: string;
  readonly least: number;
  readonly by: string;
  readonly exceptions: readonly string[];
}

/** The word after a step; the same text where no rule fits. */
export type Apply = (word: string) => string;

/** A step that is ready to be applied: its rules stand by the last unit of their endings, in their order. */
export function rslpStep(step: RslpStep): Apply {
  const byLast = new Map<string, Rule[]>();
  for (const text of step.rules.split(';')) {
    const [ending, before, by, ...exceptions] = text.trim().split(/\s+/);
    const least = Number(before) + ending!.length;
    const rule: Rule = { ending: ending!, least, by: by === '-' ? '' : by!, exceptions };
    const last = ending!.at(-1)!;
    byLast.set(last, [...(byLast.get(last) ?? []), rule]);
  }
  const { least = 0, only, exceptionsEnd = false } = step;
  return (word) => {
    const rules = byLast.get(word.at(-1) ?? '');
    if (rules === undefined || word.length < least) return word;
    if (only !== undefined && !only.some((ending) => word.endsWith(ending))) return word;
    const isException = (one: string): boolean =>
      exceptionsEnd ? word.endsWith(one) : word === one;
    for (const { ending, least: shortest, by, exceptions } of rules) {
      if (word.length < shortest || !word.endsWith(ending)) continue;
      if (!exceptions.some(isException)) return word.slice(0, -ending.length) + by;
    }
    return word;
  };
}
