import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { validateIndexName } from '../index-name.ts';
import { answerType } from './negotiation.ts';

/** The version that clients are told: high enough for Beats 8, known to every client library. */
const VERSION = '8.17.0';
const CLUSTER = 'estrom';
const NODE_NAME = 'estrom';

export interface HandshakeDeps {
  /** URL-safe and stable for the life of the process. */
  readonly nodeId: string;
}

/** What shippers and client libraries ask before, between and after bulk requests. */
export async function handshakeRoutes(app: FastifyInstance, deps: HandshakeDeps): Promise<void> {
  await app.register((scope, _options, registered) => {
    scope.removeAllContentTypeParsers();
    // A refresh may come with any content type and a body that nobody reads.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    addRoutes(scope, deps);
    registered();
  });
}

function addRoutes(app: FastifyInstance, deps: HandshakeDeps): void {
  const uuid = deps.nodeId;
  const answer = (url: string, make: (request: FastifyRequest) => unknown): void => {
    app.get(url, (request, reply) => send(request, reply, make(request)));
  };
  answer('/', () => info(uuid));
  answer('/_license', () => ({ license: license(uuid) }));
  answer('/_xpack', () => ({
    build: { hash: 'estrom', date: '2024-12-11T00:00:00.000Z' },
    license: { uid: uuid, type: 'basic', mode: 'basic', status: 'active' },
    features: {},
    tagline: 'You know, for X',
  }));
  answer('/_cluster/health', clusterHealth);
  answer('/_nodes/http', (request) => nodes(uuid, request));
  app.get('/_cat/health', (request, reply) => {
    const { status, number_of_nodes: count } = clusterHealth();
    if (wantsJson(request)) return send(request, reply, [{ cluster: CLUSTER, status }]);
    const seconds = Math.floor(Date.now() / 1000);
    const time = new Date(seconds * 1000).toISOString().slice(11, 19);
    const line = `${seconds} ${time} ${CLUSTER} ${status} ${count} ${count} 0 0 0 0 0 0 - 100.0%\n`;
    return reply.type('text/plain; charset=UTF-8').send(line);
  });
  app.route<{ Params: { index?: string } }>({
    method: ['GET', 'POST'],
    url: '/:index/_refresh',
    handler: (request, reply) => refresh(request, reply),
  });
  app.route({ method: ['GET', 'POST'], url: '/_refresh', handler: refresh });
}

/** There is nothing to refresh: what was answered has been percolated. */
function refresh(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { index } = request.params as { index?: string };
  const isPlain = index === undefined || validateIndexName(index) === null;
  const count = isPlain ? 1 : 0;
  return send(request, reply, { _shards: { total: count, successful: count, failed: 0 } });
}

function send(request: FastifyRequest, reply: FastifyReply, body: unknown): FastifyReply {
  return reply.type(answerType(request.headers.accept)).send(Buffer.from(JSON.stringify(body)));
}

function info(uuid: string): unknown {
  return {
    name: NODE_NAME,
    cluster_name: CLUSTER,
    cluster_uuid: uuid,
    version: {
      number: VERSION,
      build_flavor: 'default',
      build_type: 'tar',
      build_hash: 'estrom',
      build_date: '2024-12-11T00:00:00.000Z',
      build_snapshot: false,
      lucene_version: '9.12.0',
      minimum_wire_compatibility_version: '7.17.0',
      minimum_index_compatibility_version: '7.0.0',
    },
    tagline: 'You Know, for Search',
  };
}

/** Filebeat and Logstash send nothing before they see an active license. */
function license(uuid: string): unknown {
  return {
    status: 'active',
    uid: uuid,
    type: 'basic',
    issue_date: '2024-01-01T00:00:00.000Z',
    issue_date_in_millis: 1_704_067_200_000,
    max_nodes: 1000,
    max_resource_units: null,
    issued_to: CLUSTER,
    issuer: CLUSTER,
    start_date_in_millis: -1,
  };
}

function clusterHealth(): Record<string, string | number | boolean> {
  return {
    cluster_name: CLUSTER,
    status: 'green',
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
    active_primary_shards: 0,
    active_shards: 0,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: 0,
    delayed_unassigned_shards: 0,
    number_of_pending_tasks: 0,
    number_of_in_flight_fetch: 0,
    task_max_waiting_in_queue_millis: 0,
    active_shards_percent_as_number: 100,
  };
}

/** Clients that sniff go on with this address, so it is the one that they came by. */
function nodes(uuid: string, request: FastifyRequest): unknown {
  const { localAddress, localPort, localFamily } = request.raw.socket;
  const host = localFamily === 'IPv6' ? `[${localAddress}]` : localAddress;
  const address = request.headers.host ?? `${host}:${localPort}`;
  return {
    _nodes: { total: 1, successful: 1, failed: 0 },
    cluster_name: CLUSTER,
    nodes: {
      [uuid]: {
        name: NODE_NAME,
        host: localAddress,
        ip: localAddress,
        version: VERSION,
        roles: ['data', 'ingest', 'master'],
        http: {
          bound_address: [`${host}:${localPort}`],
          publish_address: address,
          max_content_length_in_bytes: 104_857_600,
        },
      },
    },
  };
}

function wantsJson(request: FastifyRequest): boolean {
  const { format } = request.query as { format?: string };
  return format === 'json' || request.headers.accept?.includes('json') === true;
}
