import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '../log.ts';
import { MappingState } from '../mapping/mapping-state.ts';
import type { Metrics } from '../metrics.ts';
import { analyzeRoutes } from './handshake-analyze.ts';
import { assetRoutes } from './handshake-assets.ts';
import { catRoutes } from './handshake-cat.ts';
import { CLUSTER, NODE_NAME, VERSION } from './handshake-identity.ts';
import { indexRoutes } from './handshake-indices.ts';
import { mappingRoutes } from './handshake-mappings.ts';
import { templateRoutes } from './handshake-templates.ts';
import { Remembered, type RememberedLimits } from './remembered.ts';
import { sendJson, takeRawBodies } from './reply.ts';

const BUILD_DATE = '2024-12-11T00:00:00.000Z';

export interface HandshakeDeps {
  /** URL-safe and stable for the life of the process. */
  readonly nodeId: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly limits?: RememberedLimits;
  /** Templates, indices and mappings; without it what is put of them is only remembered. */
  readonly mappings?: MappingState | undefined;
}

/** What shippers and client libraries ask before, between and after bulk requests. */
export async function handshakeRoutes(app: FastifyInstance, deps: HandshakeDeps): Promise<void> {
  const remembered = new Remembered(deps.limits);
  const state = deps.mappings ?? new MappingState({ log: deps.log, isPassive: true });
  remembered.measure(deps.metrics, state.assets);
  await app.register((scope, _options, registered) => {
    takeRawBodies(scope, deps.log);
    clusterRoutes(scope, deps.nodeId);
    catRoutes(scope, state.assets);
    assetRoutes(scope, remembered);
    templateRoutes(scope, state);
    if (!state.isPassive) {
      mappingRoutes(scope, state);
      analyzeRoutes(scope, state);
    }
    indexRoutes(scope, state);
    registered();
  });
}

function clusterRoutes(app: FastifyInstance, uuid: string): void {
  const answer = (url: string, make: (request: FastifyRequest) => unknown): void => {
    app.get(url, (request, reply) => sendJson(request, reply, make(request)));
  };
  answer('/', () => info(uuid));
  answer('/_license', () => ({ license: license(uuid) }));
  answer('/_xpack', () => xpack(uuid));
  answer('/_cluster/health', clusterHealth);
  answer('/_cluster/health/:index', clusterHealth);
  for (const url of ['/_nodes', '/_nodes/http', '/_nodes/_all/http', '/_nodes/_local/http']) {
    answer(url, (request) => nodes(uuid, request));
  }
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
      build_date: BUILD_DATE,
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

/** Life cycle policies are said to be there: shippers that find none make an index a day by themselves. */
function xpack(uuid: string): unknown {
  return {
    build: { hash: 'estrom', date: BUILD_DATE },
    license: { uid: uuid, type: 'basic', mode: 'basic', status: 'active' },
    features: {
      data_streams: { available: true, enabled: true },
      ilm: { available: true, enabled: true },
      monitoring: { available: false, enabled: false },
      security: { available: false, enabled: false },
    },
    tagline: 'You know, for X',
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
