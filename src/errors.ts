/**
 * One table of errors: a stable code, the HTTP status, and the type that Elasticsearch's clients
 * know. Match on `code`, never on the text.
 */
const TABLE = {
  QUERY_SYNTAX: { status: 400, type: 'query_parsing_exception' },
  QUERY_UNSUPPORTED: { status: 400, type: 'query_unsupported_exception' },
  QUERY_LIMIT: { status: 400, type: 'query_limit_exception' },
  QUERY_CONFLICT: { status: 409, type: 'query_conflict_exception' },
  QUERY_UNKNOWN: { status: 404, type: 'query_missing_exception' },
  BAD_REQUEST: { status: 400, type: 'illegal_argument_exception' },
  BAD_JSON: { status: 400, type: 'parsing_exception' },
  BAD_INDEX_NAME: { status: 400, type: 'invalid_index_name_exception' },
  INDEX_NOT_FOUND: { status: 404, type: 'index_not_found_exception' },
  ALREADY_EXISTS: { status: 400, type: 'resource_already_exists_exception' },
  BAD_DOCUMENT: { status: 400, type: 'mapper_parsing_exception' },
  BAD_MAPPING: { status: 400, type: 'mapper_parsing_exception' },
  BAD_MAPPING_CHANGE: { status: 400, type: 'mapper_exception' },
  BAD_TEMPLATE: { status: 400, type: 'invalid_index_template_exception' },
  UNAUTHENTICATED: { status: 401, type: 'security_exception' },
  FORBIDDEN: { status: 403, type: 'security_exception' },
  NOT_FOUND: { status: 404, type: 'resource_not_found_exception' },
  METHOD_NOT_ALLOWED: { status: 405, type: 'method_not_allowed_exception' },
  TIMEOUT: { status: 408, type: 'timeout_exception' },
  TOO_LARGE: { status: 413, type: 'content_too_long_exception' },
  UNSUPPORTED_ENCODING: { status: 415, type: 'unsupported_encoding_exception' },
  UPGRADE_REQUIRED: { status: 426, type: 'upgrade_required_exception' },
  OVERLOADED: { status: 429, type: 'es_rejected_execution_exception' },
  ENGINE_FAILED: { status: 500, type: 'engine_exception' },
  BAD_GATEWAY: { status: 502, type: 'bad_gateway_exception' },
  UNAVAILABLE: { status: 503, type: 'unavailable_exception' },
} as const;

export type ErrorCode = keyof typeof TABLE;

/** Extra members of the error object in the answer, such as `offset` in a query text. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

export class EstromError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly type: string;
  readonly details: ErrorDetails;

  /** @param reason says what is wrong, where, and what to do about it */
  constructor(code: ErrorCode, reason: string, details: ErrorDetails = {}) {
    super(reason);
    this.name = 'EstromError';
    this.code = code;
    this.status = TABLE[code].status;
    this.type = TABLE[code].type;
    this.details = details;
  }

  /** The body of an HTTP error answer, in Elasticsearch's shape so that its clients can show it. */
  toBody(): { error: Record<string, unknown>; status: number } {
    const cause = { type: this.type, reason: this.message, code: this.code, ...this.details };
    return { error: { root_cause: [cause], ...cause }, status: this.status };
  }
}
