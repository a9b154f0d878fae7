import { MIB, SECOND, type Setting } from './config-setting.ts';

/** Durable subscriptions: where they are kept, what they are asked about, and who is told. */
export const SUBSCRIPTION_SETTINGS = {
  subscriptionStore: {
    kind: 'string',
    default: 'sqlite',
    help: 'where durable subscriptions are kept: sqlite, or a mongodb:// URL with a database',
  },
  subscriptionData: {
    kind: 'string',
    default: '',
    help: 'folder of durable subscriptions and of orders not delivered yet; by default that of --data. Without either there are none',
  },
  subscriptionsPrefix: {
    kind: 'string',
    default: '',
    help: 'path before /subscriptions and /admin/subscriptions, such as /arlas-subscriptions-manager',
  },
  publicUrl: {
    kind: 'string',
    default: '',
    help: 'how callers reach this server, for the links of subscriptions; by default as they asked',
  },
  subscriptionTemplate: {
    kind: 'string',
    default: '',
    help: 'filter that says which subscriptions an event is for, with (path.of.the.event); by default that of ARLAS',
  },
  subscriptionGeometryKey: {
    kind: 'string',
    default: 'geometry',
    help: "member of a trigger that holds the subscription's geometry",
  },
  subscriptionTriggerSchema: {
    kind: 'string',
    default: '',
    help: 'file with the JSON Schema (draft-07) that triggers have to fit',
  },
  subscriptionIndices: {
    kind: 'string',
    default: '',
    help: 'index expression: documents that come in for these are events, too',
  },
  subscriptionDocument: {
    kind: 'string',
    default: '',
    help: 'path of the document in an event that brings it; otherwise it is fetched from Elasticsearch',
  },
  subscriptionDocumentId: {
    kind: 'string',
    default: 'object.id',
    help: "path of the document's id in an event",
  },
  subscriptionDocumentIndex: {
    kind: 'string',
    default: '',
    help: 'index that the documents of events are in',
  },
  subscriptionIdentityHeader: {
    kind: 'string',
    default: '',
    help: 'header in which a trusted proxy says whose subscriptions are meant',
  },
  subscriptionIdentityAdmin: {
    kind: 'string',
    default: '',
    help: 'value of that header for administrators',
  },
  subscriptionRowFilter: {
    kind: 'string',
    default: '',
    help: "query on every document of a user's subscriptions, with (user) for the user's name",
  },
  subscriptionRowFilterHeader: {
    kind: 'string',
    default: '',
    help: 'header in which a trusted proxy gives such a query when a subscription is written',
  },
  maxSubscriptionsPerUser: {
    kind: 'integer',
    default: 10_000,
    min: 0,
    help: 'subscriptions that one user may have; 0 for no limit',
  },
  ordersPerMinute: {
    kind: 'integer',
    default: 6000,
    min: 1,
    help: 'notification orders that one subscription may have in a minute; further ones are only counted',
  },
  orderBytesPerMinute: {
    kind: 'bytes',
    default: 64 * MIB,
    min: 1024,
    help: 'the same in bytes',
  },
  orderBacklog: {
    kind: 'bytes',
    default: 64 * MIB,
    min: 1024,
    help: 'orders that may wait for one recipient; further ones are only counted',
  },
  totalOrderBacklog: {
    kind: 'bytes',
    default: 8192 * MIB,
    min: 1 * MIB,
    help: 'orders that may wait for all recipients together',
  },
  webhooks: {
    kind: 'boolean',
    default: false,
    help: 'post notification orders to callbacks that are URLs',
  },
  webhookSecret: {
    kind: 'string',
    default: '',
    isSecret: true,
    help: 'key that signs what is posted',
  },
  webhookPrivate: {
    kind: 'boolean',
    default: false,
    help: 'allow callbacks that lead to this machine or to private networks',
  },
  webhookTimeout: {
    kind: 'duration',
    default: 10 * SECOND,
    min: 100,
    help: 'how long a recipient may take for one order',
  },
  wampOrders: {
    kind: 'boolean',
    default: false,
    help: 'publish notification orders to the WAMP topics that subscriptions name as callbacks',
  },
  arlasCompat: {
    kind: 'boolean',
    default: false,
    help: 'answer a refused trigger with 503, as ARLAS Subscriptions does',
  },
} as const satisfies Record<string, Setting>;
