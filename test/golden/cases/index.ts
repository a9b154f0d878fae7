import type { CaseGroup } from '../case.ts';
import { analyzers } from './analyzers.ts';
import { arrays } from './arrays.ts';
import { boolQueries } from './bool.ts';
import { boolPrefix } from './bool-prefix.ts';
import { booleans } from './booleans.ts';
import { combinedFields } from './combined-fields.ts';
import { compound } from './compound.ts';
import { dateReadings } from './date-readings.ts';
import { dates } from './dates.ts';
import { disputes } from './disputes.ts';
import { distanceFeatures } from './distance-feature.ts';
import { existence } from './exists.ts';
import { explicit } from './explicit.ts';
import { fieldPatterns } from './field-patterns.ts';
import { fieldless } from './fieldless.ts';
import { flattened } from './flattened.ts';
import { functionScores } from './function-score.ts';
import { geo } from './geo.ts';
import { geoShapes } from './geo-shapes.ts';
import { intervalCases } from './intervals.ts';
import { keyword } from './keyword.ts';
import { languages } from './languages.ts';
import { minimum } from './minimum.ts';
import { multiMatch } from './multi-match.ts';
import { nearTerms } from './near-terms.ts';
import { nestedObjects } from './nested.ts';
import { nestedTypes } from './nested-types.ts';
import { nulls } from './nulls.ts';
import { numbers } from './numbers.ts';
import { objects } from './objects.ts';
import { patterns } from './patterns.ts';
import { phrases } from './phrases.ts';
import { queryStringOptions } from './query-string-options.ts';
import { queryStringSyntax } from './query-string-syntax.ts';
import { rangeFields } from './range-fields.ts';
import { rarerTypes } from './rarer-types.ts';
import { regexps } from './regexps.ts';
import { repeatedCorners } from './repeated-corners.ts';
import { scaledNumbers } from './scaled-numbers.ts';
import { severalFields } from './several-fields.ts';
import { simpleQueryString } from './simple-query-string.ts';
import { spanQueries } from './spans.ts';
import { termsSets } from './terms-set.ts';
import { text } from './text.ts';

/** The cases of each area. */
export const AREAS: Readonly<Record<string, readonly CaseGroup[]>> = {
  analyzers,
  arrays,
  bool: boolQueries,
  'bool-prefix': boolPrefix,
  booleans,
  dates,
  disputes,
  exists: existence,
  explicit,
  fieldless,
  flattened,
  'distance-feature': distanceFeatures,
  'function-score': functionScores,
  geo,
  'geo-shapes': geoShapes,
  intervals: intervalCases,
  keyword,
  languages,
  'near-terms': nearTerms,
  nested: [...nestedObjects, ...nestedTypes],
  nulls,
  numbers,
  objects,
  patterns,
  phrases,
  'range-fields': rangeFields,
  'rarer-types': rarerTypes,
  regexps,
  'repeated-corners': repeatedCorners,
  'query-string-syntax': queryStringSyntax,
  'query-string-options': queryStringOptions,
  'simple-query-string': simpleQueryString,
  'multi-match': multiMatch,
  compound,
  'combined-fields': combinedFields,
  'date-readings': dateReadings,
  'field-patterns': fieldPatterns,
  'several-fields': severalFields,
  'scaled-numbers': scaledNumbers,
  minimum,
  spans: spanQueries,
  text,
  'terms-set': termsSets,
};
