import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { NO_ACCESS_CONTROL } from './access/access-control.ts';
import { type Base, type MakeEngine, openEngine, openShared } from './compose/queries.ts';
import { readRoles } from './compose/roles.ts';
import type { Config } from './config.ts';
import { CrossbarLink } from './crossbar/link.ts';
import type { Batch } from './document.ts';
import { ElasticsearchConnection } from './elasticsearch/connection.ts';
import { BothBrokers } from './fanout/both-brokers.ts';
import { serveBeater } from './fanout/crossbar/beaters.ts';
import { CrossbarBroker } from './fanout/crossbar/crossbar-broker.ts';
import { serveProcedures } from './fanout/crossbar/procedures.ts';
import { Hub } from './fanout/hub.ts';
import { streamRoutes } from './fanout/stream-routes.ts';
import { WebSockets } from './fanout/websocket/web-sockets.ts';
import { forwardRoutes } from './forward/routes.ts';
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
import type { RegistryCore } from './query/keeper.ts';
import { registerCall } from './query/register-call.ts';
import { QueryRegistry } from './query/registry.ts';
import { queryRoutes } from './query/routes.ts';
import { openStore, restoreState } from './restore.ts';

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
 * @param makeEngine for another engine than the embedded one
 */
export async function startEstrom(
  config: Config,
  log: Logger,
  makeEngine?: MakeEngine,
): Promise<Estrom> {
  const roles = readRoles(config);
  const door = new FrontDoor(config, log);
  const metrics = new Metrics();
  metrics.collectProcess();
  // Positions and ids made here differ from those of every earlier run, and of every other node.
  const epoch = Date.now().toString(36) + randomBytes(3).toString('hex');
  const base: Base = { config, log, metrics, roles, epoch };

  const store = await openStore(config, metrics, log);
  const elasticsearch =
    config.elasticsearch === '' ? undefined : new ElasticsearchConnection(config);
  const shared = elasticsearch && openShared(base, elasticsearch);
  const { names, supply } = shared ?? {};
  const engine = openEngine(base, { store, elasticsearch, names, supply, makeEngine });
  const hub = new Hub({ config, metrics, epoch });
  const link = config.crossbar === '' ? undefined : new CrossbarLink({ config, log, metrics });
  const onEnd = ({ ordinal, id }: { ordinal: number; id: string }) => {
    hub.endTopic(ordinal);
    crossbar?.endTopic({ ordinal, id });
  };
  const makeKeeper = shared && ((core: RegistryCore) => shared.makeKeeper(core));
  const settings = config;
  const registry = new QueryRegistry({ engine, settings, metrics, store, makeKeeper, onEnd });
  const crossbar =
    link &&
    new CrossbarBroker({
      config,
      link,
      topicOf: (ordinal) => registry.topicOf(ordinal),
      watch: (id) => registry.watchTopic(id),
      epoch,
      log,
      metrics,
    });
  const broker = crossbar === undefined ? hub : new BothBrokers(hub, crossbar);
  const pipeline = new Pipeline({ engine, broker, metrics, epoch });

  const readiness = new Readiness();
  const app = createServer(config, log, { access: door.access, tls: door.tls, metrics });
  const underWay = new RequestsUnderWay();
  underWay.watch(app);
  operatorRoutes(app, { metrics, readiness });
  const loaded = holdWhileLoading(app);
  const percolate = (batch: Batch) =>
    // Who may have missed a registration must not answer for documents before it has caught up.
    shared === undefined || shared.isValid
      ? pipeline.percolate(batch)
      : shared.whenValid().then(() => pipeline.percolate(batch));
  const incoming = config.forward ? forwardRoutes : ingestRoutes;
  await app.register(incoming, { percolate, config, metrics, log, epoch });
  await app.register(queryRoutes, { registry });
  await app.register(percolateRoutes, { engine, idOf: (...asked) => registry.idOf(...asked) });
  await app.register(streamRoutes, { hub, queries: registry, config, log });
  const restored = Promise.withResolvers<void>();
  const webSockets = new WebSockets({
    hub,
    queries: registry,
    registerQuery: (request, caller) => registerCall(registry, request, caller),
    access: door.access ?? NO_ACCESS_CONTROL,
    ready: restored.promise,
    check: (request) => app.checkUpgrade?.(request),
    config,
    metrics,
    log,
  });
  webSockets.attach(app.server);

  let url: string;
  try {
    url = await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await Promise.all([engine.close(), store?.close()]);
    throw error;
  }
  door.open(app);
  if (store !== undefined) {
    readiness.notReady('loading kept state');
    try {
      await restoreState({ store, engine, registry, log });
    } catch (error) {
      app.server.closeAllConnections();
      await Promise.all([app.close(), engine.close()]);
      await store.close();
      throw error;
    }
  }
  if (shared !== undefined) {
    readiness.notReady('Elasticsearch has not answered yet');
    await shared.start(`${hostname()}:${new URL(url).port}`);
  }
  if (link !== undefined && crossbar !== undefined) {
    readiness.notReady('joining Crossbar.io');
    link.start();
    try {
      // What is listened to has to be known before the first document comes.
      await crossbar.ready();
      await serveProcedures({
        link,
        access: door.access ?? NO_ACCESS_CONTROL,
        mayAttach: (id, caller) => registry.mayAttach(id, caller),
        registerQuery: (request, caller) => registerCall(registry, request, caller),
        expect: (id) => crossbar.active.expect(id),
        log,
      });
      await serveBeater(link, epoch, crossbar.active);
    } catch (error) {
      app.server.closeAllConnections();
      await Promise.all([app.close(), engine.close(), link.close()]);
      await store?.close();
      throw error;
    }
  }
  loaded();
  restored.resolve();
  readiness.ready();

  const close = async () => {
    door.close();
    const closed = app.close();
    // Tails get what is still answered. But requests may wait for a blocking tail: not for long.
    await underWay.answered(config.drainTimeout / 2);
    const deadline = config.drainTimeout / 2;
    await Promise.all([
      closed,
      hub.closeAll('drain', deadline),
      webSockets.close(deadline),
      crossbar?.close(deadline),
    ]);
    await link?.close();
    await registry.close();
    await shared?.close();
    await engine.close();
    await elasticsearch?.close();
    await store?.close();
  };
  const routes = app.routeBook?.all ?? [];
  return { url, routes, reload: () => door.reload(), close };
}
