import type { ItemError } from './item.ts';

export const EMPTY_DOCUMENT: ItemError = {
  status: 400,
  type: 'mapper_parsing_exception',
  reason: 'failed to parse, document is empty',
};

export const NO_SOURCE: ItemError = {
  status: 400,
  type: 'action_request_validation_exception',
  reason: 'Validation Failed: 1: source is missing: the body ends after the action line;',
};

export const OVERLOADED: ItemError = {
  status: 429,
  type: 'es_rejected_execution_exception',
  reason: 'no room for more documents: nothing of this request was taken, send it again later',
};

export function notCovered(index: string): ItemError {
  return {
    status: 403,
    type: 'security_exception',
    reason: `the token that was sent may not write to the index [${index}]`,
  };
}

/** @param line number of the line in its body; @param limit in bytes */
export function tooLong(line: number, limit: number): ItemError {
  return {
    status: 413,
    type: 'content_too_long_exception',
    reason: `line [${line}] is longer than ${limit} bytes: split the document, or raise --max-document-bytes`,
  };
}

export function documentMissing(id: string): ItemError {
  return {
    status: 404,
    type: 'document_missing_exception',
    reason: `[${id}]: document missing`,
  };
}
