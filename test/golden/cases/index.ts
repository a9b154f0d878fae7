import type { CaseGroup } from '../case.ts';
import { keyword } from './keyword.ts';
import { text } from './text.ts';

/** The cases of each area. */
export const AREAS: Readonly<Record<string, readonly CaseGroup[]>> = {
  keyword,
  text,
};
