import { REASONS } from '../matching/dry-run-reasons.ts';

/** JSON Schemas of what goes over the wire; they check bodies and are shown in the API's description. */

const EPOCH_SECONDS = { type: 'integer', minimum: -8_640_000_000_000, maximum: 8_640_000_000_000 };
const MAP = { type: 'object', additionalProperties: true };

const DRAFT_PROPERTIES = {
  created_by: {
    type: 'string',
    minLength: 1,
    maxLength: 1024,
    description: 'who it belongs to; the caller, where callers are told apart',
  },
  active: { type: 'boolean', description: 'whether it matches at all' },
  starts_at: {
    ...EPOCH_SECONDS,
    description: 'when it begins to match, in seconds since 1970-01-01T00:00:00Z',
  },
  expires_at: {
    ...EPOCH_SECONDS,
    description: 'when it ends to match, in the same seconds; leave it out for never',
  },
  title: { type: 'string', minLength: 1, maxLength: 10_000, description: 'a name for people' },
  subscription: {
    type: 'object',
    required: ['trigger', 'callback', 'hits'],
    description: 'what is watched, and who is told',
    properties: {
      trigger: {
        ...MAP,
        description:
          "what an event has to be like; the operator's JSON Schema says what it may hold",
      },
      callback: {
        type: 'string',
        minLength: 1,
        maxLength: 10_000,
        description: 'where notifications are for; copied to each of them',
      },
      hits: {
        type: 'object',
        required: ['filter'],
        description: 'which documents of its events are sent, and what of them',
        properties: {
          filter: {
            type: 'string',
            minLength: 1,
            description:
              'what a document has to match besides, such as f=city:eq:Toulouse, ' +
              'or the Query DSL as a text',
          },
          projection: {
            type: 'string',
            default: '',
            description:
              'what of a document is sent, such as include=id,city; all of it when empty',
          },
        },
      },
    },
  },
  userMetadatas: { ...MAP, description: 'copied to each notification' },
} as const;

const READ_ONLY = {
  id: { type: 'string', format: 'uuid', readOnly: true },
  created_at: { ...EPOCH_SECONDS, readOnly: true },
  modified_at: { ...EPOCH_SECONDS, readOnly: true },
  created_by_admin: { type: 'boolean', readOnly: true },
  deleted: { type: 'boolean', readOnly: true },
} as const;

const REQUIRED = ['created_by', 'active', 'starts_at', 'title', 'subscription'];

/** What a caller sends; other members are ignored. */
export const DRAFT_SCHEMA = {
  type: 'object',
  required: REQUIRED,
  properties: DRAFT_PROPERTIES,
} as const;

const LINKS = {
  type: 'object',
  additionalProperties: { $ref: '#/components/schemas/Link' },
} as const;

const STAGES = ['active', 'time', 'trigger', 'document', 'filter', 'row_filter'];

/** By name, as the API's description has them. */
export const SCHEMAS = {
  UserSubscription: {
    type: 'object',
    required: REQUIRED,
    properties: { ...READ_ONLY, ...DRAFT_PROPERTIES },
  },
  UserSubscriptionWithLinks: {
    allOf: [
      { $ref: '#/components/schemas/UserSubscription' },
      { type: 'object', properties: { _links: LINKS } },
    ],
  },
  SubscriptionListResource: {
    type: 'object',
    required: ['count', 'total', 'subscriptions', '_links'],
    properties: {
      count: { type: 'integer', description: 'subscriptions on this page' },
      total: { type: 'integer', description: 'subscriptions on all pages' },
      subscriptions: {
        type: 'array',
        items: { $ref: '#/components/schemas/UserSubscriptionWithLinks' },
      },
      _links: LINKS,
    },
  },
  Link: {
    type: 'object',
    required: ['relation', 'href', 'type', 'method'],
    properties: {
      relation: { type: 'string' },
      href: { type: 'string' },
      type: { type: 'string' },
      method: { type: 'string' },
    },
  },
  DryRun: {
    type: 'object',
    description: 'a subscription, or the id of one, and what it is tried on',
    properties: {
      subscription: { $ref: '#/components/schemas/UserSubscription' },
      id: { type: 'string', description: 'a kept subscription, in the place of one in the body' },
      event: {
        ...MAP,
        description: 'an event as it would come in; not needed where documents are events',
      },
      document: {
        ...MAP,
        description: 'the document of the event; without it, that which such an event would have',
      },
      index: { type: 'string', description: 'index that the document is in' },
    },
  },
  DryRunResult: {
    type: 'object',
    required: ['matches', 'reason', 'message', 'stages', 'order'],
    description: 'what would have happened, and why',
    properties: {
      matches: { type: 'boolean', description: 'whether an order would be sent' },
      reason: {
        enum: [...Object.keys(REASONS), null],
        description: 'why not: the first stage that is against it',
      },
      message: { type: 'string', description: 'the same for people' },
      stages: {
        type: 'object',
        description: 'whether each stage is for it; null where it was not looked at',
        required: STAGES,
        properties: Object.fromEntries(STAGES.map((name) => [name, { type: ['boolean', 'null'] }])),
      },
      order: {
        type: ['object', 'null'],
        additionalProperties: true,
        description: 'what would be sent; its order_id is that of this event in no source',
      },
    },
  },
  Error: {
    type: 'object',
    required: ['status', 'error', 'message'],
    properties: {
      status: { type: 'integer', description: 'the HTTP status' },
      error: { type: 'string', description: 'a code that stays as it is' },
      message: { type: 'string', description: 'what is wrong, where, and what to do' },
    },
  },
} as const;

export type SchemaName = keyof typeof SCHEMAS;
