import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Assets } from '../mapping/assets.ts';
import { CLUSTER, NODE_NAME } from './handshake-identity.ts';
import { sendJson } from './reply.ts';

type CatRow = Readonly<Record<string, string>>;

/** The tables that shippers and people's scripts look at; what is not stored has no rows. */
const TABLES: Readonly<Record<string, (assets: Assets) => readonly CatRow[]>> = {
  health: () => [healthRow()],
  indices: (assets) =>
    assets.find('index', '*').map(({ name }) => ({
      health: 'green',
      status: 'open',
      index: name,
      pri: '1',
      rep: '0',
      'docs.count': '0',
    })),
  aliases: (assets) =>
    assets
      .find('alias', '*')
      .flatMap(({ name, text }) =>
        Object.keys(JSON.parse(text) as object).map((index) => ({ alias: name, index })),
      ),
  templates: (assets) =>
    assets.find('index-template', '*').map(({ name }) => ({ name, order: '0' })),
  nodes: () => [{ ip: '127.0.0.1', 'node.role': 'dim', master: '*', name: NODE_NAME }],
  master: () => [{ node: NODE_NAME }],
  count: () => [{ count: '0' }],
  plugins: () => [],
  shards: () => [],
};

function healthRow(): CatRow {
  const now = new Date();
  return {
    epoch: String(Math.floor(now.getTime() / 1000)),
    timestamp: now.toISOString().slice(11, 19),
    cluster: CLUSTER,
    status: 'green',
    'node.total': '1',
    'node.data': '1',
    shards: '0',
    pri: '0',
    relo: '0',
    init: '0',
    unassign: '0',
    pending_tasks: '0',
    max_task_wait_time: '-',
    active_shards_percent: '100.0%',
  };
}

/** `_cat/…`: text with a line per row, or JSON when asked for; `v` adds a head, `h` chooses columns. */
export function catRoutes(app: FastifyInstance, assets: Assets): void {
  for (const [table, rowsOf] of Object.entries(TABLES)) {
    for (const url of [`/_cat/${table}`, `/_cat/${table}/:name`]) {
      app.get(url, (request, reply) => {
        const query = request.query as Record<string, string | undefined>;
        const columns = query['h']?.split(',');
        const rows = rowsOf(assets).map((row) => choose(row, columns));
        if (wantsJson(request)) return sendJson(request, reply, rows);
        const head = query['v'] === undefined || query['v'] === 'false' ? [] : rows.slice(0, 1);
        const lines = [...head.map(Object.keys), ...rows.map((row) => Object.values(row))];
        const text = lines.map((cells) => `${cells.join(' ')}\n`).join('');
        return reply.type('text/plain; charset=UTF-8').send(text);
      });
    }
  }
}

function choose(row: CatRow, columns: readonly string[] | undefined): CatRow {
  if (columns === undefined) return row;
  return Object.fromEntries(columns.flatMap((name) => (name in row ? [[name, row[name]!]] : [])));
}

function wantsJson(request: FastifyRequest): boolean {
  const { format } = request.query as { format?: string };
  return format === 'json' || request.headers.accept?.includes('json') === true;
}
