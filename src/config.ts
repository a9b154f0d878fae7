import { availableParallelism } from 'node:os';
import { KAFKA_SETTINGS } from './config-kafka.ts';
import { KIB, MIB, SECOND, type Setting } from './config-setting.ts';
import { SUBSCRIPTION_SETTINGS } from './config-subscriptions.ts';

/**
 * The one table of settings. Name `fooBar` is flag `--foo-bar`, environment `ESTROM_FOO_BAR` and
 * `foo-bar:` in the YAML file. Bytes are numbers of bytes, durations milliseconds.
 */
export const SETTINGS = {
  host: { kind: 'string', default: '127.0.0.1', help: 'address to listen on' },
  port: {
    kind: 'integer',
    default: 9280,
    min: 0,
    max: 65535,
    help: 'port to listen on; 0 takes a free one',
  },
  insecure: {
    kind: 'boolean',
    default: false,
    help: 'allow to listen off loopback without access control',
  },
  data: {
    kind: 'string',
    default: '',
    help: 'folder that queries, mappings and segments are kept in; without it nothing is kept',
  },
  tokens: {
    kind: 'string',
    default: '',
    help: 'file with the tokens that callers must have; without it everybody may do everything',
  },
  tlsCert: { kind: 'string', default: '', help: 'PEM file with the certificate chain for HTTPS' },
  tlsKey: { kind: 'string', default: '', help: "PEM file with the certificate's private key" },
  workers: {
    kind: 'integer',
    default: Math.max(1, availableParallelism() - 1),
    min: 1,
    max: 256,
    help: 'percolation threads',
  },
  logLevel: {
    kind: 'string',
    default: 'info',
    oneOf: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
    help: 'least level that is logged',
  },
  elasticsearch: {
    kind: 'string',
    default: '',
    help: 'URL of Elasticsearch, or several with commas between: it percolates, and keeps the queries',
  },
  elasticsearchApiKey: {
    kind: 'string',
    default: '',
    isSecret: true,
    help: 'API key that estrom itself uses at Elasticsearch; a name and password can stand in the URL',
  },
  elasticsearchCa: {
    kind: 'string',
    default: '',
    help: "PEM file with the authority of Elasticsearch's certificates, where it is one of your own",
  },
  elasticsearchPrefix: {
    kind: 'string',
    default: 'estrom',
    help: 'what the names of all indices that estrom makes in Elasticsearch begin with',
  },
  elasticsearchTimeout: {
    kind: 'duration',
    default: 30 * SECOND,
    min: 100,
    help: 'how long one request to Elasticsearch may take',
  },
  engine: {
    kind: 'string',
    default: 'auto',
    oneOf: ['auto', 'embedded', 'elasticsearch'],
    help: 'what percolates: estrom itself, or Elasticsearch; auto is Elasticsearch where one is given',
  },
  forward: {
    kind: 'boolean',
    default: false,
    help: 'pass all requests on to Elasticsearch, and percolate what it stored',
  },
  crossbar: {
    kind: 'string',
    default: '',
    help: 'WebSocket URL of a Crossbar.io router that hits are published to as well',
  },
  crossbarRealm: { kind: 'string', default: 'estrom', help: 'realm to join at Crossbar.io' },
  crossbarAuth: {
    kind: 'string',
    default: 'anonymous',
    oneOf: ['anonymous', 'ticket', 'wampcra'],
    help: 'how estrom authenticates itself at Crossbar.io',
  },
  crossbarAuthid: { kind: 'string', default: 'estrom', help: 'name of estrom at Crossbar.io' },
  crossbarSecret: {
    kind: 'string',
    default: '',
    isSecret: true,
    help: 'ticket, or secret of WAMP-CRA, of that name',
  },
  crossbarSerializer: {
    kind: 'string',
    default: 'msgpack',
    oneOf: ['json', 'msgpack'],
    help: 'how messages to Crossbar.io are written; its subscribers choose for themselves',
  },
  crossbarPending: {
    kind: 'bytes',
    default: 16 * MIB,
    min: 64 * KIB,
    help: 'published bytes that Crossbar.io has not acknowledged; beyond it ingest waits',
  },
  crossbarAckTimeout: {
    kind: 'duration',
    default: 10 * SECOND,
    min: 100,
    help: 'how long Crossbar.io may take to acknowledge before the connection is made anew',
  },
  crossbarTopicRate: {
    kind: 'bytes',
    default: 8 * MIB,
    help: 'most bytes a second that are published to one topic of Crossbar.io, which buffers without bound; 0 for no limit',
  },
  ...KAFKA_SETTINGS,
  ...SUBSCRIPTION_SETTINGS,
  roles: {
    kind: 'string',
    default: 'beater,tailor,endless',
    help: 'what this process does: beater ingests and percolates, tailor keeps queries, endless serves tails',
  },
  ingestBuffer: {
    kind: 'bytes',
    default: 32 * MIB,
    min: 1 * MIB,
    help: 'documents held in memory between socket and answer; beyond it senders wait',
  },
  hold: {
    kind: 'duration',
    default: 8 * SECOND,
    min: 0,
    help: 'how long a request may wait for room before it is refused with 429',
  },
  refusal: {
    kind: 'string',
    default: 'auto',
    oneOf: ['auto', 'cut', 'items', 'request'],
    help: 'how a bulk request is refused: HTTP 429, a 429 for each item, a cut connection, or what its sender needs',
  },
  maxBodyBytes: {
    kind: 'bytes',
    default: 0,
    help: 'longest request body as it comes over the wire; 0 for no limit',
  },
  maxDecompressedBytes: {
    kind: 'bytes',
    default: 4096 * MIB,
    help: 'most bytes that a compressed body may unpack to; 0 for no limit',
  },
  maxDocumentBytes: {
    kind: 'bytes',
    default: 10 * MIB,
    min: 1 * KIB,
    help: 'longest document or action line',
  },
  maxJsonDepth: {
    kind: 'integer',
    default: 100,
    min: 1,
    max: 1000,
    help: 'deepest nesting of a document',
  },
  maxFields: {
    kind: 'integer',
    default: 1000,
    min: 1,
    help: 'fields that an index may have, unless its setting mapping.total_fields.limit is higher; further ones are not searchable',
  },
  strictMapping: {
    kind: 'boolean',
    default: false,
    help: "refuse a document with a value that contradicts its field's type, as Elasticsearch does; otherwise only that field does not match",
  },
  maxIndices: { kind: 'integer', default: 10_000, min: 1, help: 'indices whose mappings are kept' },
  maxQueries: { kind: 'integer', default: 2_000_000, min: 1, help: 'registered queries' },
  queryBudget: {
    kind: 'duration',
    default: 100,
    min: 1,
    help: 'time that one query may take for one document; one that takes longer is paused',
  },
  queryAverageBudget: {
    kind: 'duration',
    default: 5,
    min: 1,
    help: 'the same on average, over documents for which it is looked at',
  },
  registrationsPerSecond: {
    kind: 'integer',
    default: 20_000,
    help: 'queries that one caller may register in a second; 0 for no limit',
  },
  maxConnections: {
    kind: 'integer',
    default: 20_000,
    min: 1,
    help: 'open connections',
  },
  maxTails: { kind: 'integer', default: 20_000, min: 1, help: 'live subscriptions of all kinds' },
  headerTimeout: {
    kind: 'duration',
    default: 60 * SECOND,
    min: 100,
    help: "how long a request's headers may take, and how long opening an encrypted connection",
  },
  bodyIdleTimeout: {
    kind: 'duration',
    default: 3600 * SECOND,
    min: 0,
    help: 'how long a body may stand still while estrom waits for it; 0 for no limit',
  },
  keepAliveTimeout: {
    kind: 'duration',
    default: 75 * SECOND,
    min: 1000,
    help: 'how long a connection is kept between requests; senders should close theirs sooner',
  },
  queryIdle: {
    kind: 'duration',
    default: 600 * SECOND,
    min: 0,
    help: 'life of a query made by a tail, after its last watcher left',
  },
  arena: {
    kind: 'bytes',
    default: 1024 * MIB,
    min: 16 * MIB,
    help: 'address space reserved for query segments; only what is used takes memory',
  },
  outbox: {
    kind: 'bytes',
    default: 1 * MIB,
    min: 16 * KIB,
    help: 'undelivered bytes per tail before it sheds',
  },
  ringBytes: {
    kind: 'bytes',
    default: 32 * MIB,
    min: 0,
    help: 'recent hits kept, over all topics, for tails that resume',
  },
  topicLinger: {
    kind: 'duration',
    default: 60 * SECOND,
    min: 0,
    help: 'how long a topic stays active after its last tail left; it ends with its query at the latest',
  },
  heartbeat: {
    kind: 'duration',
    default: 15 * SECOND,
    min: 100,
    help: 'interval of heartbeats on idle tails',
  },
  blockTimeout: {
    kind: 'duration',
    default: 30 * SECOND,
    min: 0,
    help: 'how long a tail with on_slow=block may hold ingest before it is cut',
  },
  drainTimeout: {
    kind: 'duration',
    default: 10 * SECOND,
    min: 0,
    help: 'how long SIGTERM waits for requests and tails',
  },
} as const satisfies Record<string, Setting>;

type ValueOf<S extends Setting> = S['kind'] extends 'string'
  ? string
  : S['kind'] extends 'boolean'
    ? boolean
    : number;

/** All settings, filled in, validated and frozen. */
export type Config = { readonly [N in keyof typeof SETTINGS]: ValueOf<(typeof SETTINGS)[N]> };
