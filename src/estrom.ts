import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { NO_ACCESS_CONTROL } from './access/access-control.ts';
import type { Base } from './compose/base.ts';
import type { MakeEngine } from './compose/engine.ts';
import { Hits } from './compose/hits.ts';
import { Kafka } from './compose/kafka.ts';
import { missingRoleRoutes, missingSubscriptionRoutes } from './compose/missing-roles.ts';
import { Queries } from './compose/queries.ts';
import { readRoles } from './compose/roles.ts';
import { placeOf } from './compose/subscription-place.ts';
import type { Subscriptions, SubscriptionsParts } from './compose/subscriptions.ts';
import { whileValid } from './compose/while-valid.ts';
import type { Config } from './config.ts';
import { CrossbarLink } from './crossbar/link.ts';
import type { Batch, Percolate } from './document.ts';
import { ElasticsearchConnection } from './elasticsearch/connection.ts';
import { streamRoutes } from './fanout/stream-routes.ts';
import { WebSockets } from './fanout/websocket/web-sockets.ts';
import { FrontDoor } from './http/front-door.ts';
import { holdWhileLoading } from './http/loading-hold.ts';
import { operatorRoutes, Readiness } from './http/operator-routes.ts';
import { createServer } from './http/server.ts';
import { RequestsUnderWay } from './http/under-way.ts';
import { ingestRoutes } from './ingest/routes.ts';
import type { Logger } from './log.ts';
import { Metrics } from './metrics.ts';
import { percolateRoutes } from './percolate/routes.ts';
import { Pipeline } from './pipeline.ts';
import { queryRoutes } from './query/registry/routes.ts';

export type { MakeEngine } from './compose/engine.ts';

type Closing = () => Promise<unknown>;

/** A running server. */
export interface Estrom {
  readonly url: string;
  /** Every route, such as `GET /healthz`. */
  readonly routes: readonly string[];
  /** Reads the tokens, and the certificate and its key, again. */
  reload(): void;
  /** Answers what was admitted, ends every tail as its format asks, then stops. */
  close(): Promise<void>;
}

/**
 * The composition root: builds the stages and wires them together; nothing else knows them all.
 * @param makeEngine for another engine than that of the settings
 * @throws ConfigError when the settings do not go together
 */
export async function startEstrom(
  config: Config,
  log: Logger,
  makeEngine?: MakeEngine,
): Promise<Estrom> {
  const opened: Closing[] = [];
  try {
    return await start(config, log, makeEngine, opened);
  } catch (error) {
    for (const close of opened.toReversed()) await close();
    throw error;
  }
}

/** @param opened what has to be closed, the newest first, when it fails */
async function start(
  config: Config,
  log: Logger,
  makeEngine: MakeEngine | undefined,
  opened: Closing[],
): Promise<Estrom> {
  const roles = readRoles(config);
  const door = new FrontDoor(config, log);
  const access = door.access ?? NO_ACCESS_CONTROL;
  const metrics = new Metrics();
  metrics.collectProcess();
  const readiness = new Readiness();
  // Positions and ids made here differ from those of every earlier run, and of every other node.
  const epoch = Date.now().toString(36) + randomBytes(3).toString('hex');
  const base: Base = { config, log, metrics, readiness, access, roles, epoch };

  let url = '';
  let pipeline: Pipeline | undefined;
  let percolate: Percolate | undefined;
  const link = config.crossbar === '' ? undefined : new CrossbarLink({ config, log, metrics });
  const elasticsearch =
    config.elasticsearch === '' ? undefined : new ElasticsearchConnection(config);
  const queries = await Queries.open(base, {
    elasticsearch,
    link,
    makeEngine,
    address: () => `${hostname()}:${new URL(url).port}`,
    published: () => pipeline?.published() ?? Promise.resolve(),
    onEnd: (query) => {
      queries.paused?.forget(query.ordinal);
      hits.ended(query);
    },
  });
  opened.push(() => queries.close());
  if (link !== undefined) opened.push(() => link.close());
  const hits = new Hits(base, queries, link);
  const kafka = Kafka.open(base);
  if (kafka !== undefined) opened.push(() => kafka.close(0));
  const subscriptions = await openSubscriptions(base, {
    ...{ queries, kafka, elasticsearch, link },
    hub: hits.hub,
  });
  if (subscriptions !== undefined) opened.push(() => subscriptions.close());
  const { engine, registry } = queries;

  const app = createServer(config, log, { access: door.access, tls: door.tls, metrics });
  const underWay = new RequestsUnderWay();
  underWay.watch(app);
  operatorRoutes(app, { metrics, readiness });
  const loaded = holdWhileLoading(app);
  if (roles.beater) {
    pipeline = new Pipeline({
      ...{ engine: engine!, broker: hits.broker, metrics, epoch },
      takePaused: () => queries.paused?.take() ?? [],
    });
    percolate = percolation(pipeline, queries);
    percolate = subscriptions?.percolation(percolate) ?? percolate;
    const intake = { percolate, config, metrics, log, epoch };
    if (config.forward) {
      // It brings an HTTP client, for those who use it.
      const { forwardRoutes } = await import('./forward/routes.ts');
      await app.register(forwardRoutes, intake);
    } else await app.register(ingestRoutes, { ...intake, mappings: queries.mappings });
    const idOf: Queries['idFor'] = (ordinal, caller) => queries.idFor(ordinal, caller);
    await app.register(percolateRoutes, { engine: engine!, idOf });
  }
  if (registry !== undefined) {
    const heldBack: Queries['heldBack'] = (entry) => queries.heldBack(entry);
    const slowest: Queries['slowest'] = (caller) => queries.slowest(caller);
    await app.register(queryRoutes, { registry, heldBack, slowest });
  }
  if (subscriptions === undefined) missingSubscriptionRoutes(app);
  else await subscriptions.routes(app);
  const restored = Promise.withResolvers<void>();
  let webSockets: WebSockets | undefined;
  if (hits.hub !== undefined) {
    const tails = { hub: hits.hub, queries: hits.source, config, log };
    await app.register(streamRoutes, tails);
    webSockets = new WebSockets({
      ...tails,
      registerQuery: queries.registerQuery,
      ...(subscriptions?.orderTopics && { orders: subscriptions.orderTopics }),
      access,
      ready: restored.promise,
      check: (request) => app.checkUpgrade?.(request),
      metrics,
    });
    webSockets.attach(app.server);
  }
  await app.register(missingRoleRoutes, roles);

  url = await app.listen({ host: config.host, port: config.port });
  opened.push(() => {
    app.server.closeAllConnections();
    return app.close();
  });
  door.open(app);
  await hits.join();
  await queries.start();
  await hits.start(config.wampOrders ? subscriptions?.rights : undefined);
  await subscriptions?.start();
  if (percolate !== undefined) kafka?.read(percolate);
  subscriptions?.readEvents();
  loaded();
  restored.resolve();
  readiness.ready();

  const close = async () => {
    door.close();
    const closed = app.close();
    // Tails get what is still answered. But requests may wait for a blocking tail: not for long.
    await Promise.all([
      underWay.answered(config.drainTimeout / 2),
      kafka?.stopReading(),
      subscriptions?.stopReading(),
    ]);
    const deadline = config.drainTimeout / 2;
    await Promise.all([closed, hits.close(deadline), webSockets?.close(deadline)]);
    await queries.leave();
    await subscriptions?.close();
    await kafka?.close(deadline);
    await link?.close();
    await queries.close();
  };
  const routes = app.routeBook?.all ?? [];
  return { url, routes, reload: () => door.reload(), close };
}

/** Undefined where there is no place to keep them, or nothing for this node to do with them. */
async function openSubscriptions(
  base: Base,
  parts: SubscriptionsParts,
): Promise<Subscriptions | undefined> {
  const place = placeOf(base);
  if (place === undefined) return undefined;
  // It brings much, for those who use it.
  const { Subscriptions: Opened } = await import('./compose/subscriptions.ts');
  return new Opened(base, parts, place);
}

/** What becomes of a batch on a Beater. */
function percolation(pipeline: Pipeline, { shared, directory }: Queries): Percolate {
  const percolate = (batch: Batch) => pipeline.percolate(batch);
  if (directory !== undefined) {
    return (batch) => {
      const end = directory.begin();
      return percolate(batch).finally(end);
    };
  }
  return shared === undefined ? percolate : whileValid(shared, percolate);
}
