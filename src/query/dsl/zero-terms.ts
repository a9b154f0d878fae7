import { used } from '../parameters.ts';
import { choiceAt } from './dsl-reader.ts';

/** What a text matches in which the analyser finds no token. */
export type ZeroTerms = 'none' | 'all';

export const zeroTerms = used((value: unknown, path: string) =>
  choiceAt<ZeroTerms>(value, path, ['none', 'all']),
);
