import type { FieldKind } from '../../../mapping/field-kind.ts';
import { lowerCase } from '../../../mapping/standard-analyzer.ts';
import { normalized } from './analysis.ts';

/** A text of a query as the normalizer of a keyword makes it. */
export function normalizedKey({ normalizer }: FieldKind, text: string): string {
  return normalizer === undefined || normalizer === 'lowercase'
    ? lowerCase(text)
    : normalized(normalizer, text);
}
