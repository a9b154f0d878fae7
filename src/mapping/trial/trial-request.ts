import { EstromError } from '../../errors.ts';
import { isObject, type Json } from '../explicit/json.ts';

/** A part of a chain: the name of one, or its definition. */
export type TrialPart = string | Json;

/** What `_analyze` is asked. */
export interface TrialRequest {
  readonly texts: readonly string[];
  readonly analyzer?: string;
  readonly field?: string;
  readonly normalizer?: string;
  readonly tokenizer?: TrialPart;
  readonly filter: readonly TrialPart[];
  readonly char_filter: readonly TrialPart[];
}

/** The field that decides how texts are read; undefined where something else does. */
export function decidingField(request: TrialRequest): string | undefined {
  const { analyzer, normalizer, field } = request;
  return analyzer === undefined && normalizer === undefined ? field : undefined;
}

const NAMES = ['analyzer', 'field', 'normalizer'] as const;

type Building = { -readonly [K in keyof TrialRequest]: TrialRequest[K] };

/**
 * Reads a body of `_analyze`.
 * @param hasIndex whether an index was named
 * @throws EstromError as Elasticsearch's
 */
export function readTrial(body: Json, hasIndex: boolean): TrialRequest {
  const read: Building = { texts: [], filter: [], char_filter: [] };
  for (const [key, value] of Object.entries(body)) {
    if (key === 'text') read.texts = textsIn(value);
    else if (key === 'tokenizer') read.tokenizer = partIn(key, value);
    else if (key === 'filter' || key === 'char_filter') read[key] = partsIn(key, value);
    else if (NAMES.includes(key as 'field')) read[key as 'field'] = nameIn(key, value);
    else if (key === 'explain') refuseDetails(value);
    else if (key !== 'attributes') throw unread(`unknown field [${key}]`);
  }
  check(read, hasIndex);
  return read;
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) throw unfit('text', value);
  return value.map((one) => {
    if (one === null || typeof one === 'object') throw unread('failed to parse field [text]');
    return String(one);
  });
}

function nameIn(key: string, value: unknown): string {
  if (typeof value !== 'string') throw unfit(key, value);
  return value;
}

function partIn(key: string, value: unknown): TrialPart {
  if (typeof value !== 'string' && !isObject(value)) throw unfit(key, value);
  return value;
}

function partsIn(key: string, value: unknown): readonly TrialPart[] {
  if (!Array.isArray(value)) throw unfit(key, value);
  if (!value.every((part) => typeof part === 'string' || isObject(part))) {
    throw unread(`failed to parse field [${key}]`);
  }
  return value as TrialPart[];
}

function refuseDetails(value: unknown): void {
  if (value === false || value === 'false') return;
  if (value !== true && value !== 'true') throw unread('failed to parse field [explain]');
  throw new EstromError('BAD_REQUEST', '[explain] is not supported: leave it out for the tokens');
}

function check(read: TrialRequest, hasIndex: boolean): void {
  const { analyzer, field, normalizer, tokenizer } = read;
  const hasFilters = read.filter.length + read.char_filter.length > 0;
  const hasParts = tokenizer !== undefined || hasFilters;
  const has = (name: string | undefined): boolean => name !== undefined;
  const problems: string[] = [];
  const refuse = (isBad: boolean, reason: string): void => {
    if (isBad) problems.push(`${problems.length + 1}: ${reason};`);
  };
  refuse(read.texts.length === 0, 'text is missing');
  refuse(has(normalizer) && !hasIndex, 'index is required if normalizer is specified');
  refuse(
    has(normalizer) && (tokenizer !== undefined || has(analyzer)),
    'tokenizer/analyze should be null if normalizer is specified',
  );
  refuse(has(analyzer) && hasParts, 'cannot define extra components on a named analyzer');
  refuse(has(normalizer) && hasFilters, 'cannot define extra components on a named normalizer');
  refuse(has(field) && hasParts, 'cannot define extra components on a field-specific analyzer');
  if (problems.length === 0) return;
  throw new EstromError('BAD_REQUEST', `Validation Failed: ${problems.join('')}`, {
    type: 'action_request_validation_exception',
  });
}

function unread(problem: string): EstromError {
  const type = 'x_content_parse_exception';
  return new EstromError('BAD_JSON', `[analyze_request] ${problem}`, { type });
}

function unfit(key: string, value: unknown): EstromError {
  return unread(`${key} doesn't support values of type: ${jsonType(value)}`);
}

/** As Elasticsearch's parser calls it. */
function jsonType(value: unknown): string {
  if (value === null) return 'VALUE_NULL';
  if (Array.isArray(value)) return 'START_ARRAY';
  return typeof value === 'object' ? 'START_OBJECT' : `VALUE_${(typeof value).toUpperCase()}`;
}
