import type { CaseGroup } from '../case.ts';
import { arrays } from './arrays.ts';
import { boolQueries } from './bool.ts';
import { booleans } from './booleans.ts';
import { dates } from './dates.ts';
import { disputes } from './disputes.ts';
import { existence } from './exists.ts';
import { fieldless } from './fieldless.ts';
import { keyword } from './keyword.ts';
import { nulls } from './nulls.ts';
import { numbers } from './numbers.ts';
import { objects } from './objects.ts';
import { patterns } from './patterns.ts';
import { phrases } from './phrases.ts';
import { queryStringSyntax } from './query-string-syntax.ts';
import { text } from './text.ts';

/** The cases of each area. */
export const AREAS: Readonly<Record<string, readonly CaseGroup[]>> = {
  arrays,
  bool: boolQueries,
  booleans,
  dates,
  disputes,
  exists: existence,
  fieldless,
  keyword,
  nulls,
  numbers,
  objects,
  patterns,
  phrases,
  'query-string-syntax': queryStringSyntax,
  text,
};
